import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import { anomalyProbability, swin } from '../../../../src/toolkit/networks/swin/swin.js';
import type { NamedTensors } from '../../../../src/toolkit/layers/namedTensors.js';
import { adamWCoefficients, adamWStep, emaStep } from '../../../../src/toolkit/optimisation/adamW.js';
import { focalLoss } from '../../../../src/toolkit/losses/focalLoss.js';
import { lossAndGradients } from '../../../../src/toolkit/optimisation/gradients.js';
import {
  initialTrainingState,
  stateOf,
  stateTensors,
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
import { swinParameters } from '../goldenSwin.js';
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
    const { inputs } = golden;
    const settings = {
      beta1: number(inputs['beta1']),
      beta2: number(inputs['beta2']),
      epsilon: number(inputs['eps']),
      weightDecay: number(inputs['weightDecay']),
      emaDecay: number(inputs['emaDecay']),
    };
    const initial = Object.entries(swinParameters(golden)).map(([name, each]) => {
      const { data, shape } = values(each);
      return [name, hostTensor(data, shape)] as const;
    });
    const names = initial.map(([name]) => name);
    let state = stateTensors(initialTrainingState(Object.fromEntries(initial)));
    const losses: number[] = [];
    const [afterStep1, , afterStep3] = [1, 2, 3].map((step) => {
      const [tokens, labels] = [tensor<Tensor4D>(inputs['tokens']), tensor(inputs['labels'])];
      const coefficients = tf.tensor1d(adamWCoefficients(number(inputs['lr']), step, settings));
      const before = state.map(({ data, shape }) => tf.tensor(data as Float32Array, [...shape]));
      const { loss, ...rest }: Record<string, GoldenArray> = run([tokens, labels, coefficients, ...before], () => {
        const next = trainingStep(stateOf(names, before), coefficients, goldenLoss(golden, tokens, labels), settings);
        return Object.fromEntries([['loss', next.loss] as const, ...stateTensors(next.state).entries()]);
      });
      losses.push(loss!.data[0]!);
      state = Object.values(rest).map(({ data, shape }) => hostTensor(data, shape));
      return stateOf(names, state);
    });
    expectClose(golden.expected['losses'], losses, golden.tolerance, 'losses');
    expectSamples(golden, golden.expected['afterStep1'], dataOf(afterStep1!.parameters));
    expectSamples(golden, golden.expected['afterStep3'], dataOf(afterStep3!.parameters));
    expectSamples(golden, golden.expected['emaAfterStep3'], dataOf(afterStep3!.averages));
  });

  test.each(goldenCases(topic, 'adamw_vector'))('$name', (golden) => {
    const { initial, gradients, lr, beta1, beta2, eps, weightDecay } = golden.inputs;
    const settings = {
      beta1: number(beta1),
      beta2: number(beta2),
      epsilon: number(eps),
      weightDecay: number(weightDecay),
    };
    const size = array(initial).data.length;
    let parameter = array(initial).data;
    let firstMoment: Float32Array = new Float32Array(size);
    let secondMoment: Float32Array = new Float32Array(size);
    const after = Array.from({ length: array(gradients).shape[0]! }, (_, i) => {
      const inputs = [
        tf.tensor1d(parameter),
        tf.tensor1d(firstMoment),
        tf.tensor1d(secondMoment),
        tf.tensor1d(array(gradients).data.slice(i * size, (i + 1) * size)),
        tf.tensor1d(adamWCoefficients(number(lr), i + 1, settings)),
      ] as const;
      const next = run(inputs, (p, m, v, g, coefficients: Tensor1D) => ({
        ...adamWStep({ parameter: p, firstMoment: m, secondMoment: v }, g, coefficients, settings),
      }));
      [parameter, firstMoment, secondMoment] = [next.parameter.data, next.firstMoment.data, next.secondMoment.data];
      return [...parameter];
    });
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

  test('a state of another size is refused', () => {
    expect(() => stateOf(['a'], [1, 2, 3])).toThrow('a training state of 1 parameters has 4 tensors, got 3');
  });
});
