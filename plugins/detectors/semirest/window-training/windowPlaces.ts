import { hostTensor, type HostTensor, type TensorSpec } from 'residua/plugin-api';
import type { WindowGrid } from '../windows/windowStarts.js';
import type { MatchedFeatures, WindowChoice } from './matchedImage.js';

/** Sizes of the features in windows. */
export interface PlacesSizes {
  /** Of the labelled tokens. */
  grid: WindowGrid;
  /** q. */
  windows: number;
  /** Features along the side of a labelled token; below 1 where a feature is of several. */
  scale: number;
  /** d. */
  channels: number;
  /** k. */
  neighbours: number;
}

/** Features and matched rows of the windows of a step, filled anew each time. */
export class WindowPlaces {
  /** `[q, side, side, d]`. */
  private readonly features: Float32Array;
  /** `[k, q, side, side]`. */
  private readonly neighbours: Int32Array;
  /** Features along a side of a window. */
  private readonly side: number;

  constructor(private readonly sizes: PlacesSizes) {
    const { grid, windows, scale, channels, neighbours } = sizes;
    this.side = grid.size * scale;
    const places = windows * this.side ** 2;
    this.features = new Float32Array(places * channels);
    this.neighbours = new Int32Array(places * neighbours);
  }

  /** Shapes of features and neighbours. */
  get specs(): [TensorSpec, TensorSpec] {
    const { windows, channels, neighbours } = this.sizes;
    const { side } = this;
    return [{ shape: [windows, side, side, channels] }, { shape: [neighbours, windows, side, side], dtype: 'int32' }];
  }

  /** Features and neighbours as they are now. */
  get tensors(): [HostTensor, HostTensor] {
    const [features, neighbours] = this.specs;
    return [hostTensor(this.features, features.shape), hostTensor(this.neighbours, neighbours.shape)];
  }

  /** Fills window q. Where a map is smaller than a window the rest is filled: features 0, neighbour row 0. */
  fill(image: MatchedFeatures, { row, column }: Pick<WindowChoice, 'row' | 'column'>, q: number): void {
    const { grid, windows, scale, channels, neighbours } = this.sizes;
    const { side } = this;
    const [featureRows, featureColumns] = [grid.rows * scale, grid.columns * scale];
    const places = windows * side * side;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const to = (q * side + y) * side + x;
        const [fromRow, fromColumn] = [row * scale + y, column * scale + x];
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
}
