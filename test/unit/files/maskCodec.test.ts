import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { countAnomalousPixels, decodeMask, resizeMask } from '../../../src/files/index.js';
import { bmpOf, greyPng, palettePng, picture, tiffOf } from './imageBytes.js';
import { problemOf } from './problems.js';

const ones = [0, 1, 1, 0, 0, 1];

describe('decodeMask accepts', () => {
  const scaled = (factor: number) => ones.map((value) => value * factor);
  const rgb = (data: number[], channels: 3 | 4) =>
    sharp(Buffer.from(data), { raw: { width: 3, height: 2, channels } }).png();
  const files: Record<string, () => Buffer | Promise<Buffer>> = {
    'grey 0 and 1': () => greyPng(3, 2, ones),
    'grey 0 and 255': () => greyPng(3, 2, scaled(255)),
    '16-bit 0 and 1': () => greyPng(3, 2, ones, 16),
    '16-bit 0 and 65535': () => greyPng(3, 2, scaled(65_535), 16),
    'equal RGB channels': () =>
      rgb(
        scaled(255).flatMap((value) => [value, value, value]),
        3,
      ).toBuffer(),
    'opaque RGBA': () =>
      rgb(
        scaled(255).flatMap((value) => [value, value, value, 255]),
        4,
      ).toBuffer(),
    'a palette of black and red': () => palettePng(3, 2, [0, 0, 0, 128, 0, 0], ones),
    'one bit a pixel': async () =>
      sharp(greyPng(3, 2, scaled(255)))
        .png({ palette: true, colours: 2 })
        .toBuffer(),
    'float 0 and 1': () =>
      tiffOf({ width: 3, height: 2, bits: 32, sampleFormat: 3, data: new Uint8Array(Float32Array.from(ones).buffer) }),
    'palette bmp': () =>
      bmpOf({
        width: 3,
        height: -2,
        bits: 8,
        palette: [
          [0, 0, 0],
          [255, 255, 255],
        ],
        rows: [Buffer.from([0, 1, 1]), Buffer.from([0, 0, 1])],
      }),
  };
  it.each(Object.entries(files))('%s', async (_name, make) => {
    const mask = await decodeMask(await make());
    expect([mask.width, mask.height, ...mask.data]).toEqual([3, 2, ...ones]);
    expect(countAnomalousPixels(mask)).toBe(3);
  });

  it('all zero and all one', async () => {
    expect([...(await decodeMask(greyPng(2, 1, [0, 0]))).data]).toEqual([0, 0]);
    expect([...(await decodeMask(greyPng(2, 1, [255, 255]))).data]).toEqual([1, 1]);
  });
});

describe('decodeMask refuses', () => {
  it('an anti-aliased mask, listing values and the threshold option, and takes it with one', async () => {
    const values = [0, 12, 127, 128, 200, 255];
    const { code, message } = await problemOf(decodeMask(greyPng(3, 2, values), { item: 'a_mask.png' }));
    expect(code).toBe('MASK_NOT_BINARY');
    expect(message).toContain('a_mask.png');
    expect(message).toContain('0, 12, 127, 128, 200, 255');
    expect(message).toContain('`threshold`');
    const mask = await decodeMask(greyPng(3, 2, values), { threshold: 128 });
    expect([...mask.data]).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('lists a sample of many values and says how many there are', async () => {
    const { message } = await problemOf(
      decodeMask(
        greyPng(
          16,
          16,
          Array.from({ length: 256 }, (_, i) => i),
        ),
      ),
    );
    expect(message).toContain('0, 1, 2, 3, 4, 5, 6, 7 … (256 in all)');
  });

  it.each([
    ['0 and 128', greyPng(2, 1, [0, 128])],
    ['0, 1 and 255', greyPng(3, 1, [0, 1, 255])],
    ['two colours beside black', palettePng(3, 1, [0, 0, 0, 255, 0, 0, 0, 255, 0], [0, 1, 2])],
  ])('%s', async (_name, bytes) => {
    expect(await problemOf(decodeMask(bytes))).toMatchObject({ code: 'MASK_NOT_BINARY' });
  });

  it('colours, showing them', async () => {
    const { code, message } = await problemOf(decodeMask(await picture(8, 8).png().toBuffer()));
    expect(code).toBe('MASK_NOT_BINARY');
    expect(message).toMatch(/\(\d+ \d+ \d+\)/);
  });

  it('transparency, since either could be meant', async () => {
    const clear = sharp(Buffer.from([255, 255, 255, 0, 0, 0, 0, 255]), { raw: { width: 2, height: 1, channels: 4 } });
    expect(await problemOf(decodeMask(await clear.png().toBuffer()))).toMatchObject({ code: 'MASK_AMBIGUOUS' });
  });

  it('what is no image', async () => {
    expect(await problemOf(decodeMask(Buffer.from('GIF89a')))).toMatchObject({ code: 'IMAGE_FORMAT_UNSUPPORTED' });
  });
});

describe('resizeMask', () => {
  it('takes the nearest pixel and keeps the values binary', () => {
    const mask = { width: 2, height: 2, data: Uint8Array.from([1, 0, 0, 1]) };
    const large = resizeMask(mask, { width: 4, height: 4 });
    expect([...large.data]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1]);
    expect(resizeMask(large, { width: 2, height: 2 })).toEqual(mask);
  });
});
