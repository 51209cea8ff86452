import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';

/** Of {@link deviationLoss}; the paper's values are the defaults. */
export interface DeviationLossSettings {
  /** a: how many standard deviations an anomaly shall lie above the reference scores. Default 5. */
  margin?: number;
}

/**
 * Deviation loss (Pang et al. 2021, Eq. 3, 4): dev = (score - mean) / deviation (unbiased) of reference scores drawn from a
 * Gaussian; |dev| for normal things, max(0, a - dev) for anomalous ones, averaged over both together.
 * @param scores `[n]`.
 * @param labels `[n]`: 0 NORMAL, 1 ANOMALOUS; others (-1, -2) give no gradient.
 * @param reference `[l]`, drawn from N(0, 1), l > 1.
 */
export function deviationLoss(
  scores: Tensor1D,
  labels: Tensor1D,
  reference: Tensor1D,
  { margin = 5 }: DeviationLossSettings = {},
): Scalar {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(reference);
    const unbiased = tf.mul(variance, reference.size / (reference.size - 1));
    const deviations = tf.div(tf.sub(scores, mean), tf.sqrt(unbiased));
    const normal = tf.cast(tf.equal(labels, 0), 'float32');
    const anomalous = tf.cast(tf.equal(labels, 1), 'float32');
    const costs = tf.add(tf.mul(normal, tf.abs(deviations)), tf.mul(anomalous, tf.relu(tf.sub(margin, deviations))));
    const count = tf.maximum(tf.sum(tf.add(normal, anomalous)), 1);
    return tf.div<Scalar>(tf.sum(costs), count);
  });
}
