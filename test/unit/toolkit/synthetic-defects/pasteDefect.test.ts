import { describe, expect, test } from 'vitest';
import type { BinaryMask, RgbImage } from '../../../../src/shared/images.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { pasteDefect } from '../../../../src/toolkit/synthetic-defects/pasteDefect.js';

const size = 64;
const filled = (level: number): RgbImage => ({
  width: size,
  height: size,
  data: new Uint8Array(3 * size * size).fill(level),
});

/** A bright bar of 12 x 4 pixels, and a dot apart from it. */
function defective(): { image: RgbImage; mask: BinaryMask } {
  const image = filled(100);
  const mask = { width: size, height: size, data: new Uint8Array(size * size) };
  const paint = (x: number, y: number, level: number) => {
    mask.data[y * size + x] = 1;
    image.data.fill(level, 3 * (y * size + x), 3 * (y * size + x) + 3);
  };
  for (let y = 20; y < 24; y++) for (let x = 30; x < 42; x++) paint(x, y, 220);
  for (let y = 50; y < 53; y++) for (let x = 10; x < 13; x++) paint(x, y, 20);
  return { image, mask };
}

const count = ({ data }: BinaryMask) => data.reduce((sum, value) => sum + value, 0);

describe('a pasted defect', () => {
  const random = RandomSource.fromSeed(3);
  const normal = filled(120);
  const pasted = Array.from({ length: 60 }, () => pasteDefect(normal, defective(), random));

  test('leaves the image as it was wherever the mask is 0, and changes it where it is 1', () => {
    for (const { image, mask } of pasted) {
      expect(mask.data.findIndex((defect, i) => (image.data[3 * i] === 120) !== (defect === 0))).toBe(-1);
    }
    expect(normal.data.every((value) => value === 120)).toBe(true);
  });

  test('is of about the size of the real one, in many places and turns, bright or dark as it was', () => {
    const sizes = pasted.map(({ mask }) => count(mask));
    // All of it or the dot alone, scaled by 0.8 to 1.25; at the edge a third may be missing.
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(57 * 1.25 ** 2 + 12);
    const places = new Set(pasted.map(({ mask }) => mask.data.indexOf(1)));
    expect(places.size).toBeGreaterThan(50);
    const red = pasted.flatMap(({ image, mask }) =>
      [...mask.data.keys()].filter((i) => mask.data[i] === 1).map((i) => image.data[3 * i]!),
    );
    expect(Math.max(...red)).toBeGreaterThan(200);
    expect(Math.min(...red)).toBeLessThan(40);
  });

  test('lies on the object where there is one before a plain background', () => {
    const object = filled(10);
    for (let y = 16; y < 48; y++) {
      for (let x = 16; x < 48; x++)
        object.data.fill(100 + ((x * 7 + y * 13) % 40), 3 * (y * size + x), 3 * (y * size + x) + 3);
    }
    for (let i = 0; i < 20; i++) {
      const { mask } = pasteDefect(object, defective(), random);
      // The edge of the object is estimated to some pixels.
      const outside = (k: number) => Math.max(Math.abs((k % size) - 32), Math.abs(Math.floor(k / size) - 32)) >= 22;
      expect(mask.data.findIndex((defect, k) => defect === 1 && outside(k))).toBe(-1);
    }
  });

  test('is the same for the same chance', () => {
    const once = () => pasteDefect(normal, defective(), RandomSource.fromSeed(9));
    expect(once()).toEqual(once());
  });

  test('of a mask without defects is refused', () => {
    const none = { ...defective(), mask: { width: size, height: size, data: new Uint8Array(size * size) } };
    expect(() => pasteDefect(normal, none, random)).toThrow('has no defective pixel');
  });
});
