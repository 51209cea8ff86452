import { RandomSource, type RgbImage } from '../plugin-api/index.js';

/** A smooth surface with noise: every pixel differs, so that a mixed-up axis shows. */
export function sampleImage(width: number, height: number, seed: number): RgbImage {
  const random = RandomSource.fromSeed(seed);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const grey = 110 + 40 * Math.sin((i % width) / 9) + 20 * Math.cos(Math.floor(i / width) / 5) + 8 * random.normal();
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.max(0, Math.min(255, Math.round(grey + 6 * c)));
  }
  return { width, height, data };
}

/** Number of values that are NaN or infinite. */
export function nonFinite(values: ArrayLike<number>): number {
  return Array.from(values).filter((value) => !Number.isFinite(value)).length;
}

/** Largest absolute difference of two arrays; infinite for arrays of two lengths. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
