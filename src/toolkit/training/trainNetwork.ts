import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { TrainingContext } from '../../plugin-api/index.js';
import {
  elementCount,
  hostTensor,
  type CompiledFunction,
  type HostTensor,
  type TensorSpec,
} from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import type { NamedTensors } from '../swin/swinSettings.js';
import { adamWCoefficients } from './adamW.js';
import { lossAndGradients } from './gradients.js';
import { applyGradients, initialTrainingState, stateOf, stateTensors, type TrainingState } from './trainingStep.js';

export interface NetworkTraining extends Pick<TrainingContext<unknown>, 'compute' | 'settings' | 'signal' | 'report'> {
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
  /** What a step is given beside the parameters. */
  inputs: readonly TensorSpec[];
  /** The inputs of one step, drawn or filled anew; the same arrays may be used again. */
  batch(): readonly HostTensor[];
  /** Tensor function: the loss of a step. */
  loss(parameters: NamedTensors, inputs: Tensor[]): Scalar;
  /** Factor on the learning rate of a parameter; default 1. */
  learningRateFactor?(name: string): number;
}

/**
 * Trains a network for `settings.steps` steps with AdamW: forward, backward and update as one compiled graph.
 * @returns the moving average of the parameters.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export async function trainNetwork(training: NetworkTraining): Promise<Record<string, HostTensor>> {
  const { compute, settings, signal, report } = training;
  let state = stateTensors(initialTrainingState(training.parameters));
  let next = state.map(({ shape }) => hostTensor(new Float32Array(elementCount(shape)), shape));
  const specs = [...state, { shape: [3] }, ...training.inputs];
  const compiled = await compute.compile('training-step', (...tensors) => stepFunction(tensors, training), specs);
  try {
    for (let step = 1; step <= settings.steps; step++) {
      signal.throwIfAborted();
      const loss = await runStep(compiled, state, next, step, training);
      // Two sets of arrays take turns: one is read while the other is written.
      [state, next] = [next, state];
      report({ phase: 'training', step, totalSteps: settings.steps, metrics: { loss } });
    }
  } finally {
    await compiled.dispose();
  }
  return stateOf(Object.keys(training.parameters), state).averages;
}

async function runStep(
  compiled: CompiledFunction,
  state: readonly HostTensor[],
  next: readonly HostTensor[],
  step: number,
  // eslint-disable-next-line @typescript-eslint/unbound-method -- a function, never a method with a this
  { settings, batch }: NetworkTraining,
): Promise<number> {
  const loss = hostTensor(new Float32Array(1), []);
  const coefficients = hostTensor(adamWCoefficients(settings.learningRate, step), [3]);
  await compiled.run([...state, coefficients, ...batch()], [loss, ...next]);
  const value = loss.data[0]!;
  if (!Number.isFinite(value)) {
    const message = `the loss of step ${step} is ${value}; lower the learning rate`;
    throw problem('NON_FINITE_OUTPUT', message, { item: 'loss' });
  }
  return value;
}

function stepFunction(tensors: Tensor[], training: NetworkTraining): Tensor[] {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- a function, never a method with a this
  const { parameters, loss: lossOf, learningRateFactor = () => 1, settings } = training;
  const names = Object.keys(parameters);
  const state = stateOf(names, tensors.slice(0, 4 * names.length));
  const [coefficients, ...inputs] = tensors.slice(4 * names.length) as [Tensor1D, ...Tensor[]];
  const { loss, gradients } = lossAndGradients(state.parameters, (current) => lossOf(current, inputs));
  const updated: TrainingState = { parameters: {}, firstMoments: {}, secondMoments: {}, averages: {} };
  for (const name of names) {
    const own = tf.mul<Tensor1D>(coefficients, tf.tensor1d([learningRateFactor(name), 1, 1]));
    const after = applyGradients(only(state, name), gradients, own, settings);
    for (const part of Object.keys(updated) as (keyof TrainingState)[]) Object.assign(updated[part], after[part]);
  }
  return [loss, ...stateTensors(updated)];
}

function only(state: TrainingState, name: string): TrainingState {
  const of = (tensors: Record<string, Tensor>) => ({ [name]: tensors[name]! });
  const { parameters, firstMoments, secondMoments, averages } = state;
  return {
    parameters: of(parameters),
    firstMoments: of(firstMoments),
    secondMoments: of(secondMoments),
    averages: of(averages),
  };
}
