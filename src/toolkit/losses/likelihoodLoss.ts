import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/**
 * What likelihoods cost, -log sigmoid of each: near 0 for likely features, and no more than linear for unlikely ones (Gudovskiy et al.
 * 2022, their code). @param logLikelihoods of features over their numbers of channels, `[n]`. @returns `[n]`.
 */
export function likelihoodCosts(logLikelihoods: Tensor1D): Tensor1D {
  return tf.softplus<Tensor>(tf.neg(logLikelihoods)) as Tensor1D;
}
