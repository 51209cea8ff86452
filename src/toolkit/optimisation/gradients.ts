import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { named, type NamedTensors } from '../layers/namedTensors.js';

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
