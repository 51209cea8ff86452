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

/**
 * The exact GELU: x * Phi(x). Its own gradient, dy * (Phi(x) + x phi(x)), takes fewer passes over the widest tensor of the
 * network than the derivative of every factor: a sixth of a training step.
 */
export function gelu(x: Tensor): Tensor {
  return tf.customGrad((input, save) => {
    const argument = input as Tensor;
    (save as tf.GradSaveFunc)([argument]);
    return {
      value: tf.tidy(() => tf.mul(argument, normalDistribution(argument))),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        tf.tidy(() => {
          const density = tf.mul(tf.exp(tf.mul(tf.square(saved!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
          return tf.mul(dy, tf.add(normalDistribution(saved!), tf.mul(saved!, density)));
        }),
    };
  })(x);
}

/** Phi(x). */
function normalDistribution(x: Tensor): Tensor {
  return tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);
}
