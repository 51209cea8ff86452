import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { matrixOf, resizeWeights } from './axisWeights.js';

/**
 * Bilinear resizing with half-pixel centres (align_corners=False), edge values repeated. Two matrix products, since
 * tfjs's own kernel extrapolates beyond the outermost centres.
 * @param x `[n, h, w, c]`.
 * @returns `[n, rows, columns, c]`.
 */
export function resizeBilinear(x: Tensor4D, rows: number, columns: number): Tensor4D {
  const [n, height, width, channels] = x.shape;
  if (height === rows && width === columns) return tf.clone(x);
  return tf.tidy(() => {
    const alongRows = tf.tensor3d(interpolationMatrix(height, rows), [1, rows, height]);
    const alongColumns = tf.tensor3d(interpolationMatrix(width, columns), [1, columns, width]);
    const stretched = tf.matMul(alongRows, tf.reshape(x, [n, height, width * channels]));
    const resized = tf.matMul(alongColumns, tf.reshape(stretched, [n * rows, width, channels]));
    return tf.reshape(resized, [n, rows, columns, channels]);
  });
}

/** Row-major `[target, source]`: each row holds the weights of the (at most two) source places of a target place. */
function interpolationMatrix(source: number, target: number): Float32Array {
  return Float32Array.from(matrixOf(resizeWeights(source, target)).data);
}
