import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { focalLoss, focalTerms } from '../../../../src/toolkit/losses/focalLoss.js';
import { power } from '../../../../src/toolkit/losses/power.js';
import { expectGolden, goldenCases, number } from '../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

describe('the focal loss (Eq. 11)', () => {
  test.each(goldenCases('09-focal-loss', 'focal_loss'))('$name', (golden) => {
    const { p, labels, alpha, gamma } = golden.inputs;
    const settings = { alpha: number(alpha), gamma: number(gamma) };
    const result = run([tensor(p), tensor(labels)], (probabilities, wanted) => {
      const { normal, anomalous } = focalTerms(probabilities, wanted, settings);
      const loss = focalLoss(probabilities, wanted, settings);
      const gradP = tf.grad((x: tf.Tensor) => focalLoss(x, wanted, settings))(probabilities);
      return { loss, termNormal: normal, termAnomalous: anomalous, gradP };
    });
    expectGolden(golden, result);
  });

  test('a certain and wrong answer costs much, is finite and gives no gradient', () => {
    const { loss, gradient } = run([tf.tensor1d([1, 0]), tf.tensor1d([0, 1])], (p, labels) => ({
      loss: focalLoss(p, labels),
      gradient: tf.grad((x: tf.Tensor) => focalLoss(x, labels))(p),
    }));
    expect(loss.data[0]).toBeCloseTo(-Math.log(1e-8), 3);
    // The factor p^gamma still pulls; the logarithm does not.
    expect([...gradient.data].every(Number.isFinite)).toBe(true);
  });
});

test.each([0, 1, 2, 3, 4, 7, 2.5])('x^%d and its gradient', (exponent) => {
  const x = [0.25, 1, 2];
  const { value, gradient } = run([tf.tensor1d(x)], (base) => ({
    value: power(base, exponent),
    gradient: tf.grad((y: tf.Tensor) => power(y, exponent))(base),
  }));
  x.forEach((each, i) => {
    expect(value.data[i]).toBeCloseTo(each ** exponent, 4);
    expect(gradient.data[i]).toBeCloseTo(exponent * each ** (exponent - 1), 3);
  });
});
