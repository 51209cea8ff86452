import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../shared/compute.js';

/** What features are whitened by, as a state holds it. */
export interface Whitening {
  /** Of the features of normal images, `[d_f]`. */
  mean: HostTensor;
  /** Their principal directions, each divided by a power of its deviation, `[d_f, d_w]`. */
  matrix: HostTensor;
}

/** The same inside a tensor function. */
export interface WhiteningTensors {
  mean: Tensor1D;
  matrix: Tensor2D;
}

/** Features around their mean along the directions of a whitening. @param features `[n, h, w, d_f]`. @returns `[n, h, w, d_w]`. */
export function whiten(features: Tensor4D, { mean, matrix }: WhiteningTensors): Tensor4D {
  return tf.tidy(() => {
    const [n, rows, columns, channels] = features.shape;
    const centred = tf.sub(tf.reshape<tf.Rank.R2>(features, [-1, channels]), mean);
    return tf.reshape(tf.matMul(centred as Tensor2D, matrix), [n, rows, columns, matrix.shape[1]]);
  });
}

/** A whitening as constants of the tensor function that is being traced. */
export function whiteningConstants({ mean, matrix }: Whitening): WhiteningTensors {
  return {
    mean: tf.tensor1d(mean.data as Float32Array),
    matrix: tf.tensor2d(matrix.data as Float32Array, matrix.shape as [number, number]),
  };
}
