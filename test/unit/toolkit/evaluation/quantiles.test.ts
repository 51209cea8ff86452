import { describe, expect, it } from 'vitest';
import { evaluate, quantile, quantileAmong, quantileShares, quantilesOf } from '../../../../src/toolkit/index.js';

describe('quantiles', () => {
  const values = Float64Array.from({ length: 1001 }, (_, i) => (i / 1000) ** 3);
  const valueAt = (i: number) => values[i]!;

  it('lie linearly between the two values around their place', () => {
    const [two] = [[1, 3]];
    expect([0, 0.25, 1].map((share) => quantile(2, (i) => two[i]!, share))).toEqual([1, 1.5, 3]);
    expect(quantile(1, () => 7, 0.98)).toBe(7);
  });

  it('are kept exactly at the shares, and grow in between', () => {
    const kept = quantilesOf(values.length, valueAt);
    for (const share of quantileShares)
      expect(quantileAmong(kept, share)).toBe(quantile(values.length, valueAt, share));
    const read = Array.from({ length: 500 }, (_, i) => quantileAmong(kept, (i + 1) / 500));
    expect(read).toEqual(read.toSorted((a, b) => a - b));
    expect(Math.abs(quantileAmong(kept, 0.985) - 0.985 ** 3)).toBeLessThan(1e-3);
  });

  it('of an evaluation are those of the pixels of its normal images, whatever the anomalous ones score', () => {
    const image = { width: 2, height: 2, anomalyScore: 1, defectType: null };
    const { normalPixelQuantiles } = evaluate([
      { ...image, scores: Float32Array.of(0.5, 0.25, 0, 1), mask: null, isAnomalous: false },
      { ...image, scores: Float32Array.of(9, 9, 9, 9), mask: Uint8Array.of(1, 0, 0, 0), isAnomalous: true },
    ]);
    expect(quantileAmong(normalPixelQuantiles!, 0)).toBe(0);
    expect(quantileAmong(normalPixelQuantiles!, 0.5)).toBe(0.375);
    expect(quantileAmong(normalPixelQuantiles!, 1)).toBe(1);
    expect(evaluate([]).normalPixelQuantiles).toBeNull();
  });
});
