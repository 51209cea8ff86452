import { describe, expect, it } from 'vitest';
import { findRegions } from '../../../../src/toolkit/post-processing/regions.js';

describe('regions of a map', () => {
  const map = {
    width: 6,
    height: 3,
    data: Float32Array.of(0.5, 0.9, 0, 0, 0, 0.7, 0, 0, 0.6, 0, 0, 0, 0, 0, 0, 0, 0.7, 0.5),
  };

  it('are connected over corners and sorted by score, then by size', () => {
    expect(findRegions(map, 0.5)).toEqual([
      { box: { x: 0, y: 0, width: 3, height: 2 }, pixels: 3, score: Math.fround(0.9) },
      { box: { x: 4, y: 2, width: 2, height: 1 }, pixels: 2, score: Math.fround(0.7) },
      { box: { x: 5, y: 0, width: 1, height: 1 }, pixels: 1, score: Math.fround(0.7) },
    ]);
  });

  it('count a score at the threshold, and none above all scores', () => {
    expect(findRegions(map, Math.fround(0.9)).map((region) => region.pixels)).toEqual([1]);
    expect(findRegions(map, 1)).toEqual([]);
  });

  it('are at most 50, the highest ones', () => {
    const data = Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? i : -1));
    const regions = findRegions({ width: 400, height: 1, data }, 0);
    expect(regions.length).toBe(50);
    expect(regions.map((region) => region.score)).toEqual(Array.from({ length: 50 }, (_, i) => 398 - 2 * i));
  });
});
