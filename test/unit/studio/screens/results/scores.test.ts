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
    expect([histogram.axis.scoreAt(0), histogram.axis.scoreAt(1), histogram.axis.placeOf(5)]).toEqual([1, 9, 0.5]);
    expect([histogram.normal, histogram.anomalous]).toEqual([
      [2, 2, 0, 0],
      [0, 1, 1, 0],
    ]);
  });

  it('bears scores that are all the same, and a hundred thousand of them', () => {
    const same = Array.from({ length: 100_000 }, () => ({ score: 0, isAnomalous: false }));
    const { axis, normal } = histogramOf(same, 8, [0]);
    expect([axis.placeOf(0), axis.scoreAt(1) > 0, normal[0]]).toEqual([0, true, 100_000]);
  });

  it('keeps scores apart that one defect, hundreds of times as high, would squeeze into one bar', () => {
    const scores = [0.001, 0.002, 0.004, 0.008, 0.016, 3].map((score) => ({ score, isAnomalous: score > 0.01 }));
    const { axis, normal } = histogramOf(scores, 12, [0.008]);
    expect(normal.filter((count) => count > 0)).toHaveLength(4);
    for (const { score } of scores) expect(axis.scoreAt(axis.placeOf(score))).toBeCloseTo(score, 12);
    // At the ends no image is left out by a rounding.
    expect([axis.scoreAt(0), axis.scoreAt(1)]).toEqual([0.001, 3]);
  });
});
