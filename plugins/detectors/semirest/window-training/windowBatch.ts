import { hostTensor, type HostTensor, type RandomSource, type TensorSpec } from 'residua/plugin-api';
import { labelValues } from 'residua/toolkit';
import type { WindowGrid } from '../windows/windowStarts.js';
import { drawWindows, type MatchedImage, type WindowChoice } from './matchedImage.js';

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

/** Images that windows are drawn from in a step, and how many of them. */
export interface ImageShare {
  images: readonly MatchedImage[];
  count: number;
}

/** Which windows a step sees. */
export interface WindowDrawing {
  shares: readonly ImageShare[];
  windowsPerImage: number;
  /** See `drawWindows`. */
  anomalousFirst: boolean;
}

/** Windows of a step, drawn anew each time into the same arrays. */
export class WindowBatch {
  /** q. */
  readonly windows: number;
  /** `[q, mu * rho, mu * rho, d_f]`. */
  readonly features: Float32Array;
  /** `[k, q, mu * rho, mu * rho]`. */
  readonly neighbours: Int32Array;
  /** `[q * mu * mu]`. */
  readonly labels: Float32Array;
  /** The windows last drawn, q of them. */
  chosen: readonly WindowChoice[] = [];

  constructor(
    private readonly sizes: BatchSizes,
    private readonly drawing: WindowDrawing,
  ) {
    const { grid, patchSize, channels, neighbours } = sizes;
    this.windows = drawing.windowsPerImage * drawing.shares.reduce((sum, { count }) => sum + count, 0);
    const places = this.windows * (grid.size * patchSize) ** 2;
    this.features = new Float32Array(places * channels);
    this.neighbours = new Int32Array(places * neighbours);
    this.labels = new Float32Array(this.windows * grid.size ** 2);
  }

  /** Shapes of features, neighbours and labels. */
  get inputs(): TensorSpec[] {
    const { grid, patchSize, channels, neighbours } = this.sizes;
    const side = grid.size * patchSize;
    return [
      { shape: [this.windows, side, side, channels] },
      { shape: [neighbours, this.windows, side, side], dtype: 'int32' },
      { shape: [this.labels.length] },
    ];
  }

  /** Draws images, then windows of each. @returns features, neighbours and labels. */
  draw(random: RandomSource): HostTensor[] {
    const { shares, windowsPerImage, anomalousFirst } = this.drawing;
    const images = shares.flatMap(({ images: all, count }) => drawImages(all, count, random));
    this.chosen = images.flatMap((image) =>
      drawWindows(image, this.sizes.grid, windowsPerImage, anomalousFirst, random),
    );
    this.chosen.forEach((window, q) => {
      this.fillPlaces(window, q);
      this.fillLabels(window, q);
    });
    const [features, neighbours, labels] = this.inputs as [TensorSpec, TensorSpec, TensorSpec];
    return [
      hostTensor(this.features, features.shape),
      hostTensor(this.neighbours, neighbours.shape),
      hostTensor(this.labels, labels.shape),
    ];
  }

  /** Where a map is smaller than a window the rest is filled: features 0, neighbour row 0. */
  private fillPlaces({ image, row, column }: WindowChoice, q: number): void {
    const { grid, patchSize, channels, neighbours } = this.sizes;
    const side = grid.size * patchSize;
    const [featureRows, featureColumns] = [grid.rows * patchSize, grid.columns * patchSize];
    const places = this.windows * side * side;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const to = (q * side + y) * side + x;
        const [fromRow, fromColumn] = [row * patchSize + y, column * patchSize + x];
        const inside = fromRow < featureRows && fromColumn < featureColumns;
        const from = fromRow * featureColumns + fromColumn;
        if (inside) this.features.set(image.features.subarray(from * channels, (from + 1) * channels), to * channels);
        else this.features.fill(0, to * channels, (to + 1) * channels);
        for (let k = 0; k < neighbours; k++) {
          this.neighbours[k * places + to] = inside ? image.neighbours[from * neighbours + k]! : 0;
        }
      }
    }
  }

  /** Label IGNORED where a map is smaller than a window. */
  private fillLabels({ image, row, column }: WindowChoice, q: number): void {
    const { grid } = this.sizes;
    for (let y = 0; y < grid.size; y++) {
      for (let x = 0; x < grid.size; x++) {
        const inside = row + y < grid.rows && column + x < grid.columns;
        const to = (q * grid.size + y) * grid.size + x;
        this.labels[to] = inside ? image.labels[(row + y) * grid.columns + column + x]! : labelValues.IGNORED;
      }
    }
  }
}

/** Images of a step; without repetition as long as there are enough. */
function drawImages(images: readonly MatchedImage[], count: number, random: RandomSource): MatchedImage[] {
  if (count === 0) return [];
  if (count > images.length) return Array.from({ length: count }, () => random.pick(images));
  const chosen = new Set<MatchedImage>();
  while (chosen.size < count) chosen.add(random.pick(images));
  return [...chosen];
}
