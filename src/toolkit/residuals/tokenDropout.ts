import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Random PCR dropout (Eq. 13): a token becomes the zero vector where tau <= alpha; the others stay as they are (no
 * rescaling).
 * @param tokens `[..., d]`.
 * @param tau uniform in [0, 1), one for each token: `[...]`.
 * @param probability alpha.
 * @returns the shape of `tokens`.
 */
export function tokenDropout<T extends Tensor>(tokens: T, tau: Tensor, probability: number): T {
  return tf.tidy(() => {
    const kept = tf.cast(tf.greater(tau, probability), 'float32');
    return tf.mul(tokens, tf.expandDims(kept, -1));
  });
}
