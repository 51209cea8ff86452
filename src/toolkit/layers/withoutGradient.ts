import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * What a function makes of a tensor, as a constant to whoever differentiates. Its operations need no gradients of their own.
 * @param fn a tensor function.
 */
export function withoutGradient<T extends Tensor, U extends Tensor>(x: T, fn: (x: T) => U): U {
  return tf.customGrad((given, save) => {
    (save as tf.GradSaveFunc)([given as Tensor]);
    return {
      value: tf.tidy(() => fn(given as T)),
      gradFunc: (_dy: Tensor, [saved]: Tensor[]) => tf.zerosLike(saved!),
    };
  })(x);
}
