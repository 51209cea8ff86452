import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** AdamW (Loshchilov and Hutter 2019) with PyTorch's defaults. */
export interface AdamWSettings {
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** Decoupled decay of every parameter. Default 0.05. */
  weightDecay?: number;
}

/** A parameter, or a record's worth of them, with AdamW's two moments. */
export interface AdamWState {
  parameter: Tensor;
  /** m: mean of the gradients. */
  firstMoment: Tensor;
  /** v: mean of their squares. */
  secondMoment: Tensor;
}

/**
 * What changes from step to step, as an input of the compiled step: learning rate, 1/(1-beta1^t), 1/(1-beta2^t).
 * @param step t, from 1.
 */
export function adamWCoefficients(learningRate: number, step: number, settings: AdamWSettings = {}): Float32Array {
  const { beta1 = 0.9, beta2 = 0.999 } = settings;
  return Float32Array.of(learningRate, 1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step));
}

/**
 * One step for one parameter: p *= 1 - lr*decay; m and v move towards g and g^2; p -= lr * m' / (sqrt(v') + eps) with the
 * bias-corrected moments.
 * @param coefficients `[3]`, see {@link adamWCoefficients}.
 */
export function adamWStep(
  state: AdamWState,
  gradient: Tensor,
  coefficients: Tensor1D,
  settings: AdamWSettings = {},
): AdamWState {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.05 } = settings;
  return tf.tidy(() => {
    const [learningRate, firstCorrection, secondCorrection] = [0, 1, 2].map((i) =>
      tf.reshape(tf.slice(coefficients, i, 1), []),
    ) as [Tensor, Tensor, Tensor];
    const firstMoment = mix(state.firstMoment, gradient, beta1);
    const secondMoment = mix(state.secondMoment, tf.square(gradient), beta2);
    const scale = tf.add(tf.sqrt(tf.mul(secondMoment, secondCorrection)), epsilon);
    const step = tf.div(tf.mul(firstMoment, tf.mul(learningRate, firstCorrection)), scale);
    const kept = tf.mul(state.parameter, tf.sub(1, tf.mul(learningRate, weightDecay)));
    return { parameter: tf.sub(kept, step), firstMoment, secondMoment };
  });
}

/**
 * Exponential moving average of a parameter: decay * average + (1 - decay) * parameter.
 * @returns the new average; start it with the initial parameter.
 */
export function emaStep(average: Tensor, parameter: Tensor, decay: number): Tensor {
  return tf.tidy(() => mix(average, parameter, decay));
}

function mix(before: Tensor, next: Tensor, keep: number): Tensor {
  return tf.add(tf.mul(before, keep), tf.mul(next, 1 - keep));
}
