import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { initialSspcab, sspcab, sspcabLoss } from '../../../../../plugins/detectors/draem/sspcab.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { expectGolden, goldenCases, number } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = goldenCases('detectors/sspcab/sspcab', 'sspcab');

test.each(cases)('golden vectors of the original: $name', async (golden) => {
  const [kernel, dilation] = ['kernel', 'dilation'].map((name) => number(golden.inputs[name])) as [number, number];
  const { parameters } = originalWeights(golden);
  const results = await traced<Tensor4D>(compute, [host(golden.inputs['x'])], parameters, ([x], weights) => {
    const lossOf = (current: NamedTensors): Scalar => {
      const given = current['x'] as Tensor4D;
      return sspcabLoss(given, sspcab(current, '', given, { kernel, dilation }));
    };
    const output = sspcab(weights, '', x!, { kernel, dilation });
    const all = { ...weights, x: x! };
    return { output, loss: lossOf(all), ...originalGradients(all, lossOf) };
  });
  expectGolden(golden, results);
});

test.each(cases)('every parameter of the original has its initial value, and no other: $name', (golden) => {
  const { parameters } = originalWeights(golden);
  const shape = { kernel: number(golden.inputs['kernel']), reduction: number(golden.inputs['reduction']) };
  const shapes = (of: Readonly<Record<string, { shape: readonly number[] }>>) =>
    Object.fromEntries(Object.entries(of).map(([name, { shape: each }]) => [name, [...each]]));
  expect(shapes(initialSspcab('', 8, shape, RandomSource.fromSeed(1)))).toEqual(shapes(parameters));
});

test('a place says nothing of itself', () => {
  const parameters = initialSspcab('', 4, { kernel: 1, reduction: 2 }, RandomSource.fromSeed(2));
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const x = tf.randomNormal<tf.Rank.R4>([1, 7, 7, 4], 0, 1, 'float32', 3);
  const changed = tf.add<Tensor4D>(x, tf.pad(tf.ones<tf.Rank.R4>([1, 1, 1, 4]), [[0, 0], [3, 3], [3, 3], [0, 0]])); // prettier-ignore
  const shape = { kernel: 1, dilation: 1 };
  // Before the attention, which sees the whole map: where nothing is scaled, its bias at infinity.
  const open = { ...tensors, 'se.fc2.bias': tf.fill([4], 1e9) };
  const difference = tf.abs(tf.sub(sspcab(open, '', x, shape), sspcab(open, '', changed, shape)));
  const places = tf.sum(difference, [0, 3]).arraySync() as number[][];
  const moved = places.flatMap((row, y) => row.flatMap((value, column) => (value > 1e-6 ? [[y, column]] : [])));
  for (const [y, column] of moved) expect([Math.abs(y! - 3), Math.abs(column! - 3)]).toEqual([2, 2]);
  expect(moved.length).toBeGreaterThan(0);
});
