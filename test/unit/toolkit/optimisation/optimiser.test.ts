import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import { anomalyProbability, swin } from '../../../../src/toolkit/networks/swin/swin.js';
import { named, type NamedTensors } from '../../../../src/toolkit/layers/namedTensors.js';
import { adam, adamW, emaStep } from '../../../../src/toolkit/optimisation/adamW.js';
import { focalLoss } from '../../../../src/toolkit/losses/focalLoss.js';
import { lossAndGradients } from '../../../../src/toolkit/optimisation/gradients.js';
import {
  initialTrainingState,
  stepCoefficients,
  trainingStep,
} from '../../../../src/toolkit/optimisation/trainingStep.js';
import {
  array,
  expectClose,
  expectGolden,
  type GoldenArray,
  type GoldenCase,
  goldenCases,
  number,
} from '../../../golden/golden.js';
import { goldenStep, stateUnder } from '../goldenStep.js';
import { swinParameters } from '../goldenSwin.js';
import type { Optimiser } from '../../../../src/toolkit/optimisation/optimiser.js';
import { sgd } from '../../../../src/toolkit/optimisation/sgd.js';
import { optimised } from './optimised.js';
import { run, tensor, useCpuBackend, values } from '../tensors.js';

beforeAll(useCpuBackend);

const topic = '12-training';

/** The loss of a golden case as a function of the network's parameters. */
function goldenLoss(golden: GoldenCase, tokens: Tensor4D, labels: Tensor) {
  const settings = { alpha: number(golden.inputs['alpha']), gamma: number(golden.inputs['gamma']) };
  return (parameters: NamedTensors) =>
    tf.tidy(() => focalLoss(anomalyProbability(swin(parameters, tokens)), labels, settings));
}

/** Compares the sampled entries of every parameter. */
function expectSamples(golden: GoldenCase, expected: unknown, got: Readonly<Record<string, ArrayLike<number>>>) {
  const entries = golden.inputs['entries'] as Record<string, unknown>;
  for (const [name, wanted] of Object.entries(expected as Record<string, unknown>)) {
    const sampled = Float64Array.from(array(entries[name]).data, (place) => got[name]![place]!);
    expectClose(wanted, sampled, golden.tolerance, `${golden.name}: ${name}`);
  }
}

const dataOf = (tensors: Readonly<Record<string, { data: HostTensor['data'] }>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]));

describe('gradients of the focal loss through the Swin', () => {
  test.each(goldenCases(topic, 'focal_gradients'))('$name', (golden) => {
    const parameters = swinParameters(golden);
    const [tokens, labels] = [tensor<Tensor4D>(golden.inputs['tokens']), tensor(golden.inputs['labels'])];
    const { loss, ...gradients }: Record<string, GoldenArray> = run(
      [tokens, labels, ...Object.values(parameters)],
      () => {
        const result = lossAndGradients(parameters, goldenLoss(golden, tokens, labels));
        return { loss: result.loss, ...result.gradients };
      },
    );
    const flat = dataOf(gradients);
    expectClose(golden.expected['loss'], loss.data, golden.tolerance, 'loss');
    expectSamples(golden, golden.expected['samples'], flat);
    for (const [name, norm] of Object.entries(golden.expected['gradientNorms'] as Record<string, number>)) {
      expectClose(norm, Math.hypot(...flat[name]!), golden.tolerance, `norm of ${name}`);
    }
  });
});

describe('training steps', () => {
  test.each(goldenCases(topic, 'adamw_swin'))('$name', (golden) => {
    const initial = Object.entries(swinParameters(golden)).map(([name, each]) => {
      const { data, shape } = values(each);
      return [name, hostTensor(data, shape)] as const;
    });
    const plan = goldenStep(golden, Object.fromEntries(initial));
    let state = initialTrainingState(plan);
    const losses: number[] = [];
    const [afterStep1, , afterStep3] = [1, 2, 3].map((step) => {
      const batch = [tensor<Tensor4D>(golden.inputs['tokens']), tensor(golden.inputs['labels'])];
      const coefficients = stepCoefficients(plan, step).map(({ data }) => tf.tensor1d(data as Float32Array));
      const before = Object.values(state).map(({ data, shape }) => tf.tensor(data as Float32Array, [...shape]));
      const { loss, ...rest }: Record<string, GoldenArray> = run([...batch, ...coefficients, ...before], () => {
        const next = tf.tidy(() => trainingStep(plan, named(Object.keys(state), before), coefficients, batch));
        tf.dispose(next.parts);
        return { loss: next.loss, ...next.state };
      });
      losses.push(loss.data[0]!);
      state = Object.fromEntries(Object.entries(rest).map(([key, { data, shape }]) => [key, hostTensor(data, shape)]));
      return state;
    });
    expectClose(golden.expected['losses'], losses, golden.tolerance, 'losses');
    expectSamples(golden, golden.expected['afterStep1'], dataOf(stateUnder('parameters/', afterStep1!)));
    expectSamples(golden, golden.expected['afterStep3'], dataOf(stateUnder('parameters/', afterStep3!)));
    expectSamples(golden, golden.expected['emaAfterStep3'], dataOf(stateUnder('averages/', afterStep3!)));
  });

  test.each(goldenCases(topic, 'adamw_vector'))('$name', (golden) => {
    const { initial, gradients, lr, beta1, beta2, eps, weightDecay } = golden.inputs;
    const settings = {
      beta1: number(beta1),
      beta2: number(beta2),
      epsilon: number(eps),
      weightDecay: number(weightDecay),
    };
    const after = optimised(adamW({ learningRate: number(lr), ...settings }), array(initial), array(gradients));
    expectGolden(golden, { parameters: after.flat() });
  });

  test.each(goldenCases(topic, 'ema_vector'))('$name', (golden) => {
    const { initial, parameters, decay } = golden.inputs;
    const size = array(initial).data.length;
    let average = array(initial).data;
    const after = Array.from({ length: array(parameters).shape[0]! }, (_, i) => {
      const inputs = [
        tf.tensor1d(average),
        tf.tensor1d(array(parameters).data.slice(i * size, (i + 1) * size)),
      ] as const;
      average = run(inputs, (a, p) => ({ next: emaStep(a, p, number(decay)) })).next.data;
      return [...average];
    });
    expectGolden(golden, { average: after.flat() });
  });
});

describe("PyTorch's optimisers", () => {
  test.each(goldenCases('detectors/common/common', 'optimiser'))('$name', (golden) => {
    const { kind, lr, weightDecay, betas, eps, momentum, clip, parameter, gradients } = golden.inputs;
    const rates = { learningRate: number(lr), weightDecay: number(weightDecay) };
    const [beta1, beta2] = (betas ?? []) as number[];
    const moments = { ...rates, beta1: beta1!, beta2: beta2!, epsilon: eps as number };
    const optimisers: Record<string, () => Optimiser> = {
      adam: () => adam(moments),
      adamw: () => adamW(moments),
      sgd: () => sgd({ ...rates, momentum: number(momentum) }),
    };
    const optimiser = optimisers[kind as string]!();
    const after = optimised(optimiser, array(parameter), array(gradients), clip as number | undefined);
    expectGolden(golden, { parameters: after.flat() });
  });
});
