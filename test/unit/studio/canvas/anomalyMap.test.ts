import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withBlocks, withBox, withPixels } from '../../../../studio/canvas/acceptedRegion.js';
import { cutMap, regionAt, regionMask, valueAtScore, type ScoreMap } from '../../../../studio/canvas/anomalyMap.js';
import { blockCounts, newGrid } from '../../../../studio/canvas/blocks.js';
import { bytesOf, emptyMask, markedPixels } from '../../../../studio/canvas/mask.js';
import { decodeGrey16 } from '../../../../studio/canvas/png.js';
import { encodeGrey16Png } from '../../../../src/files/index.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { findRegions } from '../../../../src/toolkit/post-processing/regions.js';

/** A map from rows of digits, each a tenth of the scale. */
function mapOf(...rows: string[]): ScoreMap {
  const values = rows.flatMap((row) => [...row].map((digit) => Math.round((Number(digit) / 10) * 65_535)));
  return { width: rows[0]!.length, height: rows.length, data: Uint16Array.from(values), scale: 1 };
}

const map = mapOf('0000000', '0890000', '0700030', '0000000', '0000045', '0000009');

/** A row as a PNG writes it with a filter: https://www.w3.org/TR/png-3/#9Filters */
function filtered(bytes: Buffer, rowBytes: number, y: number, filter: number): Buffer {
  const at = (x: number, row: number) => (x < 0 || row < 0 ? 0 : bytes[row * rowBytes + x]!);
  const paeth = (a: number, b: number, c: number) => {
    const p = a + b - c;
    const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
  };
  const row = Array.from({ length: rowBytes }, (_, x) => {
    const [a, b, c] = [at(x - 2, y), at(x, y - 1), at(x - 2, y - 1)];
    return at(x, y) - [0, a, b, Math.floor((a + b) / 2), paeth(a, b, c)][filter]!;
  });
  return Buffer.from([filter, ...row.map((value) => value & 0xff)]);
}

function chunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  // Nobody looks at the checksum.
  return Buffer.concat([length, Buffer.from(type), content, Buffer.alloc(4)]);
}

/** Big-endian, as a PNG has them. */
function values(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i));
}

