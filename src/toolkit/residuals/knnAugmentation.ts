import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** alpha_1 and alpha_2 of Eq. 12: upper ends of tau for neighbours 1 and 2. */
export const neighbourThresholds = [0.5, 0.8] as const;

/**
 * Which neighbour tau chooses (Eq. 12): 0 for tau <= alpha_1, 1 for alpha_1 < tau <= alpha_2, and so on.
 * @param tau uniform in [0, 1), any shape.
 * @param thresholds ascending; one less than there are neighbours.
 * @returns ranks as float32, the same shape.
 */
export function neighbourRank<T extends Tensor>(tau: T, thresholds: readonly number[] = neighbourThresholds): T {
  return tf.tidy(() => {
    const above = thresholds.map((threshold) => tf.cast(tf.greater(tau, threshold), 'float32'));
    return (above.length === 0 ? tf.zerosLike(tau) : above.reduce((sum, each) => tf.add(sum, each))) as T;
  });
}

/**
 * k-NN augmentation (Eq. 12): the residual to one of the k nearest memory vectors, times delta.
 * @param residuals `[k, ..., d]`, nearest first.
 * @param tau uniform in [0, 1), one for each feature: `[...]`.
 * @param scale delta = e^z, drawn per element: `[..., d]`.
 * @param thresholds ascending, k - 1 of them.
 * @returns `[..., d]`.
 * @throws RangeError when `thresholds` are not k - 1.
 */
export function knnResidualAugmentation(
  residuals: Tensor,
  tau: Tensor,
  scale: Tensor,
  thresholds: readonly number[] = neighbourThresholds,
): Tensor {
  const [neighbours, ...shape] = residuals.shape as [number, ...number[]];
  if (thresholds.length !== neighbours - 1) {
    throw new RangeError(`${neighbours} neighbours need ${neighbours - 1} thresholds, got ${thresholds.length}`);
  }
  return tf.tidy(() => {
    const rank = tf.expandDims(neighbourRank(tau, thresholds), -1);
    const parts = Array.from({ length: neighbours }, (_, k) => {
      const begin = [k, ...shape.map(() => 0)];
      const own = tf.reshape(tf.slice(residuals, begin, [1, ...shape]), shape);
      return tf.mul(own, tf.cast(tf.equal(rank, k), 'float32'));
    });
    return tf.mul(
      parts.reduce((sum, part) => tf.add(sum, part)),
      scale,
    );
  });
}
