import { describe, expect, it } from 'vitest';
import { assignSplits, type SplitCandidate, type SplitShares } from '../../../../src/services/splits/assignSplits.js';
import { RandomSource } from '../../../../src/shared/random.js';

const image = (filename: string, more: Partial<SplitCandidate> = {}): SplitCandidate => ({
  ...{ id: filename, filename, sha256: filename, label: 'NORMAL', defectType: null, split: 'TRAIN' },
  ...{ part: undefined, isChosen: true },
  ...more,
});
const several = (count: number, prefix: string, more: (i: number) => Partial<SplitCandidate> = () => ({})) =>
  Array.from({ length: count }, (_, i) => image(`${prefix}${i}`, more(i)));
const shares = (TRAIN: number, VALIDATION: number, TEST: number): SplitShares => ({ TRAIN, VALIDATION, TEST });
const divide = (images: readonly SplitCandidate[], of: SplitShares, seed = 0) =>
  assignSplits(images, of, RandomSource.fromSeed(seed));

function counts(images: readonly SplitCandidate[], splitOf: ReadonlyMap<string, string>): number[] {
  return ['TRAIN', 'VALIDATION', 'TEST'].map((split) => images.filter(({ id }) => splitOf.get(id) === split).length);
}

describe('dividing images', () => {
  const normal = several(200, 'normal');
  const scratches = several(20, 'scratch', () => ({ label: 'ANOMALOUS', defectType: 'scratch' }));
  const pits = several(5, 'pit', () => ({ label: 'ANOMALOUS', defectType: 'pit' }));
  const all = [...normal, ...scratches, ...pits];

  it('divides every label and every defect type in the same proportion, to within one image', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { splitOf } = divide(all, shares(70, 10, 20), seed);
      for (const stratum of [normal, scratches, pits, all]) {
        const [train, validation, test] = counts(stratum, splitOf);
        expect(Math.abs(train! - stratum.length * 0.7)).toBeLessThanOrEqual(1);
        expect(Math.abs(validation! - stratum.length * 0.1)).toBeLessThanOrEqual(1);
        expect(Math.abs(test! - stratum.length * 0.2)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('gives the same splits for the same seed in whatever order the images come, and others for another seed', () => {
    const { splitOf } = divide(all, shares(80, 0, 20), 7);
    const again = divide(RandomSource.fromSeed(1).shuffle(all), shares(4, 0, 1), 7).splitOf;
    expect(all.map(({ id }) => again.get(id))).toEqual(all.map(({ id }) => splitOf.get(id)));
    const other = divide(all, shares(80, 0, 20), 8).splitOf;
    expect(all.map(({ id }) => other.get(id))).not.toEqual(all.map(({ id }) => splitOf.get(id)));
  });

  it('gives nothing to a split whose share is 0', () => {
    expect(counts(all, divide(all, shares(1, 0, 1)).splitOf)[1]).toBe(0);
  });

  it('keeps images of one part, and of the same bytes, together, also by way of others', () => {
    const parts = several(90, 'view', (i) => ({ part: `part ${Math.floor(i / 3)}` }));
    const chain = [
      image('a', { sha256: 'x', part: 'A' }),
      image('b', { sha256: 'x', part: 'B' }),
      image('c', { part: 'B' }),
    ];
    const images = [...parts, ...chain];
    for (let seed = 0; seed < 10; seed++) {
      const { splitOf, groups } = divide(images, shares(50, 0, 50), seed);
      expect(groups).toBe(31);
      for (let part = 0; part < 30; part++) {
        expect(new Set(parts.slice(part * 3, part * 3 + 3).map(({ id }) => splitOf.get(id))).size).toBe(1);
      }
      expect(new Set(chain.map(({ id }) => splitOf.get(id))).size).toBe(1);
      expect(Math.abs(counts(images, splitOf)[0]! - 46.5)).toBeLessThanOrEqual(3);
    }
  });

  it('draws images to where the others of their group stay, and leaves a group that these tear', () => {
    const images = [
      image('stays in test', { part: '1', isChosen: false, split: 'TEST' }),
      image('drawn', { part: '1', split: 'TRAIN' }),
      image('one here', { part: '2', isChosen: false, split: 'TEST' }),
      image('one there', { part: '2', isChosen: false, split: 'TRAIN' }),
      image('torn', { part: '2', split: 'TRAIN' }),
    ];
    const { splitOf, torn } = divide(images, shares(50, 50, 0));
    expect([...splitOf]).toEqual([['drawn', 'TEST']]);
    expect(torn.map(({ id }) => id)).toEqual(['torn']);
  });

  it('divides nothing, and one image', () => {
    expect(divide([], shares(1, 0, 1)).splitOf.size).toBe(0);
    expect(divide([image('only')], shares(1, 0, 9)).splitOf.get('only')).toBe('TEST');
  });

  it('divides a hundred thousand images', () => {
    const many = several(100_000, 'i', (i) => ({ part: String(i % 30_000) }));
    const [train] = counts(many, divide(many, shares(80, 0, 20)).splitOf);
    expect(Math.abs(train! - 80_000)).toBeLessThan(10);
  });
});
