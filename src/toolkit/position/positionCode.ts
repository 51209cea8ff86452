import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';

/** What the code of a place is relative to. */
export interface PositionCodeOptions {
  /** rho: features per token side; rows and columns are divided by it. Default 1. */
  patchSize?: number;
}

/**
 * The code of every place of a feature map (Eq. 3): quarters sin(c), cos(c), sin(r), cos(r) with the angle
 * (place / rho) / 10000^(8k / d_f), k counted from 0 inside each quarter.
 * @returns `[rows, columns, channels]`, values in [-1, 1].
 * @throws RangeError when `channels` is no multiple of 4.
 */
export function positionCode(
  rows: number,
  columns: number,
  channels: number,
  options: PositionCodeOptions = {},
): Tensor3D {
  const { patchSize = 1 } = options;
  const half = channels / 2;
  // Rows and columns are coded apart and repeated by the graph, so that a compiled graph holds h + w codes, not h * w.
  return tf.tidy(() => {
    const ofColumns = tf.tensor3d(axisCodes(columns, channels, patchSize), [1, columns, half]);
    const ofRows = tf.tensor3d(axisCodes(rows, channels, patchSize), [rows, 1, half]);
    return tf.concat([tf.tile(ofColumns, [rows, 1, 1]), tf.tile(ofRows, [1, columns, 1])], 2);
  });
}

/**
 * The code of one place (Eq. 3), on the host.
 * @returns `channels` numbers.
 * @throws RangeError when `channels` is no multiple of 4.
 */
export function positionCodeAt(
  row: number,
  column: number,
  channels: number,
  options: PositionCodeOptions = {},
): Float32Array {
  const { patchSize = 1 } = options;
  const code = new Float32Array(channels);
  writeAxisCode(code, 0, column / patchSize, channels);
  writeAxisCode(code, channels / 2, row / patchSize, channels);
  return code;
}

/**
 * Position-constrained features (Eq. 2): f^ = f + lambda_PE * code. The features are taken as they are.
 * @param features `[rows, columns, channels]` or `[n, rows, columns, channels]`; every item of a batch gets the same code.
 * @param weight lambda_PE.
 * @returns a tensor of the same shape.
 * @throws RangeError when the rank is another or `channels` is no multiple of 4.
 */
export function addPositionCode<T extends Tensor>(features: T, weight: number, options: PositionCodeOptions = {}): T {
  if (features.rank !== 3 && features.rank !== 4) {
    throw new RangeError(`features have the shape [h, w, d] or [n, h, w, d], got [${features.shape.join(', ')}]`);
  }
  const [rows, columns, channels] = features.shape.slice(-3) as [number, number, number];
  return tf.tidy(() => tf.add(features, tf.mul(positionCode(rows, columns, channels, options), weight)));
}

/** sin and cos of every place of one axis: `size * channels / 2` numbers. */
function axisCodes(size: number, channels: number, patchSize: number): Float32Array {
  const codes = new Float32Array((size * channels) / 2);
  for (let place = 0; place < size; place++) {
    writeAxisCode(codes, (place * channels) / 2, place / patchSize, channels);
  }
  return codes;
}

/** Two quarters of a code: sin, then cos of one coordinate, in tokens. */
function writeAxisCode(target: Float32Array, offset: number, coordinate: number, channels: number): void {
  if (channels % 4 !== 0) throw new RangeError(`a position code needs a multiple of 4 channels, got ${channels}`);
  const quarter = channels / 4;
  for (let k = 0; k < quarter; k++) {
    const angle = coordinate / 10_000 ** ((8 * k) / channels);
    target[offset + k] = Math.sin(angle);
    target[offset + quarter + k] = Math.cos(angle);
  }
}
