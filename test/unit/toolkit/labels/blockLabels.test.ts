import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../../src/shared/images.js';
import {
  blockLabelsFromBoxes,
  blockLabelsFromMask,
  labelValues,
  pixelLabelsFromBoxes,
} from '../../../../src/toolkit/labels/blockLabels.js';
import { boxesFromMask } from '../../../../src/toolkit/labels/boxesFromMask.js';
import { array, expectGolden, goldenCases, number, type GoldenCase } from '../../../golden/golden.js';

const { NORMAL, ANOMALOUS, UNKNOWN, IGNORED } = labelValues;

function boxesOf(golden: GoldenCase): Box[] {
  const { shape, data } = array(golden.inputs['boxes']);
  return Array.from({ length: shape[0]! }, (_, i) => {
    const [x0, y0, x1, y1] = [...data.subarray(4 * i, 4 * i + 4)] as [number, number, number, number];
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  });
}

const sizeOf = ({ inputs }: GoldenCase) => ({ width: number(inputs['width']), height: number(inputs['height']) });
const blockOf = ({ inputs }: GoldenCase) => ({
  width: number(inputs['blockWidth']),
  height: number(inputs['blockHeight']),
});

describe('block labels from a mask (Eq. 14)', () => {
  it.each(goldenCases('08-block-labels', 'block_labels_from_mask'))('agrees with $name', (golden) => {
    const { shape, data } = array(golden.inputs['mask']);
    const mask = { width: shape[1]!, height: shape[0]!, data: Uint8Array.from(data) };
    const thresholds = { anomalous: number(golden.inputs['epsPlus']), normal: number(golden.inputs['epsMinus']) };
    const { rows, columns, labels } = blockLabelsFromMask(mask, blockOf(golden), thresholds);
    expectGolden(golden, { labels: { data: [...labels], shape: [rows, columns] } });
  });

  const oneBlock = (anomalousPixels: number) => ({
    width: 10,
    height: 10,
    data: Uint8Array.from({ length: 100 }, (_, i) => (i < anomalousPixels ? 1 : 0)),
  });
  const label = (pixels: number, normal: number) =>
    blockLabelsFromMask(oneBlock(pixels), { width: 10, height: 10 }, { anomalous: 0.25, normal }).labels[0];

  it('calls a clean block NORMAL even when eps- is 0, and a touched one IGNORED', () => {
    expect(label(0, 0)).toBe(NORMAL);
    expect(label(1, 0)).toBe(IGNORED);
  });

  it('compares strictly at both thresholds', () => {
    expect([7, 8, 25, 26].map((pixels) => label(pixels, 0.08))).toEqual([NORMAL, IGNORED, IGNORED, ANOMALOUS]);
  });

  it('judges edge blocks by the pixels they have', () => {
    // 12 x 10 in blocks of 10: the right block has 2 x 10 pixels, 6 of them anomalous.
    const data = new Uint8Array(120);
    for (let y = 0; y < 6; y++) data[y * 12 + 10] = 1;
    const { rows, columns, labels } = blockLabelsFromMask(
      { width: 12, height: 10, data },
      { width: 10, height: 10 },
      { anomalous: 0.25, normal: 0.08 },
    );
    expect([rows, columns, ...labels]).toEqual([1, 2, NORMAL, ANOMALOUS]);
  });

  it('refuses a mask of another length and a block without size', () => {
    const thresholds = { anomalous: 0.5, normal: 0.08 };
    const block = { width: 8, height: 8 };
    expect(() => blockLabelsFromMask({ width: 3, height: 3, data: new Uint8Array(8) }, block, thresholds)).toThrow(
      '3 x 3',
    );
    expect(() => blockLabelsFromMask(oneBlock(1), { width: 8, height: 0 }, thresholds)).toThrow('block side 0');
  });
});

describe('labels from boxes (Eq. 15)', () => {
  it.each(goldenCases('08-block-labels', 'pixel_labels_from_boxes'))('agrees with $name', (golden) => {
    const size = sizeOf(golden);
    const labels = pixelLabelsFromBoxes(size, boxesOf(golden));
    expectGolden(golden, { labels: { data: [...labels], shape: [size.height, size.width] } });
  });

  it.each(goldenCases('08-block-labels', 'block_labels_from_boxes'))('agrees with $name', (golden) => {
    const upsilon = number(golden.inputs['upsilon']);
    const { rows, columns, labels } = blockLabelsFromBoxes(sizeOf(golden), boxesOf(golden), blockOf(golden), upsilon);
    expectGolden(golden, { labels: { data: [...labels], shape: [rows, columns] } });
  });

  it('counts every pixel a fractional box touches as unknown', () => {
    const labels = pixelLabelsFromBoxes({ width: 4, height: 1 }, [{ x: 1.5, y: 0.2, width: 1, height: 0.1 }]);
    expect([...labels]).toEqual([NORMAL, UNKNOWN, UNKNOWN, NORMAL]);
  });

  it('ignores boxes outside the image', () => {
    const boxes = [
      { x: -9, y: 0, width: 5, height: 5 },
      { x: 9, y: 0, width: 5, height: 5 },
      { x: 0, y: -7, width: 5, height: 5 },
    ];
    expect([...pixelLabelsFromBoxes({ width: 3, height: 2 }, boxes)]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('boxes from a mask', () => {
  it('encloses each region and nothing more', () => {
    const rows = ['1100001', '0110000', '0000000', '0000010'];
    const mask = { width: 7, height: 4, data: Uint8Array.from(rows.join(''), Number) };
    expect(boxesFromMask(mask)).toEqual([
      { x: 0, y: 0, width: 3, height: 2 },
      { x: 6, y: 0, width: 1, height: 1 },
      { x: 5, y: 3, width: 1, height: 1 },
    ]);
  });

  it('makes labels that call no anomalous pixel normal', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 120 }),
        (w, bits) => {
          const height = Math.ceil(bits.length / w);
          const data = new Uint8Array(w * height);
          bits.forEach((bit, i) => (data[i] = bit ? 1 : 0));
          const labels = pixelLabelsFromBoxes({ width: w, height }, boxesFromMask({ width: w, height, data }));
          expect([...data].every((pixel, i) => pixel === 0 || labels[i] === UNKNOWN)).toBe(true);
        },
      ),
    );
  });
});
