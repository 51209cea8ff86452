import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * The relative position bias of every pair of tokens of a window: the table's row (dy + w-1)*(2w-1) + (dx + w-1) with
 * (dy, dx) = query - key. Two small products, rows and columns apart, whose gradients are products again; a gather's
 * gradient would be a scatter, and one product with all pairs at once costs ten times more.
 * @param table `[(2w-1)^2, heads]`.
 * @returns `[heads, w^2, w^2]` (query, key).
 */
export function positionBias(table: Tensor2D, window: number): Tensor3D {
  const heads = table.shape[1];
  const span = 2 * window - 1;
  const pairs = window * window;
  return tf.tidy(() => {
    const differences = tf.tensor2d(differenceMatrix(window), [pairs, span]);
    const byRows = tf.matMul(differences, tf.reshape(table, [span, span * heads]));
    const columnsFirst = tf.transpose(tf.reshape(byRows, [pairs, span, heads]), [1, 0, 2]);
    const byColumns = tf.matMul(differences, tf.reshape(columnsFirst, [span, pairs * heads]));
    // [query x, key x, query y, key y, head] -> [head, query y, query x, key y, key x]
    const split = tf.reshape(byColumns, [window, window, window, window, heads]);
    return tf.reshape(tf.transpose(split, [4, 2, 0, 3, 1]), [heads, pairs, pairs]);
  });
}

/** Row (query, key) of one axis holds a 1 at query - key + window - 1. */
function differenceMatrix(window: number): Float32Array {
  const span = 2 * window - 1;
  const matrix = new Float32Array(window * window * span);
  for (let query = 0; query < window; query++) {
    for (let key = 0; key < window; key++) {
      matrix[(query * window + key) * span + query - key + window - 1] = 1;
    }
  }
  return matrix;
}
