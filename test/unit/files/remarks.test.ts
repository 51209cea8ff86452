import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeRgb, inspectImage } from '../../../src/files/index.js';
import { texture, tiffOf } from './imageBytes.js';
import { problemOf } from './problems.js';

const [width, height] = [64, 48];
const picture = () => sharp(texture(width, height), { raw: { width, height, channels: 3 } });

/** Reads with one remark, the pixels being those of the file without the fault. */
async function readWithRemark(bytes: Buffer, whole: Buffer, remark: string): Promise<void> {
  const { remarks } = await inspectImage(bytes);
  expect(remarks).toEqual([expect.stringContaining(remark)]);
  expect((await decodeRgb(bytes)).data).toEqual((await decodeRgb(whole)).data);
}

describe('what hurts no pixel of a JPEG is a remark', () => {
  const scanOf = (jpeg: Buffer) => jpeg.indexOf(Buffer.from([0xff, 0xda]));

  it('bytes between two segments', async () => {
    const whole = await picture().jpeg().toBuffer();
    const at = scanOf(whole);
    const bytes = Buffer.concat([whole.subarray(0, at), Buffer.from('stray'), whole.subarray(at)]);
    await readWithRemark(bytes, whole, '5 bytes between two segments');
  });

  it('a scan that names no coefficients', async () => {
    const whole = await picture().jpeg().toBuffer();
    const bytes = Buffer.from(whole);
    const at = scanOf(bytes);
    bytes[at + 6 + 2 * bytes[at + 4]!] = 0;
    await readWithRemark(bytes, whole, 'spectral selection');
  });

  it('a missing end marker', async () => {
    const whole = await picture().jpeg().toBuffer();
    await readWithRemark(whole.subarray(0, -2), whole, 'end marker is missing');
  });

  it('fill bytes before a marker, text and zeros behind the end are not even that', async () => {
    const whole = await picture().jpeg().toBuffer();
    const at = scanOf(whole);
    const filled = Buffer.concat([whole.subarray(0, at), Buffer.from([0xff, 0xff]), whole.subarray(at)]);
    for (const bytes of [
      filled,
      Buffer.concat([whole, Buffer.from('text')]),
      Buffer.concat([whole, Buffer.alloc(9)]),
    ]) {
      expect((await inspectImage(bytes)).remarks).toEqual([]);
    }
  });
});

describe('what hurts no pixel of a TIFF is a remark', () => {
  const page = { width: 20, height: 20, bits: 8, sampleFormat: 1, data: texture(20, 20).subarray(0, 400) };
  const whole = tiffOf(page);

  it('a tag of an unknown type, and one that points behind the end', async () => {
    const unknownType = tiffOf({ ...page, extra: [[65_002, 5]] });
    const at = unknownType.length - 4 - 12;
    unknownType.writeUInt16LE(99, at + 2);
    await readWithRemark(unknownType, whole, 'tag 65002 has the unknown type 99');
    const outside = tiffOf({ ...page, extra: [[33_432, 999_999]] });
    outside.writeUInt16LE(2, outside.indexOf(Buffer.from([0x98, 0x82])) + 2);
    outside.writeUInt32LE(5000, outside.indexOf(Buffer.from([0x98, 0x82])) + 4);
    await readWithRemark(outside, whole, 'tag 33432 points behind the end');
  });

  it('tags in the wrong order', async () => {
    const bytes = Buffer.from(whole);
    const start = bytes.readUInt32LE(4) + 2;
    const [first, second] = [bytes.subarray(start, start + 12), bytes.subarray(start + 12, start + 24)].map((entry) =>
      Buffer.from(entry),
    );
    second!.copy(bytes, start);
    first!.copy(bytes, start + 12);
    await readWithRemark(bytes, whole, 'not in ascending order');
  });

  it('an unknown tag is not even that, in both byte orders', async () => {
    expect((await inspectImage(tiffOf({ ...page, extra: [[65_001, 5]] }))).remarks).toEqual([]);
    const big = await sharp(texture(20, 20), { raw: { width: 20, height: 20, channels: 3 } })
      .tiff({ bigtiff: true, compression: 'lzw' })
      .toBuffer();
    expect(await inspectImage(big)).toMatchObject({ width: 20, height: 20, remarks: [] });
    expect((await decodeRgb(big)).data).toEqual(texture(20, 20));
  });
});

describe('damage is still refused, and the message says what it is', () => {
  it.each([
    ['a sequential JPEG', { progressive: false }],
    ['a progressive JPEG', { progressive: true }],
  ])('%s that is cut off in its pixels', async (_name, options) => {
    const whole = await picture().jpeg(options).toBuffer();
    for (const share of [0.5, 0.8, 0.97]) {
      const { code, message } = await problemOf(inspectImage(whole.subarray(0, Math.floor(whole.length * share))));
      expect(code).toBe('IMAGE_CORRUPT');
      expect(message).toMatch(/premature end/i);
      expect(message).not.toMatch(/treated as error/i);
    }
  });

  it('stray bytes do not hide that the pixels are cut off', async () => {
    const whole = await picture().jpeg().toBuffer();
    const at = whole.indexOf(Buffer.from([0xff, 0xda]));
    const bytes = Buffer.concat([whole.subarray(0, at), Buffer.from('stray'), whole.subarray(at, -300)]);
    expect((await problemOf(inspectImage(bytes))).message).toMatch(/premature end/i);
  });

  it('a TIFF whose compressed rows are broken', async () => {
    const bytes = await picture().tiff({ compression: 'lzw' }).toBuffer();
    bytes.fill(0xff, 100, 200);
    const { code, message } = await problemOf(inspectImage(bytes));
    expect(code).toBe('IMAGE_CORRUPT');
    expect(message).toContain('Using code not yet in table');
  });
});
