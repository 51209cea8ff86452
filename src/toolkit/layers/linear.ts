import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type NamedTensors, parameter } from './namedTensors.js';

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
