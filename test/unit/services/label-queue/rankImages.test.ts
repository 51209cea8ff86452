import { describe, expect, it } from 'vitest';
import {
  queueStrategies,
  rankImages,
  type Candidate,
  type Ranking,
} from '../../../../src/services/label-queue/rankImages.js';

const one = (id: string, changes: Partial<Candidate> = {}): Candidate => ({
  ...{ id, ratio: 1, region: { x: 0.5, y: 0.5, share: 0.01 }, regions: 1, isReturned: false },
  ...changes,
});
const rank = (candidates: readonly Candidate[], changes: Partial<Ranking> = {}) =>
  rankImages(candidates, {
    ...{ strategy: 'DOUBTFUL_AND_DIVERSE', first: 5, labelled: [], secondsPerImage: 10, seed: 1 },
    ...changes,
  });
const ids = (...given: Parameters<typeof rank>) => rank(...given).map(({ id }) => id);
const at = (x: number, y = 0.5) => ({ x, y, share: 0.01 });

describe('which image is labelled next', () => {
  it('is one unlike those that are labelled or stand before it, of the doubtful', () => {
    const candidates = [
      one('left', { region: at(0.1) }),
      one('left too', { region: at(0.12) }),
      one('right', { region: at(0.9) }),
      one('sure', { ratio: 40, region: at(0.5, 0.99) }),
    ];
    expect(ids(candidates, { labelled: [at(0.1)], first: 2 })[0]).toBe('right');
    // The pool of the doubtful is five times as large as what is asked for, so the sure one is only left out of a small one.
    const many = [
      ...candidates,
      ...Array.from({ length: 3 }, (_, i) => one(`near ${i}`, { region: at(0.1 + i / 100) })),
    ];
    expect(ids(many, { labelled: [at(0.1)], first: 1 })).toEqual(['right']);
    expect(rank(many, { labelled: [at(0.1)], first: 1 })[0]!.reasons).toEqual(['DOUBTFUL', 'UNLIKE_OTHERS']);
  });

  it('is of the most anomalous one unlike those before it, however many are asked for', () => {
    const twins = Array.from({ length: 12 }, (_, i) => one(`twin ${i}`, { ratio: 9 - i / 100, region: at(0.1) }));
    const candidates = [
      ...twins,
      one('other', { ratio: 5, region: at(0.9) }),
      one('calm', { ratio: 0.2, region: at(0.5, 0.99) }),
    ];
    const order = (first: number) => rank(candidates, { strategy: 'ANOMALOUS_AND_DIVERSE', first });
    expect(order(2).map(({ id }) => id)).toEqual(['twin 0', 'other']);
    expect(order(2)[0]!.reasons).toEqual(['ANOMALOUS', 'UNLIKE_OTHERS']);
    expect(order(9).slice(0, 2)).toEqual(order(2));
    // Many in between, and the calm one is not among those that are looked at.
    const more = Array.from({ length: 20 }, (_, i) => one(`more ${i}`, { ratio: 4, region: at(0.1) }));
    expect(ids([...candidates, ...more], { strategy: 'ANOMALOUS_AND_DIVERSE', first: 9 })).not.toContain('calm');
  });

  it('is by expected gain the doubtful one that takes least, where two are as unlike', () => {
    const candidates = [
      one('slow', { regions: 7, region: at(0.1) }),
      one('quick', { region: at(0.9) }),
      one('sure', { ratio: 9, region: at(0.5, 0.9) }),
    ];
    expect(ids(candidates, { strategy: 'EXPECTED_GAIN' })[0]).toBe('quick');
    const seconds = Object.fromEntries(rank(candidates).map(({ id, expectedSeconds }) => [id, expectedSeconds]));
    expect(seconds).toEqual({ slow: 40, quick: 10, sure: 10 });
  });

  it('is first one whose label was returned', () => {
    for (const strategy of queueStrategies) {
      const [first] = rank([one('a'), one('b', { ratio: 99, isReturned: true })], { strategy });
      expect(first).toMatchObject({ id: 'b', reasons: ['RETURNED'] });
    }
  });

  it('is drawn by lot at every tenth place, the same by the same seed', () => {
    const candidates = Array.from({ length: 60 }, (_, i) => one(String(i), { ratio: 1 + i / 10, region: at(i / 60) }));
    const order = rank(candidates, { first: 30 });
    expect(order.flatMap(({ reasons }, i) => (reasons.includes('BY_LOT') ? i : []))).toEqual([9, 19, 29]);
    expect(new Set(order.map(({ id }) => id)).size).toBe(30);
    const lots = (seed: number) => ids(candidates, { strategy: 'RANDOM', seed }).join();
    expect(lots(3)).toBe(lots(3));
    expect(new Set([1, 2, 3, 4].map(lots)).size).toBeGreaterThan(2);
  });

  it('says of those a model has not seen that it has not, and gives each once, and no more than there are', () => {
    const order = rank([one('a', { ratio: null, region: null, regions: 0 }), one('b')]);
    expect(order.map(({ id }) => id).sort()).toEqual(['a', 'b']);
    expect(order.find(({ id }) => id === 'a')!.reasons).toEqual(['NOT_SEEN']);
    expect(rank([])).toEqual([]);
  });
});
