import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * x^exponent for x >= 0. Small whole exponents become products, whose gradients hold at x = 0 as well, where the gradient
 * of a general power is 0 * infinity.
 */
export function power<T extends Tensor>(x: T, exponent: number): T {
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 16) return tf.pow(x, exponent);
  if (exponent === 0) return tf.onesLike(x);
  if (exponent === 1) return tf.clone(x);
  return tf.tidy(() => {
    const root = tf.square(power(x, Math.floor(exponent / 2)));
    return exponent % 2 === 0 ? root : tf.mul(root, x);
  });
}
