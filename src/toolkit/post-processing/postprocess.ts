/**
 * From the block map to the pixel map as tensor functions (Li et al. 2023, section 4.2.1): bilinear upscaling with half-pixel
 * centres, then a Gaussian with SciPy's `reflect` boundary, truncated at 4 sigma. Both are linear and separable, so each
 * axis is one product with a constant matrix; upscaling and smoothing share it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { matrixOf, resizeWeights, smoothingWeights, type Matrix } from '../layers/axisWeights.js';

/** Scales `maps` `[n, rows, columns]` to `[n, height, width]`. The result is the caller's to dispose. */
export function upscale(maps: tf.Tensor3D, height: number, width: number): tf.Tensor3D {
  const [, rows, columns] = maps.shape;
  return applyAxes(maps, matrixOf(resizeWeights(rows, height)), matrixOf(resizeWeights(columns, width)));
}

/** Smooths `maps` `[n, rows, columns]`, shape kept; `sigma` in pixels. The result is the caller's to dispose. */
export function smooth(maps: tf.Tensor3D, sigma: number): tf.Tensor3D {
  const [, rows, columns] = maps.shape;
  return applyAxes(maps, matrixOf(smoothingWeights(rows, sigma)), matrixOf(smoothingWeights(columns, sigma)));
}

/**
 * Block maps `[n, rows, columns]` to pixel maps `[n, height, width]`: scaled to the image, then smoothed with `sigma` pixels
 * (0: not smoothed). The result is the caller's to dispose.
 */
export function postprocess(maps: tf.Tensor3D, height: number, width: number, sigma: number): tf.Tensor3D {
  const [, rows, columns] = maps.shape;
  const axis = (from: number, to: number) =>
    multiply(matrixOf(smoothingWeights(to, sigma)), matrixOf(resizeWeights(from, to)));
  return applyAxes(maps, axis(rows, height), axis(columns, width));
}

/** Image scores `[n]` of pixel maps `[n, height, width]`: the maximum. The result is the caller's to dispose. */
export function imageScores(maps: tf.Tensor3D): tf.Tensor1D {
  return tf.max<tf.Tensor1D>(maps, [1, 2]);
}

/** `vertical` x map x `horizontal` transposed, for each map. */
function applyAxes(maps: tf.Tensor3D, vertical: Matrix, horizontal: Matrix): tf.Tensor3D {
  return tf.tidy(() => {
    const [n] = maps.shape;
    const across = product(maps, horizontal);
    const turned = tf.transpose(across, [0, 2, 1]);
    const down = product(turned, vertical);
    return tf.reshape(tf.transpose(down, [0, 2, 1]), [n, vertical.rows, horizontal.rows]);
  });
}

/** The last axis of `maps` `[n, a, from]` through a matrix `[to, from]`: `[n, a, to]`. */
function product(maps: tf.Tensor3D, matrix: Matrix): tf.Tensor3D {
  const [n, a, from] = maps.shape;
  const constant = tf.tensor2d(Float32Array.from(matrix.data), [matrix.rows, matrix.columns]);
  return tf.reshape(tf.matMul(tf.reshape(maps, [n * a, from]), constant, false, true), [n, a, matrix.rows]);
}

function multiply(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < b.columns; j++) data[i * b.columns + j]! += factor * b.data[k * b.columns + j]!;
    }
  }
  return { rows: a.rows, columns: b.columns, data };
}
