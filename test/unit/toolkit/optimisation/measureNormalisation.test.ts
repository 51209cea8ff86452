import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import type { Normalise } from '../../../../src/toolkit/layers/normalisation.js';
import { byStoredStatistics } from '../../../../src/toolkit/layers/normalisation.js';
import { measureNormalisation } from '../../../../src/toolkit/optimisation/measureNormalisation.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const shape = [4, 3, 3, 2];
const draw = (random: RandomSource) =>
  hostTensor(
    Float32Array.from({ length: 72 }, (_, i) => (i % 2 === 0 ? 3 : -1) + (i % 2 === 0 ? 2 : 0.5) * random.normal()),
    shape,
  );
const parameters = { factor: hostTensor(Float32Array.of(10), []) };
/** Two normalisations behind each other, with a factor of ten between them. */
const forward = (given: Readonly<Record<string, tf.Tensor>>, [x]: tf.Tensor[], normalise: Normalise) =>
  normalise(given, 'second', tf.mul<Tensor4D>(normalise(given, 'first', x as Tensor4D), given['factor']!));

test('finds what the values in front of each normalisation have over all batches', async () => {
  const random = RandomSource.fromSeed(2);
  const drawn = Array.from({ length: 20 }, () => draw(random));
  const measured = await measureNormalisation({
    ...{ compute, parameters, forward, batches: 20 },
    inputs: [{ shape }],
    batch: (i) => Promise.resolve([drawn[i]!]),
  });
  expect(Object.keys(measured).sort()).toEqual(['first.mean', 'first.variance', 'second.mean', 'second.variance']);
  for (const [channel, offset] of [0, 1].entries()) {
    const values = drawn.flatMap(({ data }) => [...data].filter((_, i) => i % 2 === offset));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(measured['first.mean']!.data[channel]).toBeCloseTo(mean, 4);
    // Means of batches differ: their variance belongs to that of the values.
    expect(measured['first.variance']!.data[channel]).toBeCloseTo(variance, 4);
    expect(measured['second.mean']!.data[channel]).toBeCloseTo(0, 4);
    expect(measured['second.variance']!.data[channel]).toBeCloseTo(100, 1);
  }
});

test('a normalisation that is passed several times has the statistics of all passes together', async () => {
  const random = RandomSource.fromSeed(2);
  const [small, large] = [draw(random), draw(random)];
  const measure = (batches: readonly (readonly HostTensor[])[]) =>
    measureNormalisation({
      ...{ compute, parameters, batches: batches.length },
      inputs: batches[0]!.map(() => ({ shape })),
      batch: (i) => batches[i]!,
      forward: (given, scales, normalise) => scales.map((x) => normalise(given, 'both', tf.mul(x, given['factor']!))),
    });
  expect(await measure([[small, large]])).toEqual(await measure([[small], [large]]));
});

test('what is normalised by it has mean 0 and variance 1', async () => {
  const random = RandomSource.fromSeed(3);
  const measured = await measureNormalisation({
    ...{ compute, parameters, forward },
    inputs: [{ shape }],
    batch: () => [draw(random)],
  });
  const names = Object.keys({ ...parameters, ...measured });
  const compiled = await compute.compile(
    'prediction',
    (x, ...given) => [forward(Object.fromEntries(names.map((name, i) => [name, given[i]!])), [x], byStoredStatistics)],
    [{ shape }, ...Object.values({ ...parameters, ...measured })],
  );
  const [result] = await compiled.run([draw(random), ...Object.values({ ...parameters, ...measured })]);
  await compiled.dispose();
  const values = [...result!.data];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean)).toBeLessThan(0.3);
  expect(Math.abs(deviation - 1)).toBeLessThan(0.2);
});

test('reports each batch under the name of its stage, and ends when the run does', async () => {
  const told: string[] = [];
  const controller = new AbortController();
  const measure = (stage?: string) =>
    measureNormalisation({
      ...{ compute, parameters, forward, batches: 3, inputs: [{ shape }], ...(stage && { stage }) },
      steps: {
        signal: controller.signal,
        report: ({ stage: of, step, totalSteps }) => void told.push(`${of} ${step} of ${totalSteps}`),
      },
      batch: (i) => {
        if (stage === 'ended' && i === 1) controller.abort(new Error('the run ends'));
        return [draw(RandomSource.fromSeed(i))];
      },
    });
  await measure();
  await measure('student');
  expect(told).toEqual([
    ...[1, 2, 3].map((step) => `normalisation ${step} of 3`),
    ...[1, 2, 3].map((step) => `student ${step} of 3`),
  ]);
  await expect(measure('ended')).rejects.toThrow('the run ends');
  expect(told.at(-1)).toBe('ended 2 of 3');
});
