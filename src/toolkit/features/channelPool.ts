import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Adaptive average over channels: output channel i is the mean of the input channels floor(i*C/d) .. ceil((i+1)*C/d)-1.
 * @param x `[..., C]`.
 * @param channels d, at most C or above it (then channels repeat).
 * @returns `[..., d]`.
 */
export function poolChannels<T extends Tensor>(x: T, channels: number): T {
  const inputs = x.shape.at(-1)!;
  if (inputs === channels) return tf.clone(x);
  return tf.tidy(() => {
    const { groups, matrix } = channelPooling(inputs, channels);
    const [groupInputs, groupOutputs] = [inputs / groups, channels / groups];
    const rows = tf.reshape(x, [-1, groupInputs]);
    const pooled = tf.matMul(rows, tf.tensor2d(matrix, [groupInputs, groupOutputs]));
    return tf.reshape(pooled, [...x.shape.slice(0, -1), channels]) as T;
  });
}

/**
 * The pattern of the averages repeats gcd(C, d) times along the channels: `groups` copies of one small matrix
 * `[C/groups, d/groups]` instead of a full one.
 */
export function channelPooling(
  inputs: number,
  outputs: number,
  groups = greatestCommonDivisor(inputs, outputs),
): { groups: number; matrix: Float32Array } {
  const [rows, columns] = [inputs / groups, outputs / groups];
  const matrix = new Float32Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * rows) / columns);
    const to = Math.ceil(((column + 1) * rows) / columns);
    for (let row = from; row < to; row++) matrix[row * columns + column] = 1 / (to - from);
  }
  return { groups, matrix };
}

/** Greatest common divisor of two positive integers. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
