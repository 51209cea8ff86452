import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type NamedTensors, parameter } from './namedTensors.js';

/** LayerNorm over the last axis, eps 1e-5, with `<name>.weight` and `<name>.bias`. */
export function layerNorm(parameters: NamedTensors, name: string, x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(normalised, parameter(parameters, `${name}.weight`)), parameter(parameters, `${name}.bias`));
}
