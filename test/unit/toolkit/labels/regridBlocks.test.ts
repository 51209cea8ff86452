import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelValues } from '../../../../src/toolkit/labels/blockLabels.js';
import { regridBlocks } from '../../../../src/toolkit/labels/regridBlocks.js';

const { NORMAL, ANOMALOUS, UNKNOWN, IGNORED } = labelValues;
const thresholds = { anomalous: 0.25, normal: 0.08, unknown: 0.5 };
const size = { width: 8, height: 8 };

/** The label of one 8 x 8 block that holds these 2 x 2 blocks. */
function joined(...labels: number[]): number {
  const given = { rows: 4, columns: 4, blockWidth: 2, blockHeight: 2, labels: new Int8Array(16) };
  given.labels.set(labels);
  return regridBlocks(given, size, size, thresholds).labels[0]!;
}

describe('block labels on another grid', () => {
  it('stay as they are where the grids agree', () => {
    const label = fc.constantFrom(NORMAL, ANOMALOUS, UNKNOWN, IGNORED);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(label),
        (rows, columns, stream) => {
          const labels = Int8Array.from({ length: rows * columns }, () => stream.next().value as number);
          const given = { rows, columns, labels, blockWidth: 4, blockHeight: 4 };
          const image = { width: 4 * columns - 1, height: 4 * rows - 2 };
          expect(regridBlocks(given, image, { width: 4, height: 4 }, thresholds)).toEqual({ rows, columns, labels });
        },
      ),
    );
  });

  it('are inherited by the smaller blocks inside', () => {
    const given = { rows: 1, columns: 2, blockWidth: 4, blockHeight: 8, labels: Int8Array.of(ANOMALOUS, UNKNOWN) };
    const { labels } = regridBlocks(given, size, { width: 2, height: 4 }, thresholds);
    expect([...labels]).toEqual([ANOMALOUS, ANOMALOUS, UNKNOWN, UNKNOWN, ANOMALOUS, ANOMALOUS, UNKNOWN, UNKNOWN]);
  });

  it('are judged by their shares of a larger block, as pixels are in Eq. 14 and 15', () => {
    expect(joined()).toBe(NORMAL);
    expect(joined(...Array<number>(5).fill(ANOMALOUS))).toBe(ANOMALOUS);
    // A share of exactly eps+ is not above it.
    expect(joined(...Array<number>(4).fill(ANOMALOUS))).toBe(IGNORED);
    expect(joined(...Array<number>(9).fill(UNKNOWN))).toBe(UNKNOWN);
    expect(joined(...Array<number>(8).fill(UNKNOWN))).toBe(NORMAL);
    expect(joined(ANOMALOUS)).toBe(NORMAL);
    expect(joined(ANOMALOUS, IGNORED)).toBe(IGNORED);
  });

  it('count only what lies within the image', () => {
    const given = { rows: 2, columns: 1, blockWidth: 8, blockHeight: 8, labels: Int8Array.of(NORMAL, ANOMALOUS) };
    // The wanted block has 10 rows, of which the image has 9: one in nine is anomalous.
    const block = { width: 8, height: 10 };
    expect([...regridBlocks(given, { width: 8, height: 9 }, block, thresholds).labels]).toEqual([IGNORED]);
  });

  it('do not suffer from rounding where blocks are no whole pixels', () => {
    // 40 blocks of 6.4 pixels: five of them make one of 32.
    const labels = Int8Array.from({ length: 1600 }, (_, i) => (Math.floor((i % 40) / 5) % 2 ? ANOMALOUS : NORMAL));
    const given = { rows: 40, columns: 40, blockWidth: 6.4, blockHeight: 6.4, labels };
    const result = regridBlocks(given, { width: 256, height: 256 }, { width: 32, height: 32 }, thresholds);
    expect([...result.labels]).toEqual(Array.from({ length: 64 }, (_, i) => (i % 2 ? ANOMALOUS : NORMAL)));
  });
});
