import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { adamW } from '../../src/toolkit/optimisation/adamW.js';
import { focalLoss } from '../../src/toolkit/losses/focalLoss.js';
import { CompiledStep } from '../../src/toolkit/optimisation/compiledStep.js';
import type { StepPlan } from '../../src/toolkit/optimisation/trainingStep.js';
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
  parameters: Readonly<Record<string, HostTensor>>;
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
    parameters,
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
  const batch = [work.tokens, work.labels];
  const step = await CompiledStep.compile({ ...stepPlan(work), compute, inputs: batch });
  const measured = await samples(repetitions, async () => void losses.push((await step.run(batch)).loss));
  await step.dispose();
  return measured;
}

/** Measures predictions. @param scores gets the anomaly probabilities. */
export async function measurePredictions(
  compute: Compute,
  { names, parameters, tokens }: SwinWork,
  repetitions: Repetitions,
  scores: HostTensor[],
): Promise<Samples> {
  const inputs = [...names.map((name) => parameters[name]!), tokens];
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
  const written = Object.entries(work.parameters).map(([name, tensor]) => [name, exchange.write(name, tensor)]);
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

/** Forward, backward, AdamW and moving average of the Swin. */
function stepPlan({ parameters }: SwinWork): StepPlan {
  const lossOf = (tokens: Tensor, labels: Tensor) => (current: Readonly<Record<string, Tensor>>) => ({
    loss: focalLoss(anomalyProbability(swin(current, tokens as Tensor4D)), labels),
  });
  return {
    parameters,
    averageDecay: 0.999,
    turns: [
      {
        parts: ['loss'],
        groups: [{ optimiser: adamW({ learningRate, weightDecay: 0.05 }) }],
        prepare: ([tokens, labels]) => lossOf(tokens!, labels!),
      },
    ],
  };
}

/** Anomaly probabilities of the windows. */
function predictFunction(names: readonly string[]): TensorFunction {
  return (...inputs) => {
    const parameters = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
    return [anomalyProbability(swin(parameters, inputs.at(-1) as Tensor4D))];
  };
}
