import * as tf from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { type WindowGrid, windowOrigins } from './windowStarts.js';

/**
 * Every sliding window of every map (Eq. 8). A map smaller than a window is filled with zeros at its bottom and right.
 * @param tokens `[n, h, w, d]`.
 * @param grid of the map, see {@link windowGrid}.
 * @returns `[n*Q, mu, mu, d]`, all windows of the first map first.
 * @throws RangeError when the grid is another map's.
 */
export function extractWindows(tokens: Tensor4D, grid: WindowGrid): Tensor4D {
  const [n, rows, columns, channels] = tokens.shape;
  if (rows !== grid.rows || columns !== grid.columns) {
    throw new RangeError(`a grid of ${grid.rows}x${grid.columns} tokens does not fit a map of ${rows}x${columns}`);
  }
  const { size } = grid;
  return tf.tidy(() => {
    const filled = fillToWindow(tokens, size);
    const windows = windowOrigins(grid).map(([row, column]) =>
      tf.slice(filled, [0, row, column, 0], [n, size, size, channels]),
    );
    if (windows.length === 1) return tf.clone(windows[0]!);
    return tf.reshape<Rank.R4>(tf.stack(windows, 1), [n * windows.length, size, size, channels]);
  });
}

/**
 * Chosen windows of chosen maps.
 * @param tokens `[n, h, w, d]`, not smaller than a window (see {@link fillToWindow}).
 * @param places int32 `[q, mu, mu]` from {@link windowPlaces}.
 * @returns `[q, mu, mu, d]`.
 */
export function gatherWindows(tokens: Tensor4D, places: Tensor3D): Tensor4D {
  const channels = tokens.shape[3];
  return tf.tidy(() => {
    const rows = tf.reshape(tokens, [-1, channels]);
    return tf.reshape<Rank.R4>(tf.gather(rows, tf.reshape(places, [-1])), [...places.shape, channels]);
  });
}

/**
 * Flat places (map, row, column) of the tokens of windows, for {@link gatherWindows}: row-major `[q, mu, mu]`.
 * @param windows which map and which origin each.
 * @param mapShape rows and columns of the maps gathered from.
 */
export function windowPlaces(
  windows: readonly { map: number; row: number; column: number }[],
  size: number,
  [rows, columns]: readonly [number, number],
): Int32Array {
  const places = new Int32Array(windows.length * size * size);
  let next = 0;
  for (const { map, row, column } of windows) {
    if (row < 0 || column < 0 || row + size > rows || column + size > columns) {
      throw new RangeError(`a window of ${size} at (${row}, ${column}) leaves the map of ${rows}x${columns} tokens`);
    }
    for (let y = row; y < row + size; y++) {
      const start = (map * rows + y) * columns;
      for (let x = column; x < column + size; x++) places[next++] = start + x;
    }
  }
  return places;
}

/** Zeros at the bottom and right of maps `[n, h, w, d]` smaller than a window; a copy where they are not. */
export function fillToWindow<T extends Tensor>(tokens: T, size: number): T {
  const [, rows, columns] = tokens.shape as [number, number, number, number];
  if (rows >= size && columns >= size) return tf.clone(tokens);
  return tf.pad(tokens, [
    [0, 0],
    [0, Math.max(size - rows, 0)],
    [0, Math.max(size - columns, 0)],
    [0, 0],
  ]);
}
