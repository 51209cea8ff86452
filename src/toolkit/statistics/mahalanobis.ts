import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Squared Mahalanobis distance of each place's feature to that place's Gaussian.
 * @param features `[places, d]`.
 * @param means `[places, d]`.
 * @param whitening `[places, d, d]`, see `fitPlaceGaussians`.
 * @returns `[places]`.
 */
export function squaredMahalanobis(features: Tensor2D, means: Tensor2D, whitening: Tensor3D): Tensor1D {
  return tf.tidy(() => {
    const differences = tf.expandDims<Tensor3D>(tf.sub(features, means), 2);
    return tf.sum<Tensor1D>(tf.square(tf.matMul(whitening, differences)), [1, 2]);
  });
}

/**
 * The same with Gaussians of few samples.
 * @param samples `[places, n, d]`, see `PlaceMetric`.
 * @param weights `[places, n, d]`.
 */
export function squaredMahalanobisOfFew(
  features: Tensor2D,
  means: Tensor2D,
  { samples, weights, regularisation }: { samples: Tensor3D; weights: Tensor3D; regularisation: number },
): Tensor1D {
  return tf.tidy(() => {
    const differences = tf.expandDims<Tensor3D>(tf.sub(features, means), 2);
    const explained = tf.matMul(samples, tf.matMul(weights, differences), true);
    return tf.div(tf.sum<Tensor1D>(tf.square(tf.sub(differences, explained)), [1, 2]), regularisation);
  });
}
