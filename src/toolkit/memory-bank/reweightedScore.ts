import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { nearestNeighbours } from './nearestNeighbours.js';

/** Features of one image matched with a memory bank. */
export interface MatchedFeatures {
  /** `[q, d]`. */
  queries: Tensor2D;
  /** `[m, d]`. */
  bank: Tensor2D;
  /** `[m]`, see `nearestNeighbours`. */
  penalty: Tensor1D;
  /** Of each query to its nearest vector, `[q]`. */
  distances: Tensor1D;
  /** int32 `[q]`. */
  nearest: Tensor1D;
}

/**
 * PatchCore's image score (Roth et al. 2022, Eq. 6, 7): the largest distance s*, of the feature m_test to its nearest vector m*,
 * weighed by how lonely m* is: (1 - exp(s*) / sum exp(|m_test - m|)) s*, the sum over the b vectors nearest to m*, itself
 * among them.
 * @param b 0: not weighed.
 * @returns `[1]`.
 */
export function reweightedScore({ queries, bank, penalty, distances, nearest }: MatchedFeatures, b: number): Tensor1D {
  return tf.tidy(() => {
    const { values: largest, indices: place } = tf.topk(distances, 1);
    if (b === 0) return largest;
    const query = tf.gather(queries, place);
    const matched = tf.gather(bank, tf.gather(nearest, place));
    const { indices: around } = nearestNeighbours(matched, bank, penalty, Math.min(b, bank.shape[0]));
    const neighbours = tf.gather(bank, tf.reshape(around, [-1]));
    const toNeighbours = tf.sqrt(tf.sum(tf.square(tf.sub(neighbours, query)), 1));
    // exp() of distances overflows; their differences to s* do not matter beyond a few units.
    const ratios = tf.exp(tf.clipByValue(tf.sub(toNeighbours, largest), -60, 60));
    return tf.mul<Tensor1D>(largest, tf.sub(1, tf.div(1, tf.maximum(tf.sum(ratios), 1))));
  });
}
