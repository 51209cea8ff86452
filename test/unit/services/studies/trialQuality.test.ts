import { describe, expect, it } from 'vitest';
import { encodeRle } from '../../../../src/files/index.js';
import { cohensKappa, trialQuality } from '../../../../src/services/studies/trialQuality.js';

const size = { width: 40, height: 20 };

/** Run lengths of rectangles, each x, y, width and height. */
function maskOf(...rectangles: [number, number, number, number][]): string {
  const data = new Uint8Array(size.width * size.height);
  for (const [x, y, width, height] of rectangles)
    for (let row = y; row < y + height; row += 1) data.fill(1, row * size.width + x, row * size.width + x + width);
  return encodeRle({ ...size, data });
}

/** 8 by 4 and, apart from it, 2 by 2 pixels. */
const truth = maskOf([4, 4, 8, 4], [30, 10, 2, 2]);

describe('the quality of a trial', () => {
  it('of a mask is intersection over union', () => {
    const quality = (counts: string) =>
      trialQuality({ kind: 'PIXEL', payload: { counts, anomalousPixels: 0 } }, truth, size);
    expect(quality(truth)).toEqual({ pixelIou: 1 });
    expect(quality(maskOf([4, 4, 8, 4]))).toEqual({ pixelIou: 32 / 36 });
    expect(quality(maskOf([0, 0, 1, 1]))).toEqual({ pixelIou: 0 });
  });

  it('of boxes is what they catch, and how much larger than tight ones they are', () => {
    const quality = (...boxes: [number, number, number, number][]) =>
      trialQuality(
        { kind: 'BOX', payload: { boxes: boxes.map(([x, y, width, height]) => ({ x, y, width, height })) } },
        truth,
        size,
      );
    expect(quality([4, 4, 8, 4], [30, 10, 2, 2])).toEqual({ insideShare: 1, areaRatio: 1 });
    expect(quality([4, 4, 8, 8])).toEqual({ insideShare: 32 / 36, areaRatio: 64 / 36 });
    // Two boxes over each other are no larger than one.
    expect(quality([4, 4, 8, 4], [4, 4, 8, 4])).toEqual({ insideShare: 32 / 36, areaRatio: 32 / 36 });
  });

  it('of blocks is the agreement with Eq. 14 beyond chance', () => {
    const quality = (labels: ('NORMAL' | 'ANOMALOUS' | 'IGNORED')[]) =>
      trialQuality({ kind: 'BLOCK', payload: { blockSize: 10, rows: 2, columns: 4, labels } }, truth, size).blockKappa;
    // 24 and 8 of 100 pixels are IGNORED at eps- 0.08 and eps+ 0.25, 4 of 100 are NORMAL.
    expect(quality(['IGNORED', 'IGNORED', ...Array<'NORMAL'>(6).fill('NORMAL')])).toBe(1);
    const allNormal = quality(Array<'NORMAL'>(8).fill('NORMAL'));
    expect(allNormal).toBe(0);
    expect(quality(['ANOMALOUS', 'IGNORED', ...Array<'NORMAL'>(6).fill('NORMAL')])).toBeCloseTo(
      (7 / 8 - (1 * 2 + 36) / 64) / (1 - (1 * 2 + 36) / 64),
    );
  });
});

describe("Cohen's kappa", () => {
  it('is that of the textbook', () => {
    // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: 0.4.
    const own = [...Array<string>(25).fill('yes'), ...Array<string>(25).fill('no')];
    const other = [
      ...Array<string>(20).fill('yes'),
      ...Array<string>(5).fill('no'),
      ...Array<string>(10).fill('yes'),
      ...Array<string>(15).fill('no'),
    ];
    expect(cohensKappa(own, other)).toBeCloseTo(0.4);
  });

  it('is 1 where both say one thing only', () => {
    expect(cohensKappa(['a', 'a'], ['a', 'a'])).toBe(1);
  });
});
