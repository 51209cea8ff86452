import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  joinFeatures,
  matchingDistance,
  tokenChannels,
  tokenScores,
} from '../../../../../../plugins/detectors/semirest/window-training/tokenScores.js';
import { initialSwinParameters } from '../../../../../../src/toolkit/networks/swin/initialSwinParameters.js';
import { swinEmbedding } from '../../../../../../src/toolkit/networks/swin/swinSettings.js';
import { RandomSource } from '../../../../../../src/shared/random.js';
import { useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);
beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const weight = 0.5;
/** Mean 2 and 10, deviation 1 and 4. */
const bank = () =>
  tf.tensor2d([
    [1, 6],
    [3, 14],
  ]);
const features = () => tf.tensor4d([3, 2, 2, 10], [1, 1, 2, 2]);
const residuals = () => tf.tensor4d([1, 3, 0, 4], [1, 1, 2, 2]);

describe('features beside residuals', () => {
  it('are standardised by the memory bank, weighted, and stand behind the residuals', () => {
    const joined = joinFeatures(residuals(), features(), bank(), { featureInput: weight }, 1);
    expect(joined.shape).toEqual([1, 1, 2, 4]);
    const expected = [1, 3, weight, -2 * weight, 0, 4, 0, 0];
    joined.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    expect(tokenChannels(2, { featureInput: weight })).toBe(4);
  });

  it('are left out at weight 0', () => {
    const tokens = residuals();
    expect(joinFeatures(tokens, features(), bank(), { featureInput: 0 }, 1)).toBe(tokens);
    expect(tokenChannels(2, { featureInput: 0 })).toBe(2);
  });

  it('have no say in the matching distance', () => {
    const joined = joinFeatures(residuals(), features(), bank(), { featureInput: weight }, 1);
    expect([...matchingDistance(joined, { featureInput: weight }).dataSync()]).toEqual([2, 2]);
  });

  it('follow the tokens when a token is a patch of features', () => {
    const patch = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 8]);
    const square = tf.tensor4d([3, 10, 2, 14, 1, 10, 2, 6], [1, 2, 2, 2]);
    const joined = joinFeatures(patch, square, bank(), { featureInput: 1 }, 2);
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 1, -1, 0, 0, -1];
    joined.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it('change the verdict of a network by what they show alone', () => {
    const settings = { inputDimension: 4, dimension: 8, heads: 2, window: 2, blocks: 1 };
    const host = initialSwinParameters(settings, RandomSource.fromSeed(2));
    expect(host[swinEmbedding]!.shape).toEqual([8, 4]);
    const parameters = Object.fromEntries(
      Object.entries(host).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const scoring = {
      featureInput: 1,
      residualInput: 'logarithm',
      distancePrior: 0,
      headNeighbourhood: 5,
      fineWeight: 0,
    } as const;
    const score = (shown: tf.Tensor4D) => {
      const joined = joinFeatures(tf.zerosLike(shown), shown, bank(), scoring, 1);
      return tokenScores(parameters, joined, matchingDistance(joined, scoring), scoring).dataSync()[0]!;
    };
    const square = (values: number[]) => tf.tensor4d(values, [1, 2, 2, 2]);
    const usual = score(square([2, 10, 2, 10, 2, 10, 2, 10]));
    const unusual = score(square([3, 6, 2, 10, 2, 10, 2, 10]));
    expect(Math.abs(usual - unusual)).toBeGreaterThan(1e-4);
  });
});
