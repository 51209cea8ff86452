import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../swin/swinSettings.js';
import { anomalyProbability, swin } from '../swin/swin.js';

/** How residuals enter the network and its verdict. All off in the paper. */
export interface TokenScoring {
  /** `logarithm` compresses the residuals' long tail: log(1 + r). */
  residualInput: 'linear' | 'logarithm';
  /**
   * Weight of the matching distance in the anomalous logit: added is `weight * (2 log(mean normalised residual) - 3)`, so that
   * a network whose last layer starts at zero begins as a nearest-neighbour detector. 0: none.
   */
  distancePrior: number;
}

/** Keeps log() finite where a residual is exactly zero. */
const smallest = 1e-6;

/**
 * Divides residual tokens by their mean over normal images, so that 1 is an ordinary residual whatever the backbone.
 * @param tokens `[..., d_t]`.
 * @param scale `[d_t]` or `[1]`.
 */
export function normaliseResiduals<T extends Tensor>(tokens: T, scale: Tensor1D): T {
  return tf.div(tokens, scale);
}

/**
 * Mean of each normalised token over its channels: the matching distance that the prior starts from.
 * @returns the shape without the last axis.
 */
export function matchingDistance<T extends Tensor = Tensor3D>(tokens: Tensor): T {
  return tf.mean<T>(tokens, -1);
}

/**
 * Anomaly probability of every token of windows (Eq. 9).
 * @param tokens normalised residuals, `[n, mu, mu, d_t]`.
 * @param distances from {@link matchingDistance}, `[n, mu, mu]`; of the tokens before any of them was dropped.
 * @returns `[n, mu, mu]`.
 */
export function tokenScores(
  parameters: NamedTensors,
  tokens: Tensor4D,
  distances: Tensor3D,
  scoring: TokenScoring,
): Tensor3D {
  return tf.tidy(() => {
    const input = scoring.residualInput === 'linear' ? tokens : tf.log1p(tokens);
    const logits = swin(parameters, input);
    if (scoring.distancePrior === 0) return anomalyProbability(logits) as Tensor3D;
    const prior = tf.sub(tf.mul(tf.log(tf.add(distances, smallest)), 2), 3);
    const anomalous = tf.mul(prior, scoring.distancePrior);
    const both = tf.stack([tf.zerosLike(anomalous), anomalous], -1);
    return anomalyProbability(tf.add(logits, both)) as Tensor3D;
  });
}
