import { tf } from 'residua/plugin-api';
import { windowCounts, type WindowGrid } from './windowStarts.js';

/**
 * Bagging (Eq. 10): a token's score is the mean over all windows that contain it.
 * @param maps `[n*Q, mu, mu]` in the order of `extractWindows`.
 * @param grid of the token map; places beyond it (the zero filling) are cut off.
 * @returns `[n, h, w]`.
 */
export function bag(maps: tf.Tensor3D, grid: WindowGrid): tf.Tensor3D {
  const { rows, columns, size, rowStarts, columnStarts } = grid;
  const n = maps.shape[0] / grid.count;
  const [filledRows, filledColumns] = [Math.max(rows, size), Math.max(columns, size)];
  return tf.tidy(() => {
    // First the windows of one row of windows are laid over each other, then the rows: R + C placements instead of R * C.
    const windows = tf.reshape(maps, [n * rowStarts.length, columnStarts.length, size, size]);
    const strips = layOver(windows, columnStarts, filledColumns, 'columns');
    const perRow = tf.reshape(strips, [n, rowStarts.length, size, filledColumns]);
    const sums = layOver(perRow, rowStarts, filledRows, 'rows');
    const cropped = tf.slice(sums, [0, 0, 0], [n, rows, columns]);
    return tf.div<tf.Tensor3D>(cropped, tf.tensor3d(windowCounts(grid), [1, rows, columns]));
  });
}

/** Sum over axis 1 of `[m, starts, h, w]`, each part moved to its start along rows or columns. */
function layOver(parts: tf.Tensor, starts: readonly number[], length: number, axis: 'rows' | 'columns'): tf.Tensor {
  const [m, , height, width] = parts.shape as [number, number, number, number];
  const placed = starts.map((start, i) => {
    const part = tf.reshape(tf.slice(parts, [0, i, 0, 0], [m, 1, height, width]), [m, height, width]);
    const after = length - start - (axis === 'rows' ? height : width);
    const padding: [number, number] = [start, after];
    return tf.pad(part, axis === 'rows' ? [[0, 0], padding, [0, 0]] : [[0, 0], [0, 0], padding]);
  });
  return placed.reduce((sum, part) => tf.add(sum, part));
}
