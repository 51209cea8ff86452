import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createCompute } from '../../../src/compute/index.js';
import { hostTensor, type TensorFunction } from '../../../src/shared/compute.js';
import { RandomSource } from '../../../src/shared/random.js';
import { initialSwinParameters } from '../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { anomalyProbability, swin } from '../../../src/toolkit/networks/swin/swin.js';
import { named } from '../../../src/toolkit/layers/namedTensors.js';
import { adamW } from '../../../src/toolkit/optimisation/adamW.js';
import { focalLoss } from '../../../src/toolkit/losses/focalLoss.js';
import {
  initialTrainingState,
  stepCoefficients,
  type StepPlan,
  trainingStep,
} from '../../../src/toolkit/optimisation/trainingStep.js';
import { drawInputs, eagerly, integers, normal } from './agreement.js';

it('a whole training step of a small Swin, traced, agrees with the cpu backend', async () => {
  const settings = { inputDimension: 6, dimension: 8, heads: 2, window: 4, blocks: 2 };
  const parameters = initialSwinParameters(settings, RandomSource.fromSeed(3));
  const lossOf = (tokens: Tensor, labels: Tensor) => (weights: Readonly<Record<string, Tensor>>) => ({
    loss: focalLoss(anomalyProbability(swin(weights, tokens as Tensor4D)), labels),
  });
  const plan: StepPlan = {
    parameters,
    averageDecay: 0.999,
    turns: [
      {
        parts: ['loss'],
        groups: [{ optimiser: adamW({ learningRate: 1e-2, weightDecay: 0.05 }) }],
        prepare: ([tokens, labels]) => lossOf(tokens!, labels!),
      },
    ],
  };
  const state = initialTrainingState(plan);
  const keys = Object.keys(state);
  const fn: TensorFunction = (...inputs) => {
    const [tokens, labels, coefficients] = inputs.slice(-3) as [Tensor4D, Tensor, Tensor1D];
    const result = trainingStep(plan, named(keys, inputs.slice(0, -3)), [coefficients], [tokens, labels]);
    return [result.loss, ...keys.map((key) => result.state[key]!)];
  };
  const [tokens, labels] = drawInputs([normal([2, 8, 8, 6]), integers(0, 2, [2, 8, 8])]);
  const inputs = [
    ...Object.values(state),
    tokens!,
    hostTensor(Float32Array.from(labels!.data), [2, 8, 8]),
    ...stepCoefficients(plan, 1),
  ];
  const expected = eagerly(fn, inputs);
  const compute = await createCompute({ threads: 1 });
  const compiled = await compute.compile('training step', fn, inputs);
  const results = await compiled.run(inputs);
  expect(results).toHaveLength(expected.length);
  const worst = results.map(({ data }, output) =>
    Math.max(...Array.from(data, (value, i) => Math.abs(value - expected[output]!.data[i]!))),
  );
  const worstOf = (part: string) => Math.max(...worst.slice(1).filter((_, i) => keys[i]!.includes(part)));
  // AdamW's first step divides gradients of almost nothing by their own size, so
  // that parameters may differ by a share of the learning rate where the gradient is rounding noise.
  expect(worst[0]).toBeLessThan(1e-6);
  expect(Math.max(worstOf('firstMoments'), worstOf('secondMoments'))).toBeLessThan(1e-6);
  expect(Math.max(...worst)).toBeLessThan(1e-3);
  await compute.dispose();
});
