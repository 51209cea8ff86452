import { describe, expect, it } from 'vitest';
import type { ComparePairQuery, ListedEvaluationFragment } from '../../../../../src/client/index.js';
import { commonSnapshots } from '../../../../../studio/screens/results/compare/commonSnapshots.js';
import { comparedRows, differingSettings } from '../../../../../studio/screens/results/compare/comparison.js';

type Pair = ComparePairQuery['compareModelVersions'];

const side = (id: string, imageThreshold: number, params: Record<string, unknown>, seed = 1) =>
  ({
    modelVersion: {
      ...{ id, version: Number(id), imageThreshold, model: { name: 'tiles' }, supervision: 'UNSUPERVISED' },
      trainingRun: { preset: 'small', seed, detector: { name: 'padim', version: '1', params }, featureExtractor: null },
    },
  }) as Pair['a'];
const says = (anomalyScore: number, threshold: number) =>
  ({ anomalyScore, isAnomalous: anomalyScore >= threshold, verdict: null, overlayUrl: '' }) as const;
const pairOf = (b: string, threshold: number, scores: Record<string, [a: number, b: number]>): Pair =>
  ({
    ...{ a: side('1', 2, {}), b: side(b, threshold, {}), differences: [] },
    images: Object.entries(scores).map(([id, [first, second]]) => ({
      ...{ image: { id }, difference: 0, a: says(first, 2), b: says(second, threshold) },
    })),
  }) as unknown as Pair;

describe('versions side by side', () => {
  it('have contrary verdicts first, then the greatest difference, in units of their own thresholds', () => {
    const rows = comparedRows([
      pairOf('2', 10, { calm: [1, 5], apart: [1.9, 1], contrary: [1.9, 10.5] }),
      pairOf('3', 1, { calm: [1, 0.5], contrary: [1.9, 0.9] }),
    ]);
    expect(rows.map(({ image, isContrary }) => [image.id, isContrary])).toEqual([
      ['contrary', true],
      ['apart', false],
      ['calm', false],
    ]);
    expect(rows[2]!.verdicts.map((each) => each?.ratio)).toEqual([0.5, 0.5, 0.5]);
    expect(rows[1]!.verdicts[2]).toBeNull();
  });

  it('show the settings that differ and no other', () => {
    const sides = [
      side('1', 2, { steps: 4, bank: { ratio: 0.1 }, layers: [1, 2] }),
      side('2', 2, { steps: 4, bank: { ratio: 0.2 }, layers: [1, 2] }, 7),
      side('3', 2, { steps: 4, bank: { ratio: 0.1 }, layers: [1] }),
    ].map(({ modelVersion }) => modelVersion);
    expect(differingSettings(sides)).toEqual({
      ofAll: [
        { name: 'detector.params.bank.ratio', values: ['0.1', '0.2', '0.1'] },
        { name: 'detector.params.layers', values: ['[1,2]', '[1,2]', '[1]'] },
        { name: 'seed', values: ['1', '7', '1'] },
      ],
      ofSome: [],
    });
  });

  it('show settings apart that another detector does not have', () => {
    const sides = [side('1', 2, { steps: 4, ratio: 1 }), side('2', 2, { steps: 5 })];
    const { ofAll, ofSome } = differingSettings(sides.map(({ modelVersion }) => modelVersion));
    expect(ofAll.map(({ name }) => name)).toEqual(['detector.params.steps']);
    expect(ofSome).toEqual([{ name: 'detector.params.ratio', values: ['1', '–'] }]);
  });

  it('are compared on snapshots whose images to test all were measured on', () => {
    const evaluation = (id: string, createdAt: string, split = 'TEST', metrics: object | null = {}) =>
      ({ snapshot: { id }, createdAt, split, metrics }) as ListedEvaluationFragment;
    const first = [
      evaluation('s1', '2026-01-01'),
      evaluation('s2', '2026-02-01'),
      evaluation('s3', '2026-03-01', 'VALIDATION'),
    ];
    const second = [evaluation('s2', '2026-01-05'), evaluation('s1', '2026-01-04'), evaluation('s3', '2026-03-01')];
    expect(commonSnapshots([first, second]).map(({ id }) => id)).toEqual(['s2', 's1']);
    expect(commonSnapshots([first, [evaluation('s1', '2026-01-01', 'TEST', null)]])).toEqual([]);
  });
});
