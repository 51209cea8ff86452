import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { HostTensor } from '../../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../../src/shared/random.js';
import { initialLinear } from '../../../../../../plugins/detectors/semirest/window-training/linearHead.js';
import {
  mapScores,
  matchingDistance,
  tokenScores,
} from '../../../../../../plugins/detectors/semirest/window-training/tokenScores.js';
import { initialSwinParameters } from '../../../../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { extractWindows } from '../../../../../../plugins/detectors/semirest/windows/extractWindows.js';
import { finerGrid, windowGrid } from '../../../../../../plugins/detectors/semirest/windows/windowStarts.js';
import { run, useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

const scoring = {
  featureInput: 1,
  residualInput: 'logarithm',
  distancePrior: 1,
  headNeighbourhood: 5,
  fineWeight: 0.3,
  temperature: 1,
} as const;

const heads = ['swin', 'linear', 'both'] as const;

/** A network of random numbers. */
function drawNetwork(head: (typeof heads)[number], random: RandomSource): Record<string, HostTensor> {
  const sizes = { inputDimension: 10, dimension: 8, heads: 2, window: 4, blocks: 2 };
  const swin = initialSwinParameters(sizes, random);
  const linear = initialLinear(10);
  // Biases of zero would hide what becomes of the zeros that fill a small map.
  for (const { data } of [swin['features.0.0.bias']!, ...Object.values(linear)]) {
    data.forEach((_value, i) => (data[i] = random.normal()));
  }
  return { ...(head !== 'linear' && swin), ...(head !== 'swin' && linear) };
}

test.each(
  heads.flatMap((head) => [
    [head, 'several windows', 12, 12] as const,
    [head, 'a map smaller than a window', 6, 12] as const,
  ]),
)('scores of a map are those of its windows: %s, %s', (head, _, rows, columns) => {
  const random = RandomSource.fromSeed(3);
  const parameters = drawNetwork(head, random);
  const names = Object.keys(parameters);
  const tensors = names.map((name) => tf.tensor(parameters[name]!.data, [...parameters[name]!.shape]));
  const tokens = tf.tensor4d(
    Float32Array.from({ length: 2 * rows * columns * 10 }, () => Math.abs(random.normal())),
    [2, rows, columns, 10],
  );
  const grid = windowGrid(rows, columns, 8, 4);
  const { whole, windowed, warm } = run([tokens, ...tensors], () => {
    const network = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    return {
      whole: mapScores(network, tokens, grid, scoring),
      warm: mapScores(network, tokens, grid, { ...scoring, temperature: 3 }),
      windowed: tf.tidy(() => {
        const windows: Tensor4D = extractWindows(tokens, grid);
        return tokenScores(network, windows, matchingDistance(windows, scoring), scoring);
      }),
    };
  });
  expect(whole.shape).toEqual([2 * grid.count, 8, 8]);
  expect(whole.shape).toEqual(windowed.shape);
  whole.data.forEach((score, i) => expect(score).toBeCloseTo(windowed.data[i]!, 6));
  const logit = (probability: number) => Math.log(probability / (1 - probability));
  // Where a probability of 32 bits still tells its logit.
  windowed.data.forEach((score, i) => {
    if (score > 1e-3 && score < 0.999) expect(logit(warm.data[i]!)).toBeCloseTo(logit(score) / 3, 3);
  });
});

test('scores of a map with fine layers are those of its windows, on the grid of the fine ones', () => {
  const random = RandomSource.fromSeed(5);
  const parameters = {
    ...drawNetwork('linear', random),
    ...initialLinear(6, 'fine-linear'),
  };
  parameters['fine-linear.weight']!.data.forEach(
    (_value, i) => (parameters['fine-linear.weight']!.data[i] = random.normal()),
  );
  const names = Object.keys(parameters);
  const tensors = names.map((name) => tf.tensor(parameters[name]!.data, [...parameters[name]!.shape]));
  const drawn = (...shape: [number, number, number, number]) =>
    tf.tensor4d(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.abs(random.normal())),
      shape,
    );
  const [tokens, fine] = [drawn(1, 12, 12, 10), drawn(1, 24, 24, 6)];
  const grid = windowGrid(12, 12, 8, 4);
  const { whole, windowed, coarse } = run([tokens, fine, ...tensors], () => {
    const network = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    return {
      whole: mapScores(network, tokens, grid, scoring, fine),
      coarse: mapScores(network, tokens, grid, scoring),
      windowed: tf.tidy(() => {
        const [own, finer] = [extractWindows(tokens, grid), extractWindows(fine, finerGrid(grid, 2))];
        const given = { tokens: finer, distances: matchingDistance(finer, scoring) };
        return tokenScores(network, own, matchingDistance(own, scoring), scoring, given);
      }),
    };
  });
  expect(whole.shape).toEqual([grid.count, 16, 16]);
  expect(coarse.shape).toEqual([grid.count, 8, 8]);
  whole.data.forEach((score, i) => expect(score).toBeCloseTo(windowed.data[i]!, 6));
  expect(new Set(whole.data.slice(0, 4)).size).toBeGreaterThan(1);
});
