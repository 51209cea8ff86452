import { describe, expect, it } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { meanInterval, quantileOf } from '../../../../src/services/statistics/meanInterval.js';

describe('the interval of a mean', () => {
  it('holds the mean it is of in about 95 of 100 samples', () => {
    const random = RandomSource.fromSeed(1);
    let held = 0;
    for (let trial = 0; trial < 300; trial += 1) {
      // Exponential with mean 1: as skewed as times are.
      const values = Array.from({ length: 60 }, () => [-Math.log(1 - random.uniform())]);
      const { low, high } = meanInterval(values)!;
      if (low <= 1 && 1 <= high) held += 1;
    }
    expect(held / 300).toBeGreaterThan(0.88);
    expect(held / 300).toBeLessThan(0.99);
  });

  it('is wider where values of one person are alike than where each stands for itself', () => {
    const alike = [5, 5, 5, 20, 20, 20, 9, 9, 9];
    const width = (clusters: number[][]) => {
      const { low, high } = meanInterval(clusters)!;
      return high - low;
    };
    expect(width([alike.slice(0, 3), alike.slice(3, 6), alike.slice(6)])).toBeGreaterThan(
      1.3 * width(alike.map((one) => [one])),
    );
  });

  it('is nearly the same on both sides of where resampling stops', () => {
    const random = RandomSource.fromSeed(2);
    const values = Array.from({ length: 1_001 }, () => [random.uniform() * 10]);
    const [few, many] = [meanInterval(values.slice(1))!, meanInterval(values)!];
    expect(few.low).toBeCloseTo(many.low, 1);
    expect(few.high).toBeCloseTo(many.high, 1);
  });

  it('says nothing of one, nothing else of the same, and the same each time', () => {
    expect(meanInterval([[3, 4, 5], []])).toBeNull();
    expect(meanInterval([[3], [3]])).toEqual({ low: 3, high: 3 });
    expect(meanInterval([[1], [2], [4]])).toEqual(meanInterval([[1], [2], [4]]));
  });
});

describe('a quantile', () => {
  it('lies between its neighbours', () => {
    expect([quantileOf([1, 2, 10], 0.5), quantileOf([1, 2], 0.25), quantileOf([7], 0.9)]).toEqual([2, 1.25, 7]);
  });
});
