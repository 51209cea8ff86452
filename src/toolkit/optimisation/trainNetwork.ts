import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../shared/compute.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import { trainSteps, type StepsTraining } from './trainSteps.js';

/** A training whose loss is one number. */
export interface NetworkTraining extends Omit<StepsTraining, 'parts' | 'prepare'> {
  /** Tensor function: the loss of a step. */
  loss(this: void, parameters: NamedTensors, inputs: Tensor[]): Scalar;
}

/**
 * Trains a network whose loss is one number: see {@link trainSteps}. Reports its steps, saves checkpoints and goes on from them.
 * @returns the moving average of the parameters.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export function trainNetwork({ loss, ...training }: NetworkTraining): Promise<Record<string, HostTensor>> {
  return trainSteps({
    ...training,
    parts: ['loss'],
    prepare: (inputs) => (parameters) => ({ loss: loss(parameters, inputs) }),
  });
}
