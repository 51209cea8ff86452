import { tf } from 'residua/plugin-api';
import { type WindowGrid, windowOrigins } from './windowStarts.js';

/**
 * Every sliding window of every map (Eq. 8). A map smaller than a window is filled with zeros at its bottom and right.
 * @param tokens `[n, h, w, d]`.
 * @param grid of the map, see {@link windowGrid}.
 * @returns `[n*Q, mu, mu, d]`, all windows of the first map first.
 * @throws RangeError when the grid is another map's.
 */
export function extractWindows(tokens: tf.Tensor4D, grid: WindowGrid): tf.Tensor4D {
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
    return tf.reshape<tf.Rank.R4>(tf.stack(windows, 1), [n * windows.length, size, size, channels]);
  });
}

/** Zeros at the bottom and right of maps `[n, h, w, d]` smaller than a window; a copy where they are not. */
export function fillToWindow<T extends tf.Tensor>(tokens: T, size: number): T {
  const [, rows, columns] = tokens.shape as [number, number, number, number];
  if (rows >= size && columns >= size) return tf.clone(tokens);
  return tf.pad(tokens, [
    [0, 0],
    [0, Math.max(size - rows, 0)],
    [0, Math.max(size - columns, 0)],
    [0, 0],
  ]);
}
