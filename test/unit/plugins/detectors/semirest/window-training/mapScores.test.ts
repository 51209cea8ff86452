import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { RandomSource } from '../../../../../../src/shared/random.js';
import {
  mapScores,
  matchingDistance,
  tokenScores,
} from '../../../../../../plugins/detectors/semirest/window-training/tokenScores.js';
import { initialSwinParameters } from '../../../../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { extractWindows } from '../../../../../../plugins/detectors/semirest/windows/extractWindows.js';
import { windowGrid } from '../../../../../../plugins/detectors/semirest/windows/windowStarts.js';
import { run, useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

const scoring = { featureInput: 1, residualInput: 'logarithm', distancePrior: 1 } as const;

test.each([
  ['several windows', 12, 12],
  ['a map smaller than a window', 6, 12],
])('scores of a map are those of its windows: %s', (_, rows, columns) => {
  const random = RandomSource.fromSeed(3);
  const sizes = { inputDimension: 10, dimension: 8, heads: 2, window: 4, blocks: 2 };
  const parameters = initialSwinParameters(sizes, random);
  // Biases of zero would hide what becomes of the zeros that fill a small map.
  parameters['features.0.0.bias']!.data.forEach((_value, i, all) => (all[i] = random.normal()));
  const names = Object.keys(parameters);
  const tensors = names.map((name) => tf.tensor(parameters[name]!.data, [...parameters[name]!.shape]));
  const tokens = tf.tensor4d(
    Float32Array.from({ length: 2 * rows * columns * 10 }, () => Math.abs(random.normal())),
    [2, rows, columns, 10],
  );
  const grid = windowGrid(rows, columns, 8, 4);
  const { whole, windowed } = run([tokens, ...tensors], () => {
    const network = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    return {
      whole: mapScores(network, tokens, grid, scoring),
      windowed: tf.tidy(() => {
        const windows: Tensor4D = extractWindows(tokens, grid);
        return tokenScores(network, windows, matchingDistance(windows, scoring), scoring);
      }),
    };
  });
  expect(whole.shape).toEqual([2 * grid.count, 8, 8]);
  expect(whole.shape).toEqual(windowed.shape);
  whole.data.forEach((score, i) => expect(score).toBeCloseTo(windowed.data[i]!, 6));
});
