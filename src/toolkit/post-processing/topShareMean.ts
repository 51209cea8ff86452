import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Score of an image: the mean of its K highest scores (Pang et al. 2021, Eq. 2).
 * @param scores `[n, places]`.
 * @param share of the places: K = share * places, at least 1, rounded up or down.
 * @returns `[n]`.
 */
export function topShareMean(scores: Tensor2D, share: number, rounding: 'ceil' | 'floor' = 'ceil'): Tensor1D {
  const places = scores.shape[1];
  const count = Math.min(places, Math.max(1, Math[rounding](share * places)));
  // tfjs has no gradient of its own for topk.
  const mean = tf.customGrad((x, save) => {
    (save as (tensors: Tensor[]) => void)([x as Tensor]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const { indices } = tf.topk(saved[0]!, count);
      const chosen = tf.sum(tf.oneHot(indices, places, 1, 0, 'float32'), 1);
      return tf.mul(chosen, tf.div(tf.expandDims(dy, 1), count));
    };
    return { value: tf.mean<Tensor1D>(tf.topk(x as Tensor2D, count).values, 1), gradFunc };
  });
  return tf.tidy(() => mean(scores));
}
