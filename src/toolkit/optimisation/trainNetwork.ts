import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../shared/compute.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import { trainSteps, type StepsTraining } from './trainSteps.js';
import type { Turn } from './turn.js';

/** A training whose loss is one number. */
export interface NetworkTraining extends Omit<StepsTraining, 'turns' | 'buffers'>, Pick<Turn, 'groups' | 'clipNorm'> {
  /** Tensor function: the loss of a step. */
  loss(this: void, parameters: NamedTensors, inputs: Tensor[]): Scalar;
}

/**
 * Trains a network whose loss is one number: see {@link trainSteps}. Reports its steps, saves checkpoints and goes on from them.
 * @returns the moving average of the parameters, or the parameters where there is none.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export function trainNetwork({
  loss,
  groups,
  clipNorm,
  ...training
}: NetworkTraining): Promise<Record<string, HostTensor>> {
  const prepare: Turn['prepare'] = (inputs) => (parameters) => ({ loss: loss(parameters, inputs) });
  return trainSteps({ ...training, turns: [{ parts: ['loss'], groups, clipNorm, prepare }] });
}
