import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { adamWCoefficients } from '../../src/toolkit/optimisation/adamW.js';
import { focalLoss } from '../../src/toolkit/losses/focalLoss.js';
import {
  initialTrainingState,
  stateOf,
  stateTensors,
  trainingStep,
  type TrainingState,
} from '../../src/toolkit/optimisation/trainingStep.js';
import { initialSwinParameters } from '../../src/toolkit/networks/swin/initialSwinParameters.js';
import { anomalyProbability, swin } from '../../src/toolkit/networks/swin/swin.js';
import type { SwinSettings } from '../../src/toolkit/networks/swin/swinSettings.js';
import {
  elementCount,
  hostTensor,
  type Compute,
  type HostTensor,
  type TensorFunction,
} from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';
import { runPeer, type Exchange, type PeerResult } from '../measuring/python.js';
import { samples, type Repetitions, type Samples } from '../measuring/samples.js';

/** Sizes of the Swin and of a batch. The Python counterpart reads the same. */
export interface SwinSizes extends SwinSettings {
  windows: number;
  /** Tokens a side. */
  windowSize: number;
}

const learningRate = 1e-4;

/** Host data of training steps and predictions, drawn from a seed. */
export interface SwinWork {
  sizes: SwinSizes;
  names: readonly string[];
  state: TrainingState<HostTensor>;
  /** Token windows `[n, h, w, d_t]`, non-negative like squared residuals. */
  tokens: HostTensor;
  /** `[n, h, w]`, a tenth of them anomalous. */
  labels: HostTensor;
}

export function drawSwinWork(sizes: SwinSizes, seed = 1): SwinWork {
  const random = RandomSource.fromSeed(seed);
  const parameters = initialSwinParameters(sizes, random);
  const shape = [sizes.windows, sizes.windowSize, sizes.windowSize];
  const draw = (of: readonly number[], next: () => number) =>
    hostTensor(
      Float32Array.from({ length: elementCount(of) }, () => next()),
      of,
    );
  return {
    sizes,
    names: Object.keys(parameters),
    state: initialTrainingState(parameters),
    tokens: draw([...shape, sizes.inputDimension], () => Math.abs(random.normal())),
    labels: draw(shape, () => Number(random.uniform() > 0.9)),
  };
}

/** Measures training steps, each from where the one before ended. @param losses gets the loss of each. */
export async function measureSteps(
  compute: Compute,
  work: SwinWork,
  repetitions: Repetitions,
  losses: number[],
): Promise<Samples> {
  let state: readonly HostTensor[] = stateTensors(work.state);
  const step = await compute.compile('training step', stepFunction(work), stepInputs(work, state, 1));
  const empty = () => step.outputs.map(({ shape }) => hostTensor(new Float32Array(elementCount(shape)), shape));
  // Two sets of output arrays take turns: what one step wrote the next one reads.
  const buffers = [empty(), empty()] as const;
  const measured = await samples(repetitions, async (round) => {
    const [value, ...next] = await step.run(stepInputs(work, state, round + 1), buffers[round % 2 === 0 ? 0 : 1]);
    losses.push(value!.data[0]!);
    state = next;
  });
  await step.dispose();
  return measured;
}

/** Measures predictions. @param scores gets the anomaly probabilities. */
export async function measurePredictions(
  compute: Compute,
  { names, state, tokens }: SwinWork,
  repetitions: Repetitions,
  scores: HostTensor[],
): Promise<Samples> {
  const inputs = [...names.map((name) => state.parameters[name]!), tokens];
  const predict = await compute.compile('prediction', predictFunction(names), inputs);
  const measured = await samples(repetitions, async () => void (scores[0] = (await predict.run(inputs))[0]!));
  await predict.dispose();
  return measured;
}

export interface SwinPeerResult extends PeerResult {
  /** Of every step. */
  losses: number[];
  /** Of a prediction, row-major. */
  scores: number[] | null;
}

/** The same in PyTorch, from the same parameters and tokens. */
export function runSwinPeer(
  work: SwinWork,
  part: 'step' | 'predict',
  repetitions: Repetitions,
  exchange: Exchange,
): SwinPeerResult {
  const written = Object.entries(work.state.parameters).map(([name, tensor]) => [name, exchange.write(name, tensor)]);
  return runPeer<SwinPeerResult>('swin.py', {
    ...work.sizes,
    ...repetitions,
    part,
    learningRate,
    parameters: Object.fromEntries(written) as unknown,
    tokens: exchange.write('tokens', work.tokens),
    labels: exchange.write('labels', work.labels),
  });
}

/** Inputs of {@link stepFunction} for optimiser step `step`, from 1. */
function stepInputs({ tokens, labels }: SwinWork, state: readonly HostTensor[], step: number): HostTensor[] {
  return [...state, tokens, labels, hostTensor(adamWCoefficients(learningRate, step), [3])];
}

/** Loss, then the next state: forward, backward, AdamW and moving average of the Swin. */
function stepFunction({ names }: SwinWork): TensorFunction {
  return (...inputs) => {
    const [tokens, labels, coefficients] = inputs.slice(-3) as [Tensor4D, Tensor, Tensor1D];
    const loss = (parameters: Readonly<Record<string, Tensor>>): Scalar =>
      focalLoss(anomalyProbability(swin(parameters, tokens)), labels);
    const result = trainingStep(stateOf(names, inputs.slice(0, -3)), coefficients, loss);
    return [result.loss, ...stateTensors(result.state)];
  };
}

/** Anomaly probabilities of the windows. */
function predictFunction(names: readonly string[]): TensorFunction {
  return (...inputs) => {
    const parameters = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
    return [anomalyProbability(swin(parameters, inputs.at(-1) as Tensor4D))];
  };
}
