import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { learningRateOf, type Optimiser, type RateSettings } from './optimiser.js';

/** Adam (Kingma and Ba 2015) with PyTorch's defaults. */
export interface AdamSettings extends RateSettings {
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** Of every parameter. Default 0. */
  weightDecay?: number;
}

/**
 * AdamW (Loshchilov and Hutter 2019): decay apart from the gradient. p *= 1 - lr * decay; m and v move towards g and g^2;
 * p -= lr * m' / (sqrt(v') + eps) with the bias-corrected moments.
 */
export function adamW(settings: AdamSettings): Optimiser {
  const { weightDecay = 0 } = settings;
  return {
    ...adamState(settings),
    update: (parameter, gradient, slots, coefficients) =>
      tf.tidy(() => {
        const { step, moments, learningRate } = adamStep(gradient, slots, coefficients, settings);
        const kept = tf.mul(parameter, tf.sub(1, tf.mul(learningRate, weightDecay)));
        return { parameter: tf.sub(kept, step), slots: moments };
      }),
  };
}

/** Adam as Kingma and Ba have it: the decay is part of the gradient, g + decay * p. Without decay it is {@link adamW}. */
export function adam(settings: AdamSettings): Optimiser {
  const { weightDecay = 0 } = settings;
  return {
    ...adamState(settings),
    update: (parameter, gradient, slots, coefficients) =>
      tf.tidy(() => {
        const pulled = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
        const { step, moments } = adamStep(pulled, slots, coefficients, settings);
        return { parameter: tf.sub(parameter, step), slots: moments };
      }),
  };
}

/** Coefficients: learning rate, 1/(1-beta1^t), 1/(1-beta2^t). */
function adamState(settings: AdamSettings): Pick<Optimiser, 'slots' | 'coefficients'> {
  const { beta1 = 0.9, beta2 = 0.999 } = settings;
  return {
    slots: ['firstMoments', 'secondMoments'],
    coefficients: (step) =>
      Float32Array.of(learningRateOf(settings, step), 1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)),
  };
}

/** The step that is taken off, and m and v after it. */
function adamStep(
  gradient: Tensor,
  [first, second]: readonly Tensor[],
  coefficients: Tensor1D,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamSettings,
): { step: Tensor; moments: Tensor[]; learningRate: Tensor } {
  const [learningRate, firstCorrection, secondCorrection] = [0, 1, 2].map((i) =>
    tf.reshape(tf.slice(coefficients, i, 1), []),
  ) as [Tensor, Tensor, Tensor];
  const firstMoment = mix(first!, gradient, beta1);
  const secondMoment = mix(second!, tf.square(gradient), beta2);
  const scale = tf.add(tf.sqrt(tf.mul(secondMoment, secondCorrection)), epsilon);
  const step = tf.div(tf.mul(firstMoment, tf.mul(learningRate, firstCorrection)), scale);
  return { step, moments: [firstMoment, secondMoment], learningRate };
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
