import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../swin/swinSettings.js';

/** A loss and where it pulls. */
export interface LossAndGradients {
  loss: Scalar;
  /** By the parameters' names. */
  gradients: Record<string, Tensor>;
}

/** The value of a loss and its gradients with respect to named parameters. */
export function lossAndGradients(
  parameters: NamedTensors,
  loss: (parameters: NamedTensors) => Scalar,
): LossAndGradients {
  const names = Object.keys(parameters);
  const ofList = (...tensors: Tensor[]) => loss(named(names, tensors));
  const { value, grads } = tf.valueAndGrads(ofList)(Object.values(parameters));
  return { loss: value, gradients: named(names, grads) };
}

/** Things by their names. @throws RangeError when the counts differ. */
export function named<T>(names: readonly string[], tensors: readonly T[]): Record<string, T> {
  if (names.length !== tensors.length) throw new RangeError(`${names.length} names for ${tensors.length} tensors`);
  return Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
}
