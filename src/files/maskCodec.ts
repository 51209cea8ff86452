import type { BinaryMask } from '../shared/images.js';
import { checkHeader, reading, type ImageCheckOptions } from './imageCheck.js';
import type { ImageSize } from './imageFormat.js';
import { anomalousPixels, type MaskChoice } from './maskRules.js';
import { readMaskSamples } from './maskSamples.js';

/** A mask as it is stored. */
export interface EncodedMask extends ImageSize {
  /** COCO compressed run lengths. */
  counts: string;
  anomalousPixels: number;
}

export type MaskOptions = ImageCheckOptions & MaskChoice;

/**
 * Decodes a mask file, upright. Read are two values of any kind: black and anything else, which is anomalous; two grey values, of
 * which the higher is; the same blurred by JPEG. With `threshold` or `value` any mask is read. Alpha must be opaque everywhere.
 *
 * @throws ProblemError MASK_NOT_BINARY listing values found; MASK_AMBIGUOUS for transparency, two colours without black, and
 *   palette numbers of equal colour; and what a broken image gives.
 */
export async function decodeMask(bytes: Uint8Array, options: MaskOptions = {}): Promise<BinaryMask> {
  const image = checkHeader(bytes, options);
  const samples = await reading(image, () => readMaskSamples(image));
  const { width, height } = samples;
  return { width, height, data: anomalousPixels(samples, options, options.item) };
}

/** Nearest neighbour by pixel centres. */
export function resizeMask(mask: BinaryMask, size: ImageSize): BinaryMask {
  const { width, height } = size;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = Math.floor(((row + 0.5) * mask.height) / height) * mask.width;
    for (let column = 0; column < width; column += 1) {
      data[row * width + column] = mask.data[from + Math.floor(((column + 0.5) * mask.width) / width)]!;
    }
  }
  return { width, height, data };
}

/** Pixels that are 1. */
export function countAnomalousPixels(mask: BinaryMask): number {
  let count = 0;
  for (const value of mask.data) count += value;
  return count;
}
