/**
 * Yang et al. 2023, "MemSeg: A semi-supervised method for image surface defect detection using differences and
 * commonalities", section 3.2: a Perlin-noise mask cut out of the foreground, filled with the image's own shuffled pieces or
 * a foreign texture, blended with a random opacity.
 */
import type { RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import type { DefectLayer } from './defectLayer.js';
import { PerlinNoise } from './perlinNoise.js';
import type { Scene } from './scene.js';
import { drawTexture } from './textureFamilies.js';

/** Lattice cells per axis: a power of two up to this. */
const largestScale = 64;
const noiseThreshold = 0.5;
const leastOpacity = 0.15;
/** Pieces per axis the image is cut into. */
const pieces = 8;

/** The image itself, cut in 8x8 pieces, shuffled and colour-jittered, in a Perlin-noise mask. */
export function memsegStructural(scene: Scene, random: RandomSource): DefectLayer[] {
  const coverage = perlinCoverage(scene, random);
  return [{ coverage, source: jitterColours(shufflePieces(scene, coverage, random), coverage, random) }];
}

/** A picture of a texture, or where there is none another normal image or a procedural texture, in a Perlin-noise mask. */
export function memsegTextural(scene: Scene, random: RandomSource): DefectLayer[] {
  const coverage = perlinCoverage(scene, random);
  return [{ coverage, source: jitterColours(foreignTexture(scene, coverage, random), coverage, random) }];
}

function foreignTexture(scene: Scene, coverage: Float32Array, random: RandomSource): Float32Array {
  const { pictures, others } = scene;
  if (pictures.length > 0) return stretched(random.pick(pictures), scene, coverage);
  const isImage = others.length > 0 && random.uniform() < 0.5;
  return isImage ? stretched(random.pick(others), scene, coverage) : drawTexture(scene, coverage, random);
}

/** Noise of random scale and direction, thresholded; opacity uniform in [0.15, 1). */
function perlinCoverage(scene: Scene, random: RandomSource): Float32Array {
  const { width, height } = scene;
  const octaves = Math.log2(largestScale);
  const columns = 2 ** random.integer(octaves + 1);
  const rows = 2 ** random.integer(octaves + 1);
  // Twice the cells, since the turned picture reaches beyond its own frame.
  const noise = new PerlinNoise(2 * columns, 2 * rows, random);
  const angle = random.between(-Math.PI / 2, Math.PI / 2);
  const [shiftX, shiftY] = [random.uniform(), random.uniform()];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const opacity = random.between(leastOpacity, 1);
  const coverage = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [u, v] = [x / width - 0.5, y / height - 0.5];
      const value = noise.at((u * cos - v * sin + shiftX) * columns, (u * sin + v * cos + shiftY) * rows);
      if (value > noiseThreshold) coverage[i] = opacity;
    }
  }
  return coverage;
}

/** The image with its 8 x 8 pieces in another order. */
function shufflePieces(scene: Scene, coverage: Float32Array, random: RandomSource): Float32Array {
  const { width, height, pixels } = scene;
  const order = random.shuffle(Array.from({ length: pieces * pieces }, (_, i) => i));
  const pieceWidth = Math.ceil(width / pieces);
  const pieceHeight = Math.ceil(height / pieces);
  const result = new Float32Array(pixels.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (coverage[i] === 0) continue;
      const from = order[Math.floor(y / pieceHeight) * pieces + Math.floor(x / pieceWidth)]!;
      const fromX = Math.min(width - 1, (from % pieces) * pieceWidth + (x % pieceWidth));
      const fromY = Math.min(height - 1, Math.floor(from / pieces) * pieceHeight + (y % pieceHeight));
      const j = 3 * (fromY * width + fromX);
      for (let c = 0; c < 3; c++) result[3 * i + c] = pixels[j + c]!;
    }
  }
  return result;
}

/** Another image at this one's size (nearest neighbour). */
function stretched(image: RgbImage, { width, height }: Scene, coverage: Float32Array): Float32Array {
  const result = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((y * image.height) / height) * image.width;
    for (let x = 0; x < width; x++, i++) {
      if (coverage[i] === 0) continue;
      const j = 3 * (row + Math.floor((x * image.width) / width));
      for (let c = 0; c < 3; c++) result[3 * i + c] = image.data[j + c]!;
    }
  }
  return result;
}

/** Random brightness, contrast and, where there is colour, saturation. Changes and returns its argument. */
function jitterColours(pixels: Float32Array, coverage: Float32Array, random: RandomSource): Float32Array {
  const contrast = random.between(0.5, 1.6);
  const brightness = random.between(-50, 50);
  const saturation = random.between(0.5, 1.5);
  for (let i = 0; i < pixels.length; i += 3) {
    if (coverage[i / 3] === 0) continue;
    const grey = (pixels[i]! + pixels[i + 1]! + pixels[i + 2]!) / 3;
    for (let c = i; c < i + 3; c++) {
      const value = grey + (pixels[c]! - grey) * saturation;
      pixels[c] = Math.max(0, Math.min(255, (value - 128) * contrast + 128 + brightness));
    }
  }
  return pixels;
}
