import * as tf from '@tensorflow/tfjs-core';
import { learningRateOf, type Optimiser, type RateSettings } from './optimiser.js';

/** Stochastic gradient descent, as PyTorch has it. */
export interface SgdSettings extends RateSettings {
  /** Share of the last velocity that is kept. Default 0. */
  momentum?: number;
  /** Added to the gradient: decay * p. Default 0. */
  weightDecay?: number;
}

/** Stochastic gradient descent with momentum: v = momentum * v + g; p -= lr * v. */
export function sgd(settings: SgdSettings): Optimiser {
  const { momentum = 0, weightDecay = 0 } = settings;
  return {
    slots: momentum === 0 ? [] : ['velocities'],
    coefficients: (step) => Float32Array.of(learningRateOf(settings, step)),
    update: (parameter, gradient, [velocity], coefficients) =>
      tf.tidy(() => {
        const pulled = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
        const next = velocity ? tf.add(tf.mul(velocity, momentum), pulled) : pulled;
        const step = tf.mul(next, tf.reshape(coefficients, []));
        return { parameter: tf.sub(parameter, step), slots: velocity ? [next] : [] };
      }),
  };
}
