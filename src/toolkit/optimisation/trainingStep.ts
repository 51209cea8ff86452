import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { elementCount, hostTensor, type HostTensor } from '../../shared/compute.js';
import { named, type NamedTensors } from '../layers/namedTensors.js';
import { adamWStep, type AdamWSettings, emaStep } from './adamW.js';
import { lossAndGradients } from './gradients.js';

/** AdamW with a moving average of the parameters. */
export interface OptimiserSettings extends AdamWSettings {
  /** Default 0.999. */
  emaDecay?: number;
  /** Factor on the learning rate of a parameter; default 1. */
  learningRateFactor?: ((name: string) => number) | undefined;
}

/** Parameters, AdamW's moments and the moving average, each by the parameters' names. */
export interface TrainingState<T = Tensor> {
  parameters: Record<string, T>;
  firstMoments: Record<string, T>;
  secondMoments: Record<string, T>;
  averages: Record<string, T>;
}

const parts = ['parameters', 'firstMoments', 'secondMoments', 'averages'] as const;

/**
 * One optimiser step (section 3.1.3): gradients of the loss, AdamW on every parameter, moving average of the result. Meant
 * to be compiled as one graph: see {@link stateTensors} and {@link stateOf} for its flat inputs and outputs.
 * @param coefficients `[3]`, from `adamWCoefficients`.
 */
export function trainingStep(
  state: TrainingState,
  coefficients: Tensor1D,
  loss: (parameters: NamedTensors) => Scalar,
  settings: OptimiserSettings = {},
): { loss: Scalar; state: TrainingState } {
  const { loss: value, gradients } = lossAndGradients(state.parameters, loss);
  const next = applyGradients(state, gradients, coefficients, settings);
  tf.dispose(gradients);
  return { loss: value, state: next };
}

/** AdamW and the moving average for gradients already known. */
function applyGradients(
  state: TrainingState,
  gradients: NamedTensors,
  coefficients: Tensor1D,
  settings: OptimiserSettings = {},
): TrainingState {
  const { emaDecay = 0.999, learningRateFactor = () => 1 } = settings;
  const next: TrainingState = { parameters: {}, firstMoments: {}, secondMoments: {}, averages: {} };
  for (const name of Object.keys(state.parameters)) {
    const before = {
      parameter: state.parameters[name]!,
      firstMoment: state.firstMoments[name]!,
      secondMoment: state.secondMoments[name]!,
    };
    const factor = learningRateFactor(name);
    const own = factor === 1 ? coefficients : tf.mul<Tensor1D>(coefficients, tf.tensor1d([factor, 1, 1]));
    const after = adamWStep(before, gradients[name]!, own, settings);
    next.parameters[name] = after.parameter;
    next.firstMoments[name] = after.firstMoment;
    next.secondMoments[name] = after.secondMoment;
    next.averages[name] = emaStep(state.averages[name]!, after.parameter, emaDecay);
  }
  return next;
}

/** The state before the first step: moments 0, average equal to the parameters (copied). */
export function initialTrainingState(parameters: Readonly<Record<string, HostTensor>>): TrainingState<HostTensor> {
  const each = (make: (parameter: HostTensor) => HostTensor) =>
    Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, make(parameter)]));
  const zeros = ({ shape }: HostTensor) => hostTensor(new Float32Array(elementCount(shape)), shape);
  const copy = ({ data, shape }: HostTensor) => hostTensor(data.slice(), shape);
  return { parameters: each(copy), firstMoments: each(zeros), secondMoments: each(zeros), averages: each(copy) };
}

/** All tensors of a state as one list: parameters, first moments, second moments, averages, each in the order of names. */
export function stateTensors<T>(state: TrainingState<T>): T[] {
  const names = Object.keys(state.parameters);
  return parts.flatMap((part) => names.map((name) => state[part][name]!));
}

/** The state of a list of {@link stateTensors}. @throws RangeError when there are not four tensors for each name. */
export function stateOf<T>(names: readonly string[], tensors: readonly T[]): TrainingState<T> {
  const count = names.length;
  if (tensors.length !== parts.length * count) {
    throw new RangeError(
      `a training state of ${count} parameters has ${parts.length * count} tensors, got ${tensors.length}`,
    );
  }
  const [parameters, firstMoments, secondMoments, averages] = parts.map((_, i) =>
    named(names, tensors.slice(i * count, (i + 1) * count)),
  ) as [Record<string, T>, Record<string, T>, Record<string, T>, Record<string, T>];
  return { parameters, firstMoments, secondMoments, averages };
}
