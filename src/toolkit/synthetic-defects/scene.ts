import type { RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { boxMean } from '../pixels/boxMean.js';
import { estimateForeground } from './foreground.js';

/**
 * Families of procedural textures: layered noise in the image's range of colours; lattices of squares or dots; Voronoi cells; another
 * image in other colours. The last three are as unlike the image as pictures of other things.
 */
export const textureFamilies = ['noise', 'lattice', 'cells', 'recoloured'] as const;
/** One of {@link textureFamilies}. */
export type TextureFamily = (typeof textureFamilies)[number];

/** An image and what the generators need to know about it. Nothing in it is changed after {@link readScene}. */
export interface Scene {
  width: number;
  height: number;
  /** RGB of the image, `[height * width * 3]`. */
  pixels: Uint8Array;
  /** Further normal images, of any size. */
  others: readonly RgbImage[];
  /** Of textures that come from no image. */
  textures: readonly TextureFamily[];
  /** Pictures of textures, of any size, that take the place of all other textures. */
  pictures: readonly RgbImage[];
  /** Pixels per unit of length: 1 at 256 x 256. Sizes of defects are given in units. */
  unit: number;
  /** Local mean of the colour, `[height * width * 3]`: the image without its texture. */
  mean: Float32Array;
  /** Local standard deviation of the luminance, `[height * width]`: the contrast of the texture. */
  deviation: Float32Array;
  /** 1 on the object, null where a surface fills the image. */
  foreground: Uint8Array | null;
  /** Indices of the object's pixels; empty without one. */
  foregroundPixels: Uint32Array;
}

/** Looks at an image: local mean and contrast, and the object where there is one before a plain background. */
export function readScene(
  image: RgbImage,
  others: readonly RgbImage[],
  textures: readonly TextureFamily[] = ['noise'],
  pictures: readonly RgbImage[] = [],
): Scene {
  const { width, height, data } = image;
  const unit = Math.sqrt(width * height) / 256;
  const radius = Math.max(2, Math.round(4 * unit));
  const mean = boxMean(Float32Array.from(data), width, height, radius, 3);
  const luminance = luminanceOf(data);
  const deviation = localDeviation(luminance, width, height, radius);
  const foreground = estimateForeground(luminance, deviation, width, height);
  const foregroundPixels = foreground ? indicesOfOnes(foreground) : new Uint32Array();
  return {
    width,
    height,
    pixels: data,
    others,
    textures,
    pictures,
    unit,
    mean,
    deviation,
    foreground,
    foregroundPixels,
  };
}

/** A random place for a defect: on the object where there is one, otherwise anywhere. */
export function placeIn(scene: Scene, random: RandomSource): { x: number; y: number } {
  const { width, height, foregroundPixels } = scene;
  if (foregroundPixels.length === 0) return { x: random.between(0, width), y: random.between(0, height) };
  const i = foregroundPixels[random.integer(foregroundPixels.length)]!;
  return { x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 };
}

/** Luminance (Rec. 601) of RGB pixels. */
function luminanceOf(pixels: Uint8Array): Float32Array {
  const luminance = new Float32Array(pixels.length / 3);
  for (let i = 0, c = 0; i < luminance.length; i++, c += 3) {
    luminance[i] = 0.299 * pixels[c]! + 0.587 * pixels[c + 1]! + 0.114 * pixels[c + 2]!;
  }
  return luminance;
}

function localDeviation(luminance: Float32Array, width: number, height: number, radius: number): Float32Array {
  const mean = boxMean(luminance, width, height, radius);
  const squares = new Float32Array(luminance.length);
  for (let i = 0; i < squares.length; i++) squares[i] = luminance[i]! * luminance[i]!;
  const deviation = boxMean(squares, width, height, radius);
  for (let i = 0; i < deviation.length; i++) {
    deviation[i] = Math.sqrt(Math.max(0, deviation[i]! - mean[i]! * mean[i]!));
  }
  return deviation;
}

function indicesOfOnes(mask: Uint8Array): Uint32Array {
  const indices: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) indices.push(i);
  return Uint32Array.from(indices);
}
