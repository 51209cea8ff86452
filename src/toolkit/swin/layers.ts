import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type NamedTensors, parameter } from './swinSettings.js';

/** `x W^T + b` on the last axis, with `<name>.weight` `[out, in]` and `<name>.bias`. */
export function linear(parameters: NamedTensors, name: string, x: Tensor): Tensor {
  const weight = parameter<Tensor2D>(parameters, `${name}.weight`);
  const bias = parameter<Tensor1D>(parameters, `${name}.bias`);
  const [outputs, inputs] = weight.shape;
  if (x.shape.at(-1) !== inputs) {
    throw new RangeError(`'${name}' takes ${inputs} channels, got a tensor of shape [${x.shape.join(', ')}]`);
  }
  const rows = tf.matMul(tf.reshape(x, [-1, inputs]), weight, false, true);
  return tf.reshape(tf.add(rows, bias), [...x.shape.slice(0, -1), outputs]);
}

/** LayerNorm over the last axis, eps 1e-5, with `<name>.weight` and `<name>.bias`. */
export function layerNorm(parameters: NamedTensors, name: string, x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(normalised, parameter(parameters, `${name}.weight`)), parameter(parameters, `${name}.bias`));
}

/** The exact GELU: x * Phi(x). */
export function gelu(x: Tensor): Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
