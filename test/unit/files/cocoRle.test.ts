import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalRle, checkRle, decodeRle, encodeRle, encodeRuns } from '../../../src/files/index.js';
import { ProblemError } from '../../../src/shared/errors.js';

function fault(counts: string, width: number, height: number): string {
  try {
    decodeRle(counts, { width, height });
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).code).toBe('MASK_RLE_INVALID');
    return (error as ProblemError).message;
  }
  throw new Error('it was accepted');
}

describe('COCO run lengths', () => {
  it('are what pycocotools writes', () => {
    const size = { width: 10, height: 10 };
    expect(encodeRle({ ...size, data: new Uint8Array(100) })).toBe('T3');
    expect(encodeRle({ ...size, data: new Uint8Array(100).fill(1) })).toBe('0T3');
    // Columns 2 to 4, rows 1 to 3 of a 6x5 image: runs 11, 3, 2, 3, 2, 3, 6 and differences 0, 0, 0, 4 from the fourth on.
    const data = new Uint8Array(30);
    for (const row of [1, 2, 3]) for (const column of [2, 3, 4]) data[row * 6 + column] = 1;
    expect(encodeRle({ width: 6, height: 5, data })).toBe(';320004');
  });

  it('of one mask become equal, whoever wrote them, without decoding', () => {
    const runs = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(runs, fc.boolean(), (given, ends) => {
        const size = { width: 3, height: given.reduce((sum, run) => sum + run, 0) };
        fc.pre(size.height > 0);
        const counts = encodeRuns([...given, ...given, ...given, ...(ends ? [0, 0] : [])]);
        const mask = decodeRle(counts, size);
        const anomalousPixels = mask.data.reduce((sum, value) => sum + value, 0);
        expect(canonicalRle(counts, size)).toEqual({ counts: encodeRle(mask), anomalousPixels });
      }),
    );
    // 64 megapixels of stripes: a decoded mask would take as many bytes and more than a second.
    const stripes = encodeRuns(new Array<number>(100_000).fill(640));
    const started = performance.now();
    expect(canonicalRle(stripes, { width: 8000, height: 8000 })).toEqual({
      counts: stripes,
      anomalousPixels: 32_000_000,
    });
    expect(performance.now() - started).toBeLessThan(500);
    expect(fault(encodeRuns([5, 5]), 3, 3)).toContain('10 pixels');
  });

  it('come back as they went', () => {
    const masks = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        data: fc.uint8Array({ min: 0, max: 1, minLength: width * height, maxLength: width * height }),
      }),
    );
    fc.assert(
      fc.property(masks, (mask) => {
        const counts = encodeRle(mask);
        expect(decodeRle(counts, mask)).toEqual(mask);
        expect(checkRle(counts, mask).anomalousPixels).toBe(mask.data.reduce((sum, value) => sum + value, 0));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('come back for long runs', () => {
    const mask = { width: 3000, height: 2000, data: new Uint8Array(6_000_000) };
    mask.data.fill(1, 2_999_000, 3_001_000);
    const { data } = decodeRle(encodeRle(mask), mask);
    expect(Buffer.compare(data, mask.data)).toBe(0);
  });

  it('must add up to the pixels; the message has both sums', () => {
    expect(fault('T3', 10, 11)).toMatch(/100 pixels; 10x11 are 110/);
    expect(fault('', 10, 10)).toMatch(/0 pixels/);
  });

  it('must not be negative', () => {
    expect(fault('T3O', 10, 10)).toMatch(/run 1 is -1.*100 of 100/);
  });

  it('must not end inside a run', () => {
    expect(fault('T', 10, 10)).toMatch(/ends inside the run that starts at character 0/);
    expect(fault('T3T', 10, 10)).toMatch(/character 2/);
  });

  it('must use the alphabet and sane lengths', () => {
    expect(fault('T3\u0000', 10, 10)).toMatch(/character 2/);
    expect(fault('oooooooooooo', 10, 10)).toMatch(/more than 7 digits/);
  });

  it('of 10⁹ pixels for a 100x100 image are refused before anything is allocated', () => {
    const billion = encodeRun(1_000_000_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(fault(billion, 100, 100)).toMatch(/1000000000 pixels; 100x100 are 10000/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

/** One run as digits of five bits, low first. */
function encodeRun(value: number): string {
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 32)) digits.push(rest % 32);
  if (digits.at(-1)! >= 16) digits.push(0);
  return digits.map((digit, i) => String.fromCharCode(48 + digit + (i < digits.length - 1 ? 32 : 0))).join('');
}
