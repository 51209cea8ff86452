import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createCompute } from '../../../src/compute/index.js';
import { hostTensor, type TensorFunction } from '../../../src/shared/compute.js';
import { RandomSource } from '../../../src/shared/random.js';
import { initialSwinParameters } from '../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { anomalyProbability, swin } from '../../../src/toolkit/networks/swin/swin.js';
import { adamWCoefficients } from '../../../src/toolkit/optimisation/adamW.js';
import { focalLoss } from '../../../src/toolkit/losses/focalLoss.js';
import {
  initialTrainingState,
  stateOf,
  stateTensors,
  trainingStep,
} from '../../../src/toolkit/optimisation/trainingStep.js';
import { drawInputs, eagerly, integers, normal } from './agreement.js';

it('a whole training step of a small Swin, traced, agrees with the cpu backend', async () => {
  const settings = { inputDimension: 6, dimension: 8, heads: 2, window: 4, blocks: 2 };
  const parameters = initialSwinParameters(settings, RandomSource.fromSeed(3));
  const state = initialTrainingState(parameters);
  const names = Object.keys(parameters);
  const fn: TensorFunction = (...inputs) => {
    const [tokens, labels, coefficients] = inputs.slice(-3) as [Tensor4D, Tensor, Tensor1D];
    const loss = (weights: Readonly<Record<string, Tensor>>): Scalar =>
      focalLoss(anomalyProbability(swin(weights, tokens)), labels);
    const result = trainingStep(stateOf(names, inputs.slice(0, -3)), coefficients, loss);
    return [result.loss, ...stateTensors(result.state)];
  };
  const [tokens, labels] = drawInputs([normal([2, 8, 8, 6]), integers(0, 2, [2, 8, 8])]);
  const inputs = [
    ...stateTensors(state),
    tokens!,
    hostTensor(Float32Array.from(labels!.data), [2, 8, 8]),
    hostTensor(adamWCoefficients(1e-2, 1), [3]),
  ];
  const expected = eagerly(fn, inputs);
  const compute = await createCompute({ threads: 1 });
  const compiled = await compute.compile('training step', fn, inputs);
  const results = await compiled.run(inputs);
  expect(results).toHaveLength(expected.length);
  const worst = results.map(({ data }, output) =>
    Math.max(...Array.from(data, (value, i) => Math.abs(value - expected[output]!.data[i]!))),
  );
  // Loss, first moments, second moments; AdamW's first step divides gradients of almost nothing by their own size, so
  // that parameters may differ by a share of the learning rate where the gradient is rounding noise.
  expect(worst[0]).toBeLessThan(1e-6);
  expect(Math.max(...worst.slice(1 + names.length, 1 + 3 * names.length))).toBeLessThan(1e-6);
  expect(Math.max(...worst)).toBeLessThan(1e-3);
  await compute.dispose();
});
