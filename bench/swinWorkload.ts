import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { adamWCoefficients } from '../src/toolkit/training/adamW.js';
import { focalLoss } from '../src/toolkit/training/focalLoss.js';
import {
  initialTrainingState,
  stateOf,
  stateTensors,
  trainingStep,
  type TrainingState,
} from '../src/toolkit/training/trainingStep.js';
import { initialSwinParameters } from '../src/toolkit/swin/initialSwinParameters.js';
import { anomalyProbability, swin } from '../src/toolkit/swin/swin.js';
import { elementCount, hostTensor, type HostTensor, type TensorFunction } from '../src/shared/compute.js';
import { RandomSource } from '../src/shared/random.js';

/** What is measured: sizes of the Swin and of one training step. The Python counterpart reads the same. */
export const workload = {
  windows: 10,
  windowSize: 16,
  inputDimension: 720,
  dimension: 128,
  heads: 4,
  window: 8,
  blocks: 4,
  learningRate: 1e-4,
} as const;

const shape = [workload.windows, workload.windowSize, workload.windowSize] as const;

/** Host data of one training step and one prediction, drawn from a seed. */
export interface SwinWorkload {
  names: readonly string[];
  state: TrainingState<HostTensor>;
  /** Token windows `[n, h, w, d_t]`, non-negative like squared residuals. */
  tokens: HostTensor;
  /** `[n, h, w]`, a tenth of them anomalous. */
  labels: HostTensor;
}

export function drawWorkload(seed = 1): SwinWorkload {
  const random = RandomSource.fromSeed(seed);
  const parameters = initialSwinParameters(workload, random);
  const draw = (sizes: readonly number[], next: () => number) =>
    hostTensor(
      Float32Array.from({ length: elementCount(sizes) }, () => next()),
      sizes,
    );
  return {
    names: Object.keys(parameters),
    state: initialTrainingState(parameters),
    tokens: draw([...shape, workload.inputDimension], () => Math.abs(random.normal())),
    labels: draw(shape, () => Number(random.uniform() > 0.9)),
  };
}

/** Inputs of {@link stepFunction} for optimiser step `step`, from 1. */
export function stepInputs(load: SwinWorkload, state: readonly HostTensor[], step: number): HostTensor[] {
  const coefficients = hostTensor(adamWCoefficients(workload.learningRate, step), [3]);
  return [...state, load.tokens, load.labels, coefficients];
}

/** Loss, then the next state: forward, backward, AdamW and moving average of the Swin. */
export function stepFunction({ names }: SwinWorkload): TensorFunction {
  return (...inputs) => {
    const [tokens, labels, coefficients] = inputs.slice(-3) as [Tensor4D, Tensor, Tensor1D];
    const loss = (parameters: Readonly<Record<string, Tensor>>): Scalar =>
      focalLoss(anomalyProbability(swin(parameters, tokens)), labels);
    const result = trainingStep(stateOf(names, inputs.slice(0, -3)), coefficients, loss);
    return [result.loss, ...stateTensors(result.state)];
  };
}

/** Anomaly probabilities of the windows. */
export function predictFunction({ names }: SwinWorkload): TensorFunction {
  return (...inputs) => {
    const parameters = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
    return [anomalyProbability(swin(parameters, inputs.at(-1) as Tensor4D))];
  };
}

/** Inputs of {@link predictFunction}. */
export function predictInputs({ names, state, tokens }: SwinWorkload): HostTensor[] {
  return [...names.map((name) => state.parameters[name]!), tokens];
}
