import type { RandomSource } from 'residua/plugin-api';
import { labelValues } from 'residua/toolkit';
import { type WindowGrid, windowOrigins } from '../windows/windowStarts.js';

/** Features of an image after matching with a memory bank. */
export interface MatchedFeatures {
  /** f^, row-major `[h_f, w_f, d_f]`. */
  features: Float32Array;
  /** Rows of the memory bank nearest to each feature, `[h_f * w_f, k]`, nearest first. */
  neighbours: Int32Array;
}

/** A training image after matching with the memory bank: all that a training step needs of it. */
export interface MatchedImage extends MatchedFeatures {
  /** Of the fine layers, with their own bank; k is 1. */
  fine?: MatchedFeatures | undefined;
  /** Block label of each token, of the fine grid where there is one, `[h_t * w_t]`: 0, 1, -1 or -2 (see `labelValues`). */
  labels: Float32Array;
}

/** One window of one image: its origin in labelled tokens. */
export interface WindowChoice {
  image: MatchedImage;
  row: number;
  column: number;
}

/** Windows drawn from each image in a step: a share p of all, rounded, at least one. */
export function windowsPerImage(grid: WindowGrid, samplingRatio: number): number {
  return Math.max(1, Math.round(grid.count * samplingRatio));
}

/**
 * Draws windows of one image without repetition.
 * @param anomalousFirst windows that hold an anomalous token, or one inside a box, come before the others, so that a defect
 * that few windows see is trained on; the last is one of the others, where there are any. The paper draws uniformly.
 */
export function drawWindows(
  image: MatchedImage,
  grid: WindowGrid,
  count: number,
  anomalousFirst: boolean,
  random: RandomSource,
): WindowChoice[] {
  const shuffled = random.shuffle(windowOrigins(grid)).map(([row, column]) => ({ image, row, column }));
  if (!anomalousFirst) return shuffled.slice(0, count);
  const hits = shuffled.filter((window) => mayHoldDefect(window, grid));
  const others = shuffled.filter((window) => !hits.includes(window));
  // The last window is for the defect's surroundings.
  return [...hits.slice(0, Math.max(1, count - 1)), ...others, ...hits.slice(Math.max(1, count - 1))].slice(0, count);
}

function mayHoldDefect({ image, row, column }: WindowChoice, grid: WindowGrid): boolean {
  for (let y = row; y < Math.min(row + grid.size, grid.rows); y++) {
    for (let x = column; x < Math.min(column + grid.size, grid.columns); x++) {
      const label = image.labels[y * grid.columns + x];
      if (label === labelValues.ANOMALOUS || label === labelValues.UNKNOWN) return true;
    }
  }
  return false;
}
