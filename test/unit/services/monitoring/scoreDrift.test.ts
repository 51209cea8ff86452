import { describe, expect, it } from 'vitest';
import { distanceLimit, scoreDrift } from '../../../../src/services/monitoring/scoreDrift.js';

const normal = [4, 1, 3, 2];
const edges = [1, 2, 3, 4];

/** sup |F - G| over every value of either sample, by counting. */
function slowDistance(one: readonly number[], other: readonly number[]): number {
  const below = (values: readonly number[], x: number) => values.filter((value) => value < x).length / values.length;
  return Math.max(...[...one, ...other, Infinity].map((x) => Math.abs(below(one, x) - below(other, x))));
}

function bins(scores: readonly number[], among: readonly number[]): number[] {
  return Array.from(
    { length: among.length + 1 },
    (_, bin) =>
      scores.filter((score) => score >= (among[bin - 1] ?? -Infinity) && score < (among[bin] ?? Infinity)).length,
  );
}

describe('the drift of scores', () => {
  it('is nothing for scores that lie as the normal ones do, and everything for scores beyond all of them', () => {
    const same = scoreDrift([0, 5, 5, 5, 5], edges, normal)!;
    expect(same.distance).toBe(0);
    expect(same.stabilityIndex).toBeCloseTo(0, 1);
    const below = scoreDrift([20, 0, 0, 0, 0], edges, normal)!;
    expect(below.distance).toBe(1);
    expect(below.stabilityIndex).toBeGreaterThan(0.25);
  });

  it('has the distance that counting values gives', () => {
    let seed = 7;
    const next = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 20; round++) {
      const known = Array.from({ length: 32 }, next);
      const seen = Array.from({ length: 100 }, () => next() * 1.3);
      const sorted = [...known].sort((a, b) => a - b);
      const found = scoreDrift(bins(seen, sorted), sorted, known)!;
      const exact = slowDistance(known, seen);
      expect(found.distance).toBeLessThanOrEqual(exact + 1e-12);
      expect(found.distance).toBeGreaterThanOrEqual(exact - 1 / 32 - 1e-12);
    }
  });

  it('has the stability index of its definition, half a score added to each group', () => {
    // Five groups are as many as there are normal scores: each bin from 1 on, the last one with the first below all.
    const { stabilityIndex } = scoreDrift([0, 2, 8, 0, 10], edges, normal)!;
    const term = (o: number, e: number) => (o - e) * Math.log(o / e);
    const counts = [2, 8, 0, 10].map((count) => (count + 0.5) / 22);
    expect(stabilityIndex).toBeCloseTo(
      counts.reduce((sum, o) => sum + term(o, 1.5 / 6), 0),
      12,
    );
  });

  it('takes what lies beyond the normal scores for part of the last group', () => {
    // As when the highest score of the calibration lies above the threshold: it is an edge, and no normal score.
    expect(scoreDrift([0, 20, 20, 0], [1, 2, 3], [1, 2])!.stabilityIndex).toBeCloseTo(0, 9);
    expect(scoreDrift([0, 20, 0, 20], [1, 2, 3], [1, 2])!.stabilityIndex).toBeCloseTo(0, 9);
  });

  it('is nothing to be told without scores on either side', () => {
    expect(scoreDrift([0, 0], [1], [1])).toBeNull();
    expect(scoreDrift([3], [], [])).toBeNull();
  });

  it('has the limits of the tables for large samples', () => {
    expect(distanceLimit(1e9, 1e9, 0.05) * Math.sqrt(1e9 / 2)).toBeCloseTo(1.358, 3);
    expect(distanceLimit(1e9, 1e9, 0.001) * Math.sqrt(1e9 / 2)).toBeCloseTo(1.949, 3);
  });
});
