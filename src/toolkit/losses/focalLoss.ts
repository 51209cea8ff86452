import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { power } from './power.js';

/** Weights of the focal loss (Eq. 11). */
export interface FocalSettings {
  /** Weight of anomalous tokens; normal ones have 1 - alpha. Default 0.25. */
  alpha?: number;
  /** Exponent that plays down tokens already right. Default 4. */
  gamma?: number;
}

/** The focal loss in its two sums. */
export interface FocalTerms {
  /** Scalar; 0 when no token is normal. */
  normal: Scalar;
  /** Scalar; 0 when no token is anomalous. */
  anomalous: Scalar;
}

/**
 * Below every positive number that 1 - p can be in float32 (2^-24): a probability of exactly 0 or 1 gives a large finite
 * loss and no gradient instead of infinity, and no other value changes.
 */
const leastProbability = 1e-8;

/**
 * Focal loss over tokens (Eq. 11): -mean over normal tokens of (1-alpha) p^gamma log(1-p) - mean over anomalous tokens of
 * alpha (1-p)^gamma log p.
 * @param probabilities p, anomaly confidences, any shape.
 * @param labels the same shape, float32: 0 NORMAL, 1 ANOMALOUS; tokens with any other value take no part.
 * @returns a scalar; a term without tokens is 0.
 */
export function focalLoss(probabilities: Tensor, labels: Tensor, settings: FocalSettings = {}): Scalar {
  return tf.tidy(() => {
    const { normal, anomalous } = focalTerms(probabilities, labels, settings);
    return tf.add(normal, anomalous);
  });
}

/** Both terms of {@link focalLoss}, each a scalar. */
export function focalTerms(probabilities: Tensor, labels: Tensor, settings: FocalSettings = {}): FocalTerms {
  const { alpha = 0.25, gamma = 4 } = settings;
  return tf.tidy(() => {
    const isNormal = tf.equal(labels, 0);
    const isAnomalous = tf.equal(labels, 1);
    return {
      normal: tf.mul<Scalar>(focalMean(probabilities, isNormal, 0, gamma), 1 - alpha),
      anomalous: tf.mul<Scalar>(focalMean(probabilities, isAnomalous, 1, gamma), alpha),
    };
  });
}

/**
 * Focal terms of probabilities of the right answer: -(1-p)^gamma log p.
 * @param right p, any shape.
 * @returns the same shape.
 */
export function focalTerm(right: Tensor, gamma: number): Tensor {
  return tf.tidy(() => {
    const logarithm = tf.log(tf.maximum(right, leastProbability));
    return tf.neg(tf.mul(power(tf.sub(1, right), gamma), logarithm));
  });
}

/** Mean of the focal terms over the chosen tokens, 0 when there are none. */
function focalMean(probabilities: Tensor, chosen: Tensor, label: 0 | 1, gamma: number): Scalar {
  // Select first, then take the logarithm: the tokens left out count as certainly right, with loss and gradient 0.
  const selected = tf.where(chosen, probabilities, tf.fill(probabilities.shape, label));
  const right = label === 1 ? selected : tf.sub(1, selected);
  const count = tf.maximum(tf.sum(tf.cast(chosen, 'float32')), 1);
  return tf.div(tf.sum(focalTerm(right, gamma)), count);
}
