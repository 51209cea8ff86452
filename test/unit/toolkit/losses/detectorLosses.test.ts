import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { deviationLoss } from '../../../../src/toolkit/losses/deviationLoss.js';
import { topShareMean } from '../../../../src/toolkit/post-processing/topShareMean.js';
import { truncatedL1Loss } from '../../../../src/toolkit/losses/truncatedL1Loss.js';
import { array, expectGolden, goldenCases } from '../../../golden/golden.js';
import { run, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const draw = (count: number, seed: number, scale = 1) => {
  const random = RandomSource.fromSeed(seed);
  return Array.from({ length: count }, () => Math.fround(scale * random.normal()));
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('deviation loss (Pang et al. 2021, Eq. 3, 4)', () => {
  const scores = draw(8, 1, 3);
  const labels = [0, 1, 0, 0, 1, -1, -2, 1];
  const reference = draw(500, 2);

  test('is the one of the definition; other labels do not count', () => {
    const squares = reference.map((r) => (r - mean(reference)) ** 2);
    const deviation = Math.sqrt((mean(squares) * reference.length) / (reference.length - 1));
    const costs = scores.flatMap((score, i) => {
      const dev = (score - mean(reference)) / deviation;
      if (labels[i] === 0) return [Math.abs(dev)];
      return labels[i] === 1 ? [Math.max(0, 5 - dev)] : [];
    });
    const inputs = [tf.tensor1d(scores), tf.tensor1d(labels), tf.tensor1d(reference)] as const;
    const { loss } = run(inputs, (s: Tensor1D, l: Tensor1D, r: Tensor1D) => ({ loss: deviationLoss(s, l, r) }));
    expect(loss.data[0]).toBeCloseTo(mean(costs), 4);
  });

  test.each(goldenCases('detectors/dra/dra', 'deviation_loss'))('$name', (golden) => {
    const [scoresOf, labelsOf, drawn] = ['scores', 'labels', 'reference'].map(
      (name) => array(golden.inputs[name]).data,
    );
    const inputs = [tf.tensor1d(scoresOf!), tf.tensor1d(labelsOf!), tf.tensor1d(drawn!)] as const;
    const { loss, gradient } = run(inputs, (s: Tensor1D, l: Tensor1D, r: Tensor1D) => ({
      loss: deviationLoss(s, l, r),
      gradient: tf.grad((x) => deviationLoss(x as Tensor1D, l, r))(s),
    }));
    expectGolden(golden, { loss, 'grad.scores': gradient });
  });

  test('pulls normal scores to the mean, anomalous ones up to the margin and no further, unlabelled ones nowhere', () => {
    const inputs = [tf.tensor1d([2, -2, 1, 100, 3]), tf.tensor1d([0, 0, 1, 1, -1]), tf.tensor1d(reference)] as const;
    const { gradient } = run(inputs, (s: Tensor1D, l: Tensor1D, r: Tensor1D) => ({
      gradient: tf.grad((x) => deviationLoss(x as Tensor1D, l, r))(s),
    }));
    expect([...gradient.data].map(Math.sign)).toEqual([1, -1, -1, 0, 0]);
  });

  test('nothing labelled costs nothing', () => {
    const inputs = [tf.tensor1d([1, 2]), tf.tensor1d([-1, -2]), tf.tensor1d(reference)] as const;
    const { loss } = run(inputs, (s: Tensor1D, l: Tensor1D, r: Tensor1D) => ({ loss: deviationLoss(s, l, r) }));
    expect(loss.data[0]).toBe(0);
  });
});

test('only the places that count get gradient of an image score', () => {
  const { gradient } = run([tf.tensor2d([5, 1, 4, 2, 3, 0, 9, 0, 7, 0], [2, 5])] as const, (x: Tensor2D) => ({
    gradient: tf.grad((scores) => tf.sum(topShareMean(scores as Tensor2D, 0.4)))(x),
  }));
  expect([...gradient.data]).toEqual([0.5, 0, 0.5, 0, 0, 0, 0.5, 0, 0.5, 0]);
});

test('the score of an image is the mean of its highest places (Eq. 2), at least one', () => {
  const inputs = [tf.tensor2d([5, 1, 4, 2, 3, 0, 9, 0, 0, 0], [2, 5])] as const;
  const shares = (share: number) => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- the type is inferred from it
    const { s } = run([inputs[0].clone() as Tensor2D], (x: Tensor2D) => ({ s: topShareMean(x, share) }));
    return [...s.data];
  };
  expect([shares(0.4), shares(0.01), shares(1)]).toEqual([
    [4.5, 4.5],
    [5, 9],
    [3, Math.fround(1.8)],
  ]);
  inputs[0].dispose();
});

test('K is rounded up, or down as the original implementations do', () => {
  const score = (rounding: 'ceil' | 'floor') =>
    run([tf.tensor2d([[8, 4, 2, 1]])] as const, (x: Tensor2D) => ({ s: topShareMean(x, 0.4, rounding) })).s.data[0];
  expect([score('ceil'), score('floor')]).toEqual([6, 8]);
});

describe('truncated L1 loss (Liu et al. 2023, Eq. 6, 7)', () => {
  test('is the one of the definition', () => {
    const [normal, anomalous] = [draw(20, 3), draw(20, 4)];
    const expected = mean(normal.map((d) => Math.max(0, 0.5 - d))) + mean(anomalous.map((d) => Math.max(0, 0.5 + d)));
    const { loss } = run([tf.tensor1d(normal), tf.tensor1d(anomalous)] as const, (a: Tensor1D, b: Tensor1D) => ({
      loss: truncatedL1Loss(a, b),
    }));
    expect(loss.data[0]).toBeCloseTo(expected, 5);
  });

  test('what lies beyond its margin gives no gradient', () => {
    const inputs = [tf.tensor1d([0.6, 0.4]), tf.tensor1d([-0.6, -0.4])] as const;
    const { gradient } = run(inputs, (a: Tensor1D, b: Tensor1D) =>
      tf.tidy(() => {
        const loss = (x: tf.Tensor, y: tf.Tensor) => truncatedL1Loss(x as Tensor1D, y as Tensor1D);
        return { gradient: tf.concat(tf.grads(loss)([a, b])) };
      }),
    );
    expect([...gradient.data].map((value) => value + 0)).toEqual([0, -0.5, 0, 0.5]);
  });
});
