import { describe, expect, it } from 'vitest';
import type { LeaderboardEntryFragment } from '../../../../../src/client/index.js';
import { budgetGroups, decades, publishedPoints } from '../../../../../studio/screens/results/leaderboard/budget.js';

interface Row {
  version: number;
  pixelAp: number | null;
  cost: { images: number; activeSeconds: number }[];
  params?: Record<string, unknown>;
}

const rowOf = ({ version, pixelAp, cost, params = {} }: Row) =>
  ({
    supervision: 'SEMI_SUPERVISED',
    labelCost: cost.map((each) => ({ kind: 'BOX', ...each })),
    metrics: { pixelAp, pro: null },
    modelVersion: {
      ...{ id: String(version), version, model: { name: 'tiles' } },
      trainingRun: { preset: 'small', seed: version, detector: { name: 'semirest', params } },
    },
  }) as LeaderboardEntryFragment;

describe('the label-budget curve', () => {
  it('joins versions that differ in nothing but the seed: their mean, and their range', () => {
    const cost = [{ images: 4, activeSeconds: 20 }];
    const rows = [
      rowOf({ version: 1, pixelAp: 0.5, cost }),
      rowOf({ version: 2, pixelAp: 0.7, cost }),
      rowOf({ version: 3, pixelAp: 0.9, cost, params: { steps: 9 } }),
      rowOf({ version: 4, pixelAp: null, cost }),
    ];
    const groups = budgetGroups(rows, 'total', 'pixelAp');
    expect(groups.map(({ seconds, low, high, points }) => [seconds, low, high, points.length])).toEqual([
      [20, 0.5, 0.7, 2],
      [20, 0.9, 0.9, 1],
    ]);
    expect(groups[0]!.mean).toBeCloseTo(0.6);
    expect(budgetGroups(rows, 'perImage', 'pixelAp')[0]!.seconds).toBe(5);
    expect(budgetGroups(rows, 'total', 'pro')).toEqual([]);
  });

  it('has versions without labels at 0, and leaves out those whose labels nobody timed: they were not free', () => {
    const rows = [
      rowOf({ version: 1, pixelAp: 0.4, cost: [] }),
      rowOf({ version: 2, pixelAp: 0.8, cost: [{ images: 3, activeSeconds: 0 }] }),
    ];
    expect(budgetGroups(rows, 'total', 'pixelAp').map(({ seconds }) => seconds)).toEqual([0]);
  });

  it('shows of the published numbers those that have a time and the metric', () => {
    const published = { supervision: 'SUPERVISED' as const, source: 'Table 1', pro: null };
    const rows = [
      { ...published, method: 'a', secondsPerImage: 5, pixelAp: 0.8 },
      { ...published, method: 'b', secondsPerImage: null, pixelAp: 0.7 },
      { ...published, method: 'c', secondsPerImage: 17, pixelAp: null },
    ];
    expect(publishedPoints(rows, 'pixelAp')).toEqual([{ seconds: 5, value: 0.8, name: 'a' }]);
  });

  it.each([
    [[], [1, 10]],
    [[0], [1, 10]],
    [[10], [10, 100]],
    [
      [0.4, 250],
      [0.1, 1000],
    ],
  ] as const)('has decades around %j: %j', (seconds, range) => {
    expect(decades(seconds)).toEqual(range);
  });
});
