import { expect, it } from 'vitest';
import { shrinkageOf } from '../../../../src/toolkit/statistics/shrinkage.js';

it('shrinkage of a diagonal covariance is that of its formula, and falls with more samples', () => {
  // p = 2, tr S = 4, tr S^2 = 10: (0 * 10 + 16) / ((n + 1 - 1) (10 - 8)) = 8 / n.
  const covariance = Float64Array.of(3, 0, 0, 1);
  expect(shrinkageOf(covariance, 2, 16)).toBeCloseTo(0.5, 12);
  expect(shrinkageOf(covariance, 2, 160)).toBeCloseTo(0.05, 12);
  expect(shrinkageOf(covariance, 2, 4)).toBe(1);
});

it('a covariance that is an identity already is all identity', () => {
  expect(shrinkageOf(Float64Array.of(2, 0, 0, 2), 2, 1000)).toBe(1);
});
