import { hostTensor, type HostTensor, type RandomSource, type TensorSpec, type tf } from 'residua/plugin-api';
import { labelValues } from 'residua/toolkit';
import type { WindowGrid } from '../windows/windowStarts.js';
import { drawWindows, type MatchedFeatures, type MatchedImage, type WindowChoice } from './matchedImage.js';
import { WindowPlaces } from './windowPlaces.js';

/** Sizes of a batch of windows. */
export interface BatchSizes {
  /** Of the labelled tokens. */
  grid: WindowGrid;
  /** rho. */
  patchSize: number;
  /** d_f. */
  channels: number;
  /** k. */
  neighbours: number;
  /** Of the fine layers, where there are any. */
  fine?: FineSizes | undefined;
}

/** Sizes of the fine layers' part of a batch. */
export interface FineSizes {
  /** Labelled tokens along the side of a token. */
  factor: number;
  channels: number;
}

/** Windows inside a tensor function. */
export interface WindowTensors {
  /** `[q, side, side, d_f]`. */
  features: tf.Tensor4D;
  /** Rows of the bank, `[k, q, side, side]`. */
  neighbours: tf.Tensor4D;
  /** The same of the fine layers. */
  fine: { features: tf.Tensor4D; neighbours: tf.Tensor4D } | undefined;
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
  get windows(): number {
    const { windowsPerImage, shares } = this.drawing;
    return windowsPerImage * shares.reduce((sum, { count }) => sum + count, 0);
  }
  /** `[q * mu * mu]`. */
  readonly labels: Float32Array;
  /** The windows last drawn, q of them. */
  chosen: readonly WindowChoice[] = [];
  private readonly places: WindowPlaces;
  private readonly finePlaces: WindowPlaces | undefined;

  constructor(
    private readonly sizes: BatchSizes,
    private readonly drawing: WindowDrawing,
  ) {
    const { grid, patchSize, channels, neighbours, fine } = sizes;
    const { windows } = this;
    const scale = patchSize / (fine?.factor ?? 1);
    this.places = new WindowPlaces({ grid, windows, scale, channels, neighbours });
    this.finePlaces = fine && new WindowPlaces({ grid, windows, scale: 1, channels: fine.channels, neighbours: 1 });
    this.labels = new Float32Array(windows * grid.size ** 2);
  }

  /** Shapes of labels, features and neighbours; of the fine ones as well. */
  get inputs(): TensorSpec[] {
    return [{ shape: [this.labels.length] }, ...this.places.specs, ...(this.finePlaces?.specs ?? [])];
  }

  /** What a tensor function was given for {@link inputs}, and what is left. */
  given(inputs: readonly tf.Tensor[]): { labels: tf.Tensor1D; windows: WindowTensors; rest: readonly tf.Tensor[] } {
    const [labels, features, neighbours, ...others] = inputs as [tf.Tensor1D, tf.Tensor4D, tf.Tensor4D, ...tf.Tensor[]];
    const [fineFeatures, fineNeighbours] = others as [tf.Tensor4D, tf.Tensor4D];
    const fine = this.finePlaces && { features: fineFeatures, neighbours: fineNeighbours };
    return { labels, windows: { features, neighbours, fine }, rest: others.slice(fine ? 2 : 0) };
  }

  /** Draws images, then windows of each. @returns what {@link inputs} are the shapes of. */
  draw(random: RandomSource): HostTensor[] {
    const { shares, windowsPerImage, anomalousFirst } = this.drawing;
    const images = shares.flatMap(({ images: all, count }) => drawImages(all, count, random));
    this.chosen = images.flatMap((image) =>
      drawWindows(image, this.sizes.grid, windowsPerImage, anomalousFirst, random),
    );
    this.chosen.forEach((window, q) => {
      this.places.fill(window.image, window, q);
      this.finePlaces?.fill(fineOf(window.image), window, q);
      this.fillLabels(window, q);
    });
    return [hostTensor(this.labels, [this.labels.length]), ...this.places.tensors, ...(this.finePlaces?.tensors ?? [])];
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

function fineOf({ fine }: MatchedImage): MatchedFeatures {
  if (!fine) throw new RangeError('an image without features of the fine layers among those that have some');
  return fine;
}

/** Images of a step; without repetition as long as there are enough. */
function drawImages(images: readonly MatchedImage[], count: number, random: RandomSource): MatchedImage[] {
  if (count === 0) return [];
  if (count > images.length) return Array.from({ length: count }, () => random.pick(images));
  const chosen = new Set<MatchedImage>();
  while (chosen.size < count) chosen.add(random.pick(images));
  return [...chosen];
}
