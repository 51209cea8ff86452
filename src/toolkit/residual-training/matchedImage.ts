import type { RandomSource } from '../../shared/random.js';
import { labelValues } from '../labels/blockLabels.js';
import { windowOrigins, type WindowGrid } from '../windows/windowStarts.js';

/** A training image after matching with the memory bank: all that a training step needs of it. */
export interface MatchedImage {
  /** f^, row-major `[h_f, w_f, d_f]`. */
  features: Float32Array;
  /** Rows of the memory bank nearest to each feature, `[h_f * w_f, k]`, nearest first. */
  neighbours: Int32Array;
  /** Block label of each token, `[h_t * w_t]`: 0, 1, -1 or -2 (see `labelValues`). */
  labels: Float32Array;
}

/** One window of one image: its origin in tokens. */
export interface WindowChoice {
  image: MatchedImage;
  row: number;
  column: number;
}

/** Sizes of a batch of windows. */
export interface BatchSizes {
  grid: WindowGrid;
  /** rho. */
  patchSize: number;
  /** d_f. */
  channels: number;
  /** k. */
  neighbours: number;
}

/** What a training step reads. Arrays are filled anew for every step. */
export interface WindowBatch {
  /** `[q, mu * rho, mu * rho, d_f]`. */
  features: Float32Array;
  /** `[k, q, mu * rho, mu * rho]`. */
  neighbours: Int32Array;
  /** `[q * mu * mu]`. */
  labels: Float32Array;
}

/** Empty arrays for `count` windows. */
export function createWindowBatch(count: number, { grid, patchSize, channels, neighbours }: BatchSizes): WindowBatch {
  const places = count * (grid.size * patchSize) ** 2;
  return {
    features: new Float32Array(places * channels),
    neighbours: new Int32Array(places * neighbours),
    labels: new Float32Array(count * grid.size ** 2),
  };
}

/**
 * Copies windows into a batch. Where a map is smaller than a window the rest is filled: features 0, neighbour row 0, label
 * IGNORED.
 */
export function fillWindowBatch(batch: WindowBatch, windows: readonly WindowChoice[], sizes: BatchSizes): void {
  const { grid, patchSize, channels, neighbours } = sizes;
  const side = grid.size * patchSize;
  const [featureRows, featureColumns] = [grid.rows * patchSize, grid.columns * patchSize];
  const places = windows.length * side * side;
  windows.forEach(({ image, row, column }, q) => {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const to = (q * side + y) * side + x;
        const [fromRow, fromColumn] = [row * patchSize + y, column * patchSize + x];
        const inside = fromRow < featureRows && fromColumn < featureColumns;
        const from = fromRow * featureColumns + fromColumn;
        if (inside) batch.features.set(image.features.subarray(from * channels, (from + 1) * channels), to * channels);
        else batch.features.fill(0, to * channels, (to + 1) * channels);
        for (let k = 0; k < neighbours; k++) {
          batch.neighbours[k * places + to] = inside ? image.neighbours[from * neighbours + k]! : 0;
        }
      }
    }
    for (let y = 0; y < grid.size; y++) {
      for (let x = 0; x < grid.size; x++) {
        const inside = row + y < grid.rows && column + x < grid.columns;
        const to = (q * grid.size + y) * grid.size + x;
        batch.labels[to] = inside ? image.labels[(row + y) * grid.columns + column + x]! : labelValues.IGNORED;
      }
    }
  });
}

/** Windows drawn from each image in a step: a share p of all, rounded, at least one. */
export function windowsPerImage(grid: WindowGrid, samplingRatio: number): number {
  return Math.max(1, Math.round(grid.count * samplingRatio));
}

/**
 * Draws windows of one image without repetition.
 * @param anomalousFirst windows that hold an anomalous token come before the others, so that a defect that few windows see
 * is trained on. The paper draws uniformly.
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
  const hits = shuffled.filter((window) => holdsAnomalous(window, grid));
  const others = shuffled.filter((window) => !hits.includes(window));
  // One window stays open to chance, so that the defect's surroundings are seen as well.
  return [...hits.slice(0, Math.max(1, count - 1)), ...others, ...hits.slice(Math.max(1, count - 1))].slice(0, count);
}

function holdsAnomalous({ image, row, column }: WindowChoice, grid: WindowGrid): boolean {
  for (let y = row; y < Math.min(row + grid.size, grid.rows); y++) {
    for (let x = column; x < Math.min(column + grid.size, grid.columns); x++) {
      if (image.labels[y * grid.columns + x] === labelValues.ANOMALOUS) return true;
    }
  }
  return false;
}
