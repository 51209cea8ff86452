import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { named, type NamedTensors } from '../layers/namedTensors.js';

/** A loss and where it pulls. */
export interface LossAndGradients {
  loss: Scalar;
  /** By the parameters' names. */
  gradients: Record<string, Tensor>;
}

/**
 * The value of a loss and its gradients with respect to named parameters.
 * @throws RangeError naming the parameters that the loss does not depend on.
 */
export function lossAndGradients(
  parameters: NamedTensors,
  loss: (parameters: NamedTensors) => Scalar,
): LossAndGradients {
  const names = Object.keys(parameters);
  const { value, grads } = tf
    .engine()
    .gradients(() => loss(parameters), Object.values(parameters), undefined, true) as {
    value: Scalar;
    grads: (Tensor | null | undefined)[];
  };
  const unreached = names.filter((_, i) => !grads[i]);
  if (unreached.length > 0) throw new RangeError(notReached(unreached));
  return { loss: value, gradients: named(names, grads as Tensor[]) };
}

function notReached(names: readonly string[]): string {
  const list = names.map((name) => `'${name}'`).join(', ');
  const [noun, verb] = names.length === 1 ? ['parameter', 'is'] : ['parameters', 'are'];
  return `the loss does not reach the ${noun} ${list}, which ${verb} to be trained: use or leave out what no loss depends on`;
}

/**
 * Scales gradients so that their common length, over all of them, is at most `most`: times min(1, most / (length + 1e-6)).
 * @returns new tensors.
 */
export function clipByGlobalNorm(gradients: NamedTensors, most: number): Record<string, Tensor> {
  const factor = tf.tidy(() => {
    const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
    const length = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
    return tf.minimum(1, tf.div(most, tf.add(length, 1e-6)));
  });
  const clipped = Object.fromEntries(Object.entries(gradients).map(([name, each]) => [name, tf.mul(each, factor)]));
  factor.dispose();
  return clipped;
}
