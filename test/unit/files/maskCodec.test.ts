import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { countAnomalousPixels, decodeMask, parseMaskValue, resizeMask } from '../../../src/files/index.js';
import { bmpOf, greyPng, palettePng, picture, tiffOf } from './imageBytes.js';
import { problemOf } from './problems.js';

/** A TIFF whose 8-bit pixels are numbers of a palette of blacks. */
function paletteTiff(numbers: readonly number[]): Buffer {
  const palette = Buffer.alloc(3 * 256 * 2);
  const data = Buffer.concat([Buffer.from(numbers), palette]);
  const tiff = tiffOf({
    width: numbers.length,
    height: 1,
    bits: 8,
    sampleFormat: 1,
    photometric: 3,
    data,
    extra: [[320, 8 + numbers.length]],
  });
  const entry = tiff.indexOf(Buffer.from([0x40, 0x01, 4, 0]));
  tiff.writeUInt16LE(3, entry + 2);
  tiff.writeUInt32LE(3 * 256, entry + 4);
  return tiff;
}

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
    'float 0 and 1': () =>
      tiffOf({ width: 3, height: 2, bits: 32, sampleFormat: 3, data: new Uint8Array(Float32Array.from(ones).buffer) }),
    'a class number': () => greyPng(3, 2, scaled(3)),
    'two class numbers': () =>
      greyPng(
        3,
        2,
        ones.map((value) => value + 1),
      ),
    'red on black': () =>
      rgb(
        ones.flatMap((value) => [255 * value, 0, 0]),
        3,
      ).toBuffer(),
    'a palette of two greys': () => palettePng(3, 2, [10, 10, 10, 90, 90, 90], ones),
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

describe('decodeMask accepts JPEG, which blurs values:', () => {
  const [width, height] = [64, 48];
  const isMarked = (pixel: number) =>
    pixel % width >= 20 && pixel % width < 37 && Math.floor(pixel / width) >= 11 && pixel < width * 30;
  const blurred = (dark: readonly number[], bright: readonly number[]) => {
    const data = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => (isMarked(Math.floor(i / 3)) ? bright : dark)[i % 3]!,
    );
    return sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 75 })
      .toBuffer();
  };

  it.each([
    ['white on black', [0, 0, 0], [255, 255, 255], {}],
    ['red on black', [0, 0, 0], [255, 0, 0], {}],
    ['light grey on dark grey', [40, 40, 40], [200, 200, 200], {}],
    ['red on white, asked for', [255, 255, 255], [255, 0, 0], { value: '255,0,0' }],
  ])('%s', async (_name, dark, bright, choice) => {
    const mask = await decodeMask(await blurred(dark, bright), choice);
    const wrong = mask.data.filter((value, pixel) => value !== (isMarked(pixel) ? 1 : 0));
    // Nearly every pixel; colours are stored at half the size.
    expect(wrong.length).toBeLessThan(100);
    expect(countAnomalousPixels(mask)).toBeGreaterThan(250);
  });

  it('but not one of many greys', async () => {
    const slope = sharp(
      Uint8Array.from({ length: width * height }, (_, i) => 4 * (i % width)),
      { raw: { width, height, channels: 1 } },
    );
    expect(await problemOf(decodeMask(await slope.jpeg().toBuffer()))).toMatchObject({ code: 'MASK_NOT_BINARY' });
  });
});

describe('decodeMask of a palette whose first colour is not black', () => {
  const white = [255, 255, 255, 0, 0, 0];
  it.each([
    ['takes black for the defect when most of it is the first colour', white, [0, 0, 0, 1], [0, 0, 0, 1]],
    ['takes the first colour for the defect when most of it is black', white, [1, 1, 0, 1], [0, 0, 1, 0]],
    [
      'takes the second colour for the defect when most of it is the first',
      [255, 255, 255, 255, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 1, 0],
    ],
  ])('%s', async (_name, palette, numbers, expected) => {
    expect([...(await decodeMask(palettePng(4, 1, palette, numbers))).data]).toEqual(expected);
  });
});

it('decodeMask accepts one bit a pixel, in the order of colours that a program chose', async () => {
  const marks = [0, 255, 0, 0, 255, 0];
  const bytes = await sharp(greyPng(3, 2, marks))
    .png({ palette: true, colours: 2 })
    .toBuffer();
  expect([...(await decodeMask(bytes)).data]).toEqual([0, 1, 0, 0, 1, 0]);
});