describe('a stored map', () => {
  it.each([
    ['noise', 61, 47],
    ['one row', 200, 1],
    ['one column', 1, 90],
  ])('is read exactly as it was written: %s', async (_name, width, height) => {
    const random = RandomSource.fromSeed(width);
    const values = Float32Array.from({ length: width * height }, (_, i) =>
      i % width < width / 2 ? Math.abs(Math.sin(i / 40)) : random.integer(65_536) / 65_535,
    );
    const read = await decodeGrey16(new Uint8Array(await encodeGrey16Png({ width, height, data: values })));
    const expected = Uint16Array.from(values, (value) => Math.round(value * 65_535));
    expect([read.width, read.height]).toEqual([width, height]);
    expect(Buffer.from(read.data.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  it('is read whatever filters its rows have', async () => {
    const [width, height] = [23, 15];
    const random = RandomSource.fromSeed(8);
    const data = Uint16Array.from({ length: width * height }, () => random.integer(65_536));
    const bytes = Buffer.from(data.buffer).swap16();
    const rows = Array.from({ length: height }, (_, y) => filtered(bytes, 2 * width, y, y % 5));
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.writeUInt8(16, 8);
    const packed = deflateSync(Buffer.concat(rows));
    // Its data in two pieces, as large files have them.
    const chunks = [chunk('IHDR', header), chunk('IDAT', packed.subarray(0, 99)), chunk('IDAT', packed.subarray(99))];
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks, chunk('IEND', Buffer.alloc(0))]);
    const read = await decodeGrey16(new Uint8Array(png));
    expect([...read.data]).toEqual(values(bytes));
  });

  it('that is none, is cut off or has 8 bits is refused with what it is', async () => {
    const png = new Uint8Array(await encodeGrey16Png({ width: 9, height: 9, data: new Float32Array(81) }));
    await expect(decodeGrey16(new Uint8Array([1, 2, 3]))).rejects.toThrow('the map is no PNG');
    await expect(decodeGrey16(png.slice(0, 50))).rejects.toThrow(/cut off|bytes/);
    png[24] = 8;
    await expect(decodeGrey16(png)).rejects.toThrow('a PNG of 8 bits');
  });
});

describe('regions of a map', () => {
  it('are those the server finds, the highest first', () => {
    const random = RandomSource.fromSeed(3);
    const noise = Uint16Array.from({ length: 40 * 30 }, () => random.integer(65_536));
    const { regions, labels } = cutMap({ width: 40, height: 30, data: noise }, 50_000);
    const scores = { width: 40, height: 30, data: Float32Array.from(noise) };
    const found = findRegions(scores, 50_000, 500);
    expect(regions.map(({ box, peak }) => ({ box, peak }))).toEqual(
      found.map(({ box, score }) => ({ box, peak: score })),
    );
    expect(labels.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0)).toBe(
      found.reduce((sum, { pixels }) => sum + pixels, 0),
    );
  });

  it('are cut at a score, rounding included, and found by a place of the image', () => {
    const cut = cutMap(map, valueAtScore(map, 0.4));
    expect(cut.regions.map(({ box }) => box)).toEqual([
      { x: 1, y: 1, width: 2, height: 2 },
      { x: 5, y: 4, width: 2, height: 2 },
    ]);
    const image = { width: 70, height: 60 };
    expect(regionAt(cut, map, image, { x: 25, y: 15 })).toBe(0);
    expect(regionAt(cut, map, image, { x: 25, y: 25 })).toBe(-1);
    expect(regionAt(cut, map, image, { x: 69.9, y: 59.9 })).toBe(1);
    expect(regionAt(cut, map, image, { x: -1, y: 5 })).toBe(-1);
  });

  it('have an outline along the edges of their pixels, straight ones in one piece', () => {
    const [first] = cutMap(map, valueAtScore(map, 0.4)).regions;
    const lines = Array.from({ length: first!.edges.length / 4 }, (_, i) => [...first!.edges.slice(4 * i, 4 * i + 4)]);
    // An L of three pixels: six sides.
    expect(lines).toHaveLength(6);
    expect(lines).toContainEqual([1, 1, 3, 1]);
    expect(lines).toContainEqual([1, 1, 1, 3]);
    const length = lines.reduce((sum, [x, y, toX, toY]) => sum + Math.abs(toX! - x!) + Math.abs(toY! - y!), 0);
    expect(length).toBe(8);
  });
});

describe('a region that is accepted', () => {
  const image = { width: 70, height: 60 };
  const least = valueAtScore(map, 0.4);
  const cut = cutMap(map, least);
  const region = regionMask(map, cut, 0, least, image);

  it('is a tight box, once', () => {
    const boxes = withBox([], region);
    expect(boxes).toEqual([{ x: region.x, y: region.y, width: region.width, height: region.height }]);
    expect(withBox(boxes, region)).toBe(boxes);
    const columns = Array.from({ length: region.width }, (_, x) =>
      [...region.data.keys()].some((i) => i % region.width === x && region.data[i] === 1),
    );
    expect(columns.every(Boolean)).toBe(true);
    expect(region.x).toBeGreaterThan(2);
    expect(region.x + region.width).toBeLessThan(38);
  });

  it('is its mask, at the size of the image', () => {
    const mask = withPixels(emptyMask(image), region);
    expect(markedPixels(mask)).toBe(region.data.reduce((sum, value) => sum + value, 0));
    expect(bytesOf(mask).data[15 * 70 + 15]).toBe(1);
    expect(bytesOf(mask).data[50 * 70 + 65]).toBe(0);
  });

  it('is blocks by their share, and one block when it is too small for any', () => {
    const grid = { ...newGrid(image), blockSize: 10, rows: 6, columns: 7, labels: new Array(42).fill('NORMAL') };
    const blocks = withBlocks(grid, region, image);
    const { ANOMALOUS, IGNORED } = blockCounts(blocks);
    expect(ANOMALOUS).toBeGreaterThanOrEqual(3);
    expect(blocks.labels[1 * 7 + 1]).toBe('ANOMALOUS');
    expect(blocks.labels[0]).toBe('NORMAL');
    expect(ANOMALOUS + IGNORED).toBeLessThan(12);
    const tiny = { x: 69, y: 59, width: 1, height: 1, data: new Uint8Array([1]) };
    const one = withBlocks(grid, tiny, image);
    expect([blockCounts(one).ANOMALOUS, one.labels[41]]).toEqual([1, 'ANOMALOUS']);
  });
});
