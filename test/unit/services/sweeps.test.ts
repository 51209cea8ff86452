import { describe, expect, it } from 'vitest';
import { SweepEntity, SweepTrialEntity } from '../../../src/database/entities/index.js';
import { pairedDifference } from '../../../src/services/sweeps/pairedDifference.js';
import { resultsOf, winnerOf } from '../../../src/services/sweeps/results.js';
import { candidatesOf, choiceProblems, trainingOf } from '../../../src/services/sweeps/candidates.js';
import { changedParams, combinationsOf, spaceProblems } from '../../../src/services/sweeps/space.js';

describe('a space', () => {
  it('becomes every combination behind the one that changes nothing', () => {
    expect(combinationsOf({ a: [1, 2], 'b.c': ['x'] })).toEqual([{}, { a: 1, 'b.c': 'x' }, { a: 2, 'b.c': 'x' }]);
  });

  it('needs lists with values, and not too many combinations', () => {
    expect(spaceProblems({})).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    expect(spaceProblems({ a: 3, b: [] })).toMatchObject([{ item: 'a' }, { item: 'b' }]);
    const many = Array.from({ length: 8 }, (_, i) => i);
    expect(spaceProblems({ a: many, b: many })[0]!.message).toMatch(/64 combinations; at most 63/);
    expect(spaceProblems({ a: many, b: many.slice(1) })).toEqual([]);
  });

  it('changes parameters by dotted name and leaves what was given, also under names that objects have anyway', () => {
    const given = { a: 1, group: { b: 2, c: 3 } };
    expect(changedParams(given, { 'group.b': 9, d: [1] })).toEqual({ a: 1, group: { b: 9, c: 3 }, d: [1] });
    expect(given).toEqual({ a: 1, group: { b: 2, c: 3 } });
    changedParams({}, { '__proto__.polluted': true });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('a choice', () => {
  const fields = (choice: Parameters<typeof choiceProblems>[0]) => choiceProblems(choice).map(({ field }) => field![1]);
  const supervision = 'UNSUPERVISED' as const;
  const detectors = [{ id: 'patchcore' }, { id: 'padim' }];

  it('is a space of one detector, or several detectors, not both and not neither', () => {
    expect(fields({ supervision, detectors })).toEqual([]);
    expect(fields({ supervision, detector: { id: 'padim' }, space: { channels: [50] } })).toEqual([]);
    expect(fields({ supervision })).toEqual(['space']);
    expect(fields({ supervision, detectors, space: { channels: [50] } })).toEqual(['space']);
    expect(fields({ supervision, detectors, detector: { id: 'rd' } })).toEqual(['detector']);
    expect(fields({ supervision, detectors: detectors.slice(1) })).toEqual(['detectors']);
    expect(fields({ supervision, detectors: Array.from({ length: 33 }, () => detectors[0]!) })).toEqual(['detectors']);
  });

  it('gives each detector its supervision, and the labels of the sweep to those that read them', () => {
    const semirest = { id: 'semirest', params: { steps: 5 } };
    const candidates = candidatesOf({
      ...{ supervision, labels: 'BLOCK' },
      detectors: [
        { id: 'patchcore', supervision },
        { ...semirest, supervision: 'SUPERVISED' },
        { ...semirest, supervision: 'SEMI_SUPERVISED' },
      ],
    });
    expect(candidates.map((one) => [one.supervision, one.labels])).toEqual([
      ['UNSUPERVISED', null],
      ['SUPERVISED', 'BLOCK'],
      ['SEMI_SUPERVISED', null],
    ]);
    expect(trainingOf(candidates[1]!).detector).toEqual({ id: 'semirest', params: { steps: 5 } });
    // A sweep's own supervision is checked with its labels as they are.
    expect(candidatesOf({ supervision, labels: 'BLOCK', detectors })[0]!.labels).toBe('BLOCK');
  });
});

describe('results', () => {
  it('pair runs with the same seed', () => {
    // Differences 0.1, 0.2, 0.3: mean 0.2, standard error 0.1 / sqrt(3), t of two degrees of freedom.
    const found = pairedDifference([
      [0.6, 0.5],
      [0.7, 0.5],
      [0.8, 0.5],
    ])!;
    expect(found.mean).toBeCloseTo(0.2, 12);
    expect(found.high! - found.mean).toBeCloseTo((4.303 * 0.1) / Math.sqrt(3), 6);
    expect(pairedDifference([[1, 0]])).toEqual({ mean: 1, low: null, high: null });
    expect(pairedDifference([])).toBeNull();
  });

  it('propose the best mean of those tried with most seeds', () => {
    const candidates = candidatesOf({ supervision: 'UNSUPERVISED', space: { a: [1, 2] } });
    const sweep = Object.assign(new SweepEntity(), { candidates, seeds: [0, 1] });
    const trial = (candidate: number, seed: number, value: number | null) =>
      Object.assign(new SweepTrialEntity(), { candidate, seed, value });
    const trials = [trial(0, 0, 0.5), trial(1, 0, 0.7), trial(2, 0, 0.9), trial(0, 1, 0.6), trial(1, 1, 0.8)];
    const results = resultsOf(sweep, [...trials, trial(2, 1, null)]);
    expect(results.map(({ candidate }) => candidate)).toEqual([2, 1, 0]);
    expect(results[0]!.difference).toMatchObject({ low: null });
    expect(results[0]!.difference!.mean).toBeCloseTo(0.4, 12);
    expect(results[2]!.difference).toBeNull();
    expect(winnerOf(results)!.candidate).toBe(1);
    expect(winnerOf(resultsOf(sweep, []))).toBeNull();
  });
});
