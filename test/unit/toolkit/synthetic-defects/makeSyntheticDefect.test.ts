import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../../../src/shared/images.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { defectKinds, makeSyntheticDefect } from '../../../../src/toolkit/synthetic-defects/makeSyntheticDefect.js';

/** A surface: vertical streaks, a slow gradient and grain. */
function surface(seed: number, width = 96, height = 80): RgbImage {
  const random = RandomSource.fromSeed(seed);
  const streaks = Array.from({ length: width }, () => 6 * random.normal());
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const level = 110 + (30 * i) / (width * height) + streaks[i % width]! + 4 * random.normal();
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.max(0, Math.min(255, Math.round(level + 5 * c)));
  }
  return { width, height, data };
}

const area = (mask: { data: Uint8Array }) => mask.data.reduce((sum, value) => sum + value, 0) / mask.data.length;

function flat(level: number): RgbImage {
  return { width: 40, height: 30, data: new Uint8Array(3600).fill(level) };
}

describe('image and mask of a synthetic defect', () => {
  const images = [surface(1), surface(2), surface(3, 64, 64), flat(0), flat(128), flat(255)];
  const others = [[], [surface(4)], [surface(5, 33, 121), surface(6)]];
  const drawn = fc.record({
    image: fc.nat(images.length - 1),
    others: fc.nat(others.length - 1),
    kind: fc.constantFrom(...defectKinds),
    mostDefects: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
  });

  it('agree: what lies outside the mask is unchanged, the mask is not empty and within its limits', () => {
    fc.assert(
      fc.property(drawn, ({ kind, mostDefects, seed, ...choice }) => {
        const image = images[choice.image]!;
        const before = image.data.slice();
        const options = { kinds: [kind], mostDefects };
        const result = makeSyntheticDefect(image, others[choice.others]!, RandomSource.fromSeed(seed), options);
        expect(Buffer.compare(image.data, before)).toBe(0);
        expect([result.image.width, result.image.height]).toEqual([image.width, image.height]);
        let changed = 0;
        for (let i = 0; i < result.mask.data.length; i++) {
          const differs = [0, 1, 2].some((c) => result.image.data[3 * i + c] !== before[3 * i + c]);
          if (differs && result.mask.data[i] !== 1) expect.fail(`pixel ${i} changed outside the mask`);
          if (differs) changed++;
        }
        expect(result.mask.data.every((value) => value === 0 || value === 1)).toBe(true);
        expect(area(result.mask)).toBeGreaterThanOrEqual(0.0005);
        expect(area(result.mask)).toBeLessThanOrEqual(0.1);
        // The mask is wider than the change by no more than a rim of one pixel.
        expect(9 * changed).toBeGreaterThanOrEqual(area(result.mask) * result.mask.data.length);
      }),
      { numRuns: 200 },
    );
  });

  it('keep to other limits of the area', () => {
    for (let seed = 0; seed < 30; seed++) {
      const options = { smallestArea: 0.01, largestArea: 0.04 };
      const { mask } = makeSyntheticDefect(surface(9), [], RandomSource.fromSeed(seed), options);
      expect(area(mask)).toBeGreaterThanOrEqual(0.01);
      expect(area(mask)).toBeLessThanOrEqual(0.04);
    }
  });

  it.each(defectKinds)('%s draws its own kind on a surface, more often than not at the first attempts', (kind) => {
    let own = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { kinds } = makeSyntheticDefect(surface(10, 128, 128), [surface(11)], RandomSource.fromSeed(seed), {
        kinds: [kind],
        mostDefects: 1,
      });
      expect(kinds.length).toBe(1);
      if (kinds[0] === kind) own++;
    }
    expect(own).toBeGreaterThan(14);
  });
});

describe('chance', () => {
  it('comes from the seed alone', () => {
    for (const kind of defectKinds) {
      const draw = (seed: number) =>
        makeSyntheticDefect(surface(1), [surface(2)], RandomSource.fromSeed(seed), { kinds: [kind] });
      expect(Buffer.compare(draw(7).image.data, draw(7).image.data)).toBe(0);
      expect(Buffer.compare(draw(7).mask.data, draw(7).mask.data)).toBe(0);
      expect(Buffer.compare(draw(7).image.data, draw(8).image.data)).not.toBe(0);
    }
  });

  it('chooses among all kinds and draws several defects', () => {
    const random = RandomSource.fromSeed(12);
    const image = surface(1, 128, 128);
    const results = Array.from({ length: 80 }, () => makeSyntheticDefect(image, [], random, { mostDefects: 3 }));
    expect(new Set(results.flatMap((result) => result.kinds))).toEqual(new Set(defectKinds));
    expect(new Set(results.map((result) => result.kinds.length))).toEqual(new Set([1, 2, 3]));
  });
});

describe('an object before a plain background', () => {
  // A dark textured disc on light grey.
  const side = 128;
  const random = RandomSource.fromSeed(3);
  const inDisc = (i: number, radius: number) => Math.hypot((i % side) - 64, Math.floor(i / side) - 64) < radius;
  const data = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    data.fill(Math.round(inDisc(i, 30) ? 90 + 8 * random.normal() : 200 + random.normal()), 3 * i, 3 * i + 3);
  }
  const image = { width: side, height: side, data };

  it.each(defectKinds)('%s stays on the object', (kind) => {
    for (let seed = 0; seed < 10; seed++) {
      const { mask } = makeSyntheticDefect(image, [], RandomSource.fromSeed(seed), { kinds: [kind] });
      const beyond = mask.data.findIndex((value, i) => value === 1 && !inDisc(i, 34));
      expect(beyond).toBe(-1);
    }
  });
});

describe('bad arguments', () => {
  const random = RandomSource.fromSeed(1);
  const image = surface(1);

  it('are refused by name and value', () => {
    const make = (options: object) => () => makeSyntheticDefect(image, [], random, options);
    expect(make({ kinds: [] })).toThrow('no kind');
    expect(make({ kinds: ['dent'] })).toThrow("'dent'");
    expect(make({ smallestArea: 0.2 })).toThrow('0.2 to 0.1');
    expect(make({ largestArea: 1.5 })).toThrow('1.5');
    expect(make({ mostDefects: 0 })).toThrow('mostDefects is 0');
    expect(() => makeSyntheticDefect({ ...image, width: 5 }, [], random)).toThrow('5 x 80');
  });
});
