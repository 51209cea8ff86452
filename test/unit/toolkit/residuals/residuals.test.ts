import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ResidualFunction } from '../../../../src/toolkit/residuals/residuals.js';
import { nearestNeighbours } from '../../../../src/toolkit/memory-bank/nearestNeighbours.js';
import { knnResidualAugmentation, neighbourRank } from '../../../../src/toolkit/residuals/knnAugmentation.js';
import { residuals } from '../../../../src/toolkit/residuals/residuals.js';
import { tokenDropout } from '../../../../src/toolkit/residuals/tokenDropout.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const kindOf = (kind: unknown): ResidualFunction => (kind === 'square' ? 'square' : 'absolute');

/** Features as rows, their k nearest memory vectors `[k, q, d]` and the indices `[q, k]`. */
function neighboursOf(features: Tensor, memory: tf.Tensor2D, k: number) {
  const rows = tf.reshape<tf.Rank.R2>(features, [-1, features.shape.at(-1)!]);
  const { indices } = nearestNeighbours(rows, memory, tf.zeros([memory.shape[0]]), k);
  const byRank = tf.reshape(tf.transpose(indices), [-1]);
  const vectors = tf.reshape(tf.gather(memory, byRank), [k, ...features.shape]);
  return { indices, vectors };
}

describe('residuals (Eq. 5, 6)', () => {
  test.each(goldenCases('04-residuals', 'residuals'))('$name', (golden) => {
    const { pcf, memory, kind } = golden.inputs;
    const result = run([tensor(pcf), tensor<tf.Tensor2D>(memory)], (features, bank) =>
      tf.tidy(() => {
        const { indices, vectors } = neighboursOf(features, bank, 1);
        const one = tf.squeeze(residuals(features, vectors, kindOf(kind)), [0]);
        return { residuals: one, nearest: tf.reshape(indices, features.shape.slice(0, -1)) };
      }),
    );
    expectGolden(golden, result);
  });
});

describe('k-NN augmentation (Eq. 12)', () => {
  test.each(goldenCases('05-augmentation', 'knn_augmentation'))('$name', (golden) => {
    const { pcf, memory, tau, delta, alpha1, alpha2, kind } = golden.inputs;
    const thresholds = [number(alpha1), number(alpha2)];
    const inputs = [tensor(pcf), tensor<tf.Tensor2D>(memory), tensor(tau), tensor(delta)] as const;
    const { neighbours, ...result } = run(inputs, (features, bank, place, scale) =>
      tf.tidy(() => {
        const { indices, vectors } = neighboursOf(features, bank, 3);
        const three = residuals(features, vectors, kindOf(kind));
        return {
          residuals: knnResidualAugmentation(three, place, scale, thresholds),
          rank: neighbourRank(place, thresholds),
          neighbours: indices,
        };
      }),
    );
    const chosen = [...result.rank.data].map((rank, i) => neighbours.data[3 * i + rank]!);
    expectGolden(golden, { ...result, chosen });
  });

  test('refuses thresholds that do not separate the neighbours', () => {
    run([tf.zeros([2, 3, 4]), tf.zeros([3]), tf.ones([3, 4])], (two, tau, scale) => {
      expect(() => knnResidualAugmentation(two, tau, scale)).toThrow('2 neighbours need 1 thresholds, got 2');
      return {};
    });
  });

  test('one neighbour is only scaled', () => {
    const { one } = run(
      [tf.fill([1, 2, 2], 3), tf.tensor1d([0.1, 0.9]), tf.tensor2d([1, 2, 3, 4], [2, 2])],
      (r, t, s) => ({
        one: knnResidualAugmentation(r, t, s, []),
      }),
    );
    expect([...one.data]).toEqual([3, 6, 9, 12]);
  });
});

describe('random PCR dropout (Eq. 13)', () => {
  test.each(goldenCases('05-augmentation', 'pcr_dropout'))('$name', (golden) => {
    const { tokens, tau, alpha } = golden.inputs;
    expect(array(tau).shape).toEqual(array(tokens).shape.slice(0, -1));
    const result = run([tensor(tokens), tensor(tau)], (t, place) => ({
      tokens: tokenDropout(t, place, number(alpha)),
    }));
    expectGolden(golden, result);
  });
});
