import { describe, expect, it } from 'vitest';
import { consequenceOf, histogramOf } from '../../../../../studio/screens/results/threshold/scores.js';

const good = [1, 2, 3, 4].map((score) => ({ score, isAnomalous: false }));
const bad = [3, 5].map((score) => ({ score, isAnomalous: true }));
const all = [...good, ...bad];

describe('a threshold', () => {
  it('counts a score that equals it as anomalous, as the API does', () => {
    expect(consequenceOf(all, 3)).toEqual({
      ...{ falseAlarms: 2, falseAlarmsPerThousand: 500, misses: 0, normal: 4, anomalous: 2 },
    });
    expect(consequenceOf(all, 3.5)).toMatchObject({ falseAlarms: 1, falseAlarmsPerThousand: 250, misses: 1 });
    expect(consequenceOf(bad, 1).falseAlarmsPerThousand).toBeNull();
  });
});

describe('a histogram of scores', () => {
  it('counts every image once, and has the threshold inside', () => {
    const histogram = histogramOf(all, 4, [9]);
    expect(histogram).toMatchObject({ low: 1, high: 9 });
    expect([histogram.normal, histogram.anomalous]).toEqual([
      [2, 2, 0, 0],
      [0, 1, 1, 0],
    ]);
  });

  it('bears scores that are all the same, and a hundred thousand of them', () => {
    const same = Array.from({ length: 100_000 }, () => ({ score: 0, isAnomalous: false }));
    const { low, high, normal } = histogramOf(same, 8, [0]);
    expect([low < high, normal[0]]).toEqual([true, 100_000]);
  });
});
