import type { BinaryMask, RgbImage } from '../../shared/images.js';
import type { RandomSource } from '../../shared/random.js';
import { blob } from './blob.js';
import { chip } from './chip.js';
import { crack } from './crack.js';
import { blend, type DefectGenerator } from './defectLayer.js';
import { memsegStructural, memsegTextural } from './memseg.js';
import { patch } from './patch.js';
import { placeIn, readScene, textureFamilies, type Scene, type TextureFamily } from './scene.js';
import { scratch } from './scratch.js';
import { stain } from './stain.js';
import { visibleMask } from './visibility.js';

const generators = {
  'memseg-structural': memsegStructural,
  'memseg-textural': memsegTextural,
  scratch,
  crack,
  blob,
  stain,
  patch,
  chip,
} satisfies Record<string, DefectGenerator>;

/** Name of a generator. */
export type DefectKind = keyof typeof generators;

/** Every kind of synthetic defect, MemSeg's two first. */
export const defectKinds = Object.keys(generators) as DefectKind[];

/** Which defects are drawn, and how large. */
export interface SyntheticDefectOptions {
  /** Kinds to choose from with equal chance; a kind named twice is chosen twice as often. Default: all. */
  kinds?: readonly DefectKind[];
  /** Limits of the mask's area, shares of the image. Default 0.0005 and 0.1. */
  smallestArea?: number;
  largestArea?: number;
  /** Most defects in one image; their number is drawn evenly from 1. Default 2. */
  mostDefects?: number;
  /** Families of the textures of `memseg-textural` that come from no image, each with equal chance. Default: `noise`. */
  textures?: readonly TextureFamily[] | undefined;
  /** Pictures of textures, of any size, for `memseg-textural`: where there are some, all its textures are of them. */
  pictures?: readonly RgbImage[] | undefined;
}

/** An image with drawn defects. */
export interface SyntheticDefect {
  /** A new image: equal to the given one wherever the mask is 0. */
  image: RgbImage;
  /** 1 where the image changed visibly, never empty. */
  mask: BinaryMask;
  /** What was drawn, in order. */
  kinds: DefectKind[];
}

/** Draws tried before a plain spot takes their place. */
const attempts = 8;

/**
 * Draws one or several defects onto a normal image: where, how large and how strong is chance, within the limits. The
 * same image, options and state of `random` give the same result. Neither `image` nor `others` is changed.
 * @param others further normal images of any size, as sources of texture; may be empty.
 * @throws RangeError when the image's length is not its size, no kind is given or the limits do not make a range.
 */
export function makeSyntheticDefect(
  image: RgbImage,
  others: readonly RgbImage[],
  random: RandomSource,
  options: SyntheticDefectOptions = {},
): SyntheticDefect {
  const {
    kinds = defectKinds,
    smallestArea = 0.0005,
    largestArea = 0.1,
    mostDefects = 2,
    textures,
    pictures,
  } = options;
  checkArguments(image, kinds, smallestArea, largestArea, mostDefects);
  checkTextures(textures);
  const scene = readScene(image, others, textures, pictures);
  const pixels = image.width * image.height;
  const smallest = Math.max(1, smallestArea * pixels);
  const largest = Math.max(1, Math.floor(largestArea * pixels));
  const wanted = 1 + random.integer(mostDefects);
  const drawn: DefectKind[] = [];
  let canvas = Float32Array.from(image.data);
  let mask = new Uint8Array(pixels);
  for (let attempt = 0; attempt < attempts && drawn.length < wanted; attempt++) {
    const kind = random.pick(kinds);
    const nextCanvas = blend(canvas, generators[kind](scene, random), scene.foreground);
    const nextMask = visibleMask(scene, nextCanvas);
    // Each defect adds a visible part of its own, and all together stay within the limit.
    if (count(nextMask) - count(mask) < smallest || count(nextMask) > largest) continue;
    canvas = nextCanvas;
    mask = nextMask;
    drawn.push(kind);
  }
  if (drawn.length === 0) {
    mask = plainSpot(scene, random, Math.ceil(Math.min(largest, Math.max(smallest, 0.002 * pixels))));
    canvas = Float32Array.from(image.data, (level, i) => level + mask[Math.floor(i / 3)]! * (level < 128 ? 70 : -70));
    drawn.push('blob');
  }
  return { ...compose(scene, canvas, mask), kinds: drawn };
}

function checkArguments(
  image: RgbImage,
  kinds: readonly DefectKind[],
  smallestArea: number,
  largestArea: number,
  mostDefects: number,
): void {
  if (image.data.length !== image.width * image.height * 3 || image.data.length === 0) {
    throw new RangeError(`an RGB image of ${image.width} x ${image.height} has ${image.data.length} values`);
  }
  const unknown = kinds.find((kind) => !(kind in generators));
  if (kinds.length === 0) throw new RangeError('no kind of synthetic defect is given');
  if (unknown !== undefined) throw new RangeError(`'${unknown}' is no kind of synthetic defect`);
  if (!(smallestArea >= 0 && smallestArea < largestArea && largestArea <= 1)) {
    throw new RangeError(`areas from ${smallestArea} to ${largestArea} are no range within 0 to 1`);
  }
  if (!Number.isInteger(mostDefects) || mostDefects < 1) {
    throw new RangeError(`mostDefects is ${mostDefects}, no positive integer`);
  }
}

function checkTextures(textures: readonly TextureFamily[] | undefined): void {
  if (textures?.length === 0) throw new RangeError('no family of textures is given');
  const unknown = textures?.find((family) => !textureFamilies.includes(family));
  if (unknown !== undefined) throw new RangeError(`'${unknown}' is no family of textures`);
}

/** A round spot of so many pixels, on the object where there is one: what remains when nothing else was visible. */
function plainSpot(scene: Scene, random: RandomSource, pixels: number): Uint8Array<ArrayBuffer> {
  const { width, height, foreground } = scene;
  const { x, y } = placeIn(scene, random);
  const distances = Float64Array.from({ length: width * height }, (_, i) => {
    const beside = foreground && foreground[i] === 0 ? width + height : 0;
    return beside + Math.hypot((i % width) + 0.5 - x, Math.floor(i / width) + 0.5 - y);
  });
  const reach = distances.slice().sort()[pixels - 1]!;
  const mask = new Uint8Array(width * height);
  let left = pixels;
  for (let i = 0; i < mask.length && left > 0; i++) {
    if (distances[i]! > reach) continue;
    mask[i] = 1;
    left--;
  }
  return mask;
}

/** The final image and mask; changes too faint to be seen are taken back, so that the two agree exactly. */
function compose(scene: Scene, canvas: Float32Array, mask: Uint8Array): { image: RgbImage; mask: BinaryMask } {
  const { width, height, pixels } = scene;
  const data = Uint8Array.from(pixels);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    for (let c = 3 * i; c < 3 * i + 3; c++) data[c] = Math.round(canvas[c]!);
  }
  return { image: { width, height, data }, mask: { width, height, data: mask } };
}

function count(mask: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < mask.length; i++) sum += mask[i]!;
  return sum;
}