describe('decodeMask with maskValue takes one value', () => {
  it.each([
    ['grey', greyPng(4, 1, [0, 1, 2, 3]), '2', [0, 0, 1, 0]],
    ['16-bit grey', greyPng(4, 1, [0, 1, 300, 3], 16), '300', [0, 0, 1, 0]],
    ['palette number', palettePng(4, 1, [0, 0, 0, 9, 0, 0, 0, 9, 0], [0, 1, 2, 1]), '1', [0, 1, 0, 1]],
    ['palette colour', palettePng(4, 1, [0, 0, 0, 9, 0, 0, 0, 9, 0], [0, 1, 2, 1]), '#090000', [0, 1, 0, 1]],
    ['number of one of two blacks', palettePng(4, 1, [0, 0, 0, 0, 0, 0], [0, 1, 0, 1]), '1', [0, 1, 0, 1]],
  ])('%s', async (_name, bytes, value, expected) => {
    expect([...(await decodeMask(bytes, { value })).data]).toEqual(expected);
  });

  it('or says how it is written', () => {
    expect(() => parseMaskValue('red')).toThrow(/maskValue is 'red'.*255,0,0 or #ff0000/);
    expect(() => parseMaskValue('300,0,0')).toThrow(/maskValue/);
    expect(parseMaskValue('(255, 0, 0)')).toEqual([255, 0, 0]);
  });
});

describe('decodeMask refuses', () => {
  const twoBlacks = [
    ['png', palettePng(4, 1, [0, 0, 0, 0, 0, 0], [0, 1, 0, 1])],
    [
      'bmp',
      bmpOf({
        ...{ width: 4, height: 1, bits: 8, rows: [Buffer.from([0, 1, 0, 1])] },
        palette: [
          [0, 0, 0],
          [0, 0, 0],
        ],
      }),
    ],
    ['tiff', paletteTiff([0, 1, 0, 1])],
  ] as const;
  it.each(twoBlacks)('a %s palette of two blacks, with a threshold too', async (_name, bytes) => {
    for (const choice of [{}, { threshold: 128 }]) {
      const { code, message } = await problemOf(decodeMask(bytes, { ...choice, item: 'm' }));
      expect(code).toBe('MASK_AMBIGUOUS');
      expect(message).toContain('numbers 0 and 1 have the same colour (0 0 0)');
      expect(message).toContain('maskValue');
    }
    expect([...(await decodeMask(bytes, { value: '1' })).data]).toEqual([0, 1, 0, 1]);
  });

  it('two colours without black, and takes the one asked for', async () => {
    const pixels = Buffer.from([255, 255, 255, 255, 0, 0, 255, 255, 255]);
    const bytes = await sharp(pixels, { raw: { width: 3, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    const { code, message } = await problemOf(decodeMask(bytes));
    expect(code).toBe('MASK_AMBIGUOUS');
    expect(message).toContain('neither of them black');
    expect([...(await decodeMask(bytes, { value: '255,0,0' })).data]).toEqual([0, 1, 0]);
  });

  it('a palette of which neither order nor amount says what is normal', async () => {
    const bytes = palettePng(4, 1, [255, 255, 255, 0, 0, 0], [0, 1, 0, 1]);
    const { code, message } = await problemOf(decodeMask(bytes));
    expect(code).toBe('MASK_AMBIGUOUS');
    expect(message).toContain('0 (255 255 255) and 1 (0 0 0)');
    expect([...(await decodeMask(bytes, { value: '1' })).data]).toEqual([0, 1, 0, 1]);
  });

  it('an anti-aliased mask, listing values and the threshold option, and takes it with one', async () => {
    const values = [0, 12, 127, 128, 200, 255];
    const { code, message } = await problemOf(decodeMask(greyPng(3, 2, values), { item: 'a_mask.png' }));
    expect(code).toBe('MASK_NOT_BINARY');
    expect(message).toContain('a_mask.png');
    expect(message).toContain('0, 12, 127, 128, 200, 255');
    expect(message).toContain('maskThreshold (1 to 255');
    expect(message).toContain('maskValue (e.g. 255)');
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
    ['128 all over', greyPng(2, 1, [128, 128])],
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
