import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import type { DetectorCheckpoint, TrainingSteps } from '../../../../src/plugin-api/index.js';
import { adamW } from '../../../../src/toolkit/optimisation/adamW.js';
import { sgd } from '../../../../src/toolkit/optimisation/sgd.js';
import { trainNetwork, type NetworkTraining } from '../../../../src/toolkit/optimisation/trainNetwork.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const optimiser = adamW({ learningRate: 0.05 });

/** y = 2 x0 - x1 + 3, to be found from examples. */
function regression(change: Partial<NetworkTraining> = {}, steps: Partial<TrainingSteps> = {}): NetworkTraining {
  const random = RandomSource.fromSeed(1);
  const [x, y] = [hostTensor(new Float32Array(32), [16, 2]), hostTensor(new Float32Array(16), [16])];
  return {
    ...{ compute, totalSteps: 400, averageDecay: 0.9, groups: [{ optimiser }] },
    steps: {
      ...{ random, signal: new AbortController().signal, report: () => undefined },
      ...{ checkpoint: () => Promise.resolve(), resumeFrom: undefined, ...steps },
    },
    parameters: { weight: hostTensor(new Float32Array(2), [2, 1]), bias: hostTensor(new Float32Array(1), [1]) },
    inputs: [x, y],
    batch: () => {
      x.data.forEach((_, i) => (x.data[i] = random.normal()));
      y.data.forEach((_, i) => (y.data[i] = 2 * x.data[2 * i]! - x.data[2 * i + 1]! + 3));
      return [x, y];
    },
    loss: ({ weight, bias }, [given, wanted]) => {
      const found = tf.add(tf.reshape(tf.matMul(given as Tensor2D, weight as Tensor2D), [-1]), bias as Tensor1D);
      return tf.mean(tf.square(tf.sub(found, wanted!)));
    },
    ...change,
  };
}

test('finds a linear function, reporting the falling loss of every step', async () => {
  const losses: number[] = [];
  const { weight, bias } = await trainNetwork(
    regression({}, { report: ({ metrics }) => losses.push(metrics!['loss']!) }),
  );
  expect([...weight!.data, ...bias!.data].map((value) => Math.round(10 * value) / 10)).toEqual([2, -1, 3]);
  expect(losses).toHaveLength(400);
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 100);
});

test('groups of parameters have an optimiser each', async () => {
  const still = { optimiser: sgd({ learningRate: 0 }), covers: (name: string) => name === 'bias' };
  const { weight, bias } = await trainNetwork(regression({ groups: [still, { optimiser }] }));
  expect(bias!.data[0]).toBe(0);
  expect(weight!.data[0]).toBeGreaterThan(1);
});

test('a loss that is no number ends it, naming the step', async () => {
  let step = 0;
  const { batch } = regression();
  const failing = regression({
    batch: () => {
      const inputs = batch(step) as HostTensor[];
      if (++step === 37) inputs[0]!.data[0] = NaN;
      return inputs;
    },
  });
  await expect(trainNetwork(failing)).rejects.toMatchObject({
    code: 'NON_FINITE_OUTPUT',
    message: expect.stringContaining('step 37') as string,
  });
});

test('goes on from a checkpoint to the same bits', async () => {
  const whole = await trainNetwork(regression());
  let kept: DetectorCheckpoint | undefined;
  await trainNetwork(
    regression(
      { totalSteps: 250 },
      {
        checkpoint: async (save) => {
          kept = structuredClone(await save());
        },
      },
    ),
  );
  const steps: number[] = [];
  const rest = await trainNetwork(regression({}, { resumeFrom: kept, report: ({ step }) => steps.push(step) }));
  expect(steps[0]).toBe(251);
  expect(rest).toEqual(whole);
});
