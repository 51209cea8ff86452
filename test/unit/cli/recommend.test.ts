import { describe, expect, test } from 'vitest';
import { methods } from '../../../src/cli/recommend/methods.js';
import { methodsTable, verdictOf } from '../../../src/cli/recommend/verdict.js';
import type { SweepOutcome, TriedCandidate } from '../../../src/client/index.js';

type Difference = TriedCandidate['difference'];

/** A candidate with a trial for each value; null for one that failed. */
function tried(detector: string, values: readonly (number | null)[], difference: Difference = null): TriedCandidate {
  const known = values.filter((value) => value !== null);
  const trials = values.map((value, seed) => ({
    ...{ seed, value, state: value === null ? ('FAILED' as const) : ('DONE' as const) },
    problem: value === null ? 'too few images' : null,
    trainingRun: {
      ...{ id: '', startedAt: '2026-01-01T00:00:00Z', finishedAt: `2026-01-01T00:00:0${seed + 2}Z` },
      modelVersion: { version: seed + 1 },
    },
    evaluation: { id: '', events: { nodes: [{ __typename: 'MetricsReported' as const, secondsPerStep: 0.025 }] } },
  }));
  const mean = known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : null;
  const isBaseline = detector === 'patchcore';
  return { detector, supervision: 'UNSUPERVISED', params: {}, isBaseline, mean, difference, trials };
}

function verdict(candidates: TriedCandidate[], winner: TriedCandidate | null = candidates[0]!) {
  return verdictOf({ candidates, winner } as SweepOutcome, 'image AUROC');
}

describe('a verdict', () => {
  const baseline = tried('patchcore', [0.8, 0.9]);

  test('takes what is better by more than chance, by its best version', () => {
    const better = tried('rd', [0.9, 0.95], { mean: 0.075, low: 0.02, high: 0.13 });
    const { recommended, sentence } = verdict([better, baseline]);
    expect(sentence).toBe(
      'Take rd, unsupervised: image AUROC +0.0750 (0.0200 to 0.1300) against patchcore, unsupervised.',
    );
    expect(recommended).toMatchObject({ detector: 'rd', version: 2, seeds: 2, trainingSeconds: 3 });
    expect(recommended!.predictionMilliseconds).toBeCloseTo(25, 9);
  });

  test('takes what is surely better though the mean of another is higher', () => {
    const spread = tried('rd', [0.9, 1], { mean: 0.1, low: -0.1, high: 0.3 });
    const sure = tried('padim', [0.85, 0.95], { mean: 0.05, low: 0.04, high: 0.06 });
    const once = tried('cflow', [0.9], { mean: 0.1, low: 0.1, high: 0.1 });
    expect(verdict([spread, sure, once, baseline]).recommended).toMatchObject({ detector: 'padim' });
  });

  test('stays with the baseline within chance, after one seed, and where it is best', () => {
    const within = verdict([tried('rd', [0.9, 0.95], { mean: 0.075, low: -0.02, high: 0.17 }), baseline]);
    expect(within.sentence).toMatch(/^Nothing is better than patchcore, unsupervised by more than chance.* rd, /);
    const once = verdict([tried('rd', [0.9], { mean: 0.1, low: null, high: null }), baseline]);
    expect(once.sentence).toMatch(/^rd, unsupervised is best by one seed .* may be chance/);
    const best = verdict([baseline, tried('rd', [0.7, 0.7], { mean: -0.15, low: -0.2, high: -0.1 })]);
    expect(best.sentence).toBe('Take patchcore, unsupervised: no other has a better image AUROC.');
    for (const { recommended } of [within, once, best]) expect(recommended).toMatchObject({ detector: 'patchcore' });
  });

  test('says what is not known', () => {
    const failed = tried('patchcore', [null, null]);
    expect(verdict([tried('rd', [0.9, 0.9]), failed])).toMatchObject({
      recommended: { detector: 'rd' },
      sentence: expect.stringContaining('nothing is known of patchcore, unsupervised') as string,
    });
    expect(verdict([failed], null)).toMatchObject({ recommended: null });
    const table = methodsTable(verdict([failed], null).methods, 'PRO').split('\n');
    expect(table[2]).toMatch(/^patchcore +unsupervised +0 +– +baseline +– +–$/);
    expect(table[3]).toBe('patchcore, unsupervised failed: too few images');
  });
});

test('methods are read with their supervision', () => {
  expect(methods('patchcore, semirest:semi-supervised')).toEqual([
    { name: 'patchcore', supervision: 'UNSUPERVISED' },
    { name: 'semirest', supervision: 'SEMI_SUPERVISED' },
  ]);
  for (const wrong of ['', 'a,,b', 'rd:much', 'rd:supervised:more', 'rd:toString']) {
    expect(() => methods(wrong)).toThrow('must be detectors');
  }
});
