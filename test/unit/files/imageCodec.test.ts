import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeRgb, encodeGrey16Png, encodePng, inspectImage, previewImage } from '../../../src/files/index.js';
import {
  bmpOf,
  deflatedZeros,
  greyPng,
  palettePng,
  picture,
  pngChunk,
  pngHeader,
  pngOf,
  texture,
  tiffOf,
} from './imageBytes.js';
import { problemOf } from './problems.js';

const item = 'part 7.png';

/** Code and message of the refusal. */
async function refused(bytes: Uint8Array): Promise<{ code: string; message: string }> {
  const { code, message, item: named } = await problemOf(inspectImage(bytes, { item }));
  expect(named).toBe(item);
  expect(message).toContain(item);
  return { code, message };
}

describe('inspectImage accepts', () => {
  const bytes = {
    png: () => picture().png().toBuffer(),
    'interlaced png': () => picture().png({ progressive: true }).toBuffer(),
    jpeg: () => picture().jpeg().toBuffer(),
    'progressive jpeg': () => picture().jpeg({ progressive: true }).toBuffer(),
    'lossy webp': () => picture().webp().toBuffer(),
    'lossless webp': () => picture().webp({ lossless: true }).toBuffer(),
    'webp with alpha': () => picture().ensureAlpha(0.5).webp().toBuffer(),
    'deflated tiff': () => picture().tiff({ compression: 'deflate' }).toBuffer(),
    'tiled tiff': () => picture().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    'big tiff': () => picture().tiff({ compression: 'none', bigtiff: true }).toBuffer(),
    'cmyk jpeg': () => picture().toColourspace('cmyk').jpeg().toBuffer(),
    'palette png': () => picture().png({ palette: true, colours: 8 }).toBuffer(),
    'tiff with an unknown tag': () =>
      Promise.resolve(
        tiffOf({ width: 64, height: 48, bits: 8, sampleFormat: 1, data: texture(64, 16), extra: [[65_000, 1]] }),
      ),
  };
  it.each(Object.entries(bytes))('%s', async (name, make) => {
    const format = /png|jpeg|webp|tiff/.exec(name)![0];
    expect(await inspectImage(await make(), { item })).toMatchObject({ format, width: 64, height: 48 });
  });

  it('an image on the limit of size and not one pixel more', async () => {
    const bytes = await picture(64, 48).png().toBuffer();
    const limits = { imagePixels: 64 * 48, imageBytes: bytes.length };
    await expect(inspectImage(bytes, { limits })).resolves.toMatchObject({ width: 64 });
    const tooMany = await problemOf(inspectImage(bytes, { limits: { ...limits, imagePixels: 64 * 48 - 1 } }));
    expect(tooMany).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect(tooMany.message).toContain('3072 pixels (64x48); at most 3071');
    const tooLong = await problemOf(inspectImage(bytes, { limits: { ...limits, imageBytes: bytes.length - 1 } }));
    expect(tooLong).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});

describe('inspectImage refuses', () => {
  it('0 bytes', async () => {
    expect(await refused(Buffer.alloc(0))).toMatchObject({ code: 'IMAGE_EMPTY' });
  });

  it.each([
    ['<!DOCTYPE html><html>…', 'text/html'],
    ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>', 'image/svg+xml'],
    ['<svg width="64" height="64"><rect/></svg>', 'image/svg+xml'],
    ['GIF89a\x40\x00\x30\x00', 'image/gif'],
    ['%PDF-1.7\n', 'application/pdf'],
    ['PK\x03\x04', 'application/zip'],
    ['just some words', 'text/plain'],
    ['\0\x01\x02\x03', 'application/octet-stream'],
  ])('%j, naming it', async (text, type) => {
    const { code, message } = await refused(Buffer.from(text, 'latin1'));
    expect(code).toBe('IMAGE_FORMAT_UNSUPPORTED');
    expect(message).toContain(`looks like ${type}; allowed: png, jpeg, webp, tiff, bmp`);
  });

  it('an animated png', async () => {
    const still = await picture().png().toBuffer();
    const control = pngChunk('acTL', Buffer.from([0, 0, 0, 3, 0, 0, 0, 0]));
    const animated = Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
    const { code, message } = await refused(animated);
    expect(code).toBe('IMAGE_MULTIFRAME');
    expect(message).toContain('3 frames');
  });

  it('an animated webp', async () => {
    const frames = texture(32, 64);
    const webp = await sharp(frames, { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    expect(webp.includes('ANMF')).toBe(true);
    expect(await refused(webp)).toMatchObject({ code: 'IMAGE_MULTIFRAME' });
  });

  it('a tiff of 500 pages', async () => {
    const page = { width: 16, height: 16, bits: 8, sampleFormat: 1, data: texture(16, 16).subarray(0, 256) };
    const { code, message } = await refused(tiffOf(...Array.from({ length: 500 }, () => page)));
    expect(code).toBe('IMAGE_MULTIFRAME');
    expect(message).toContain('500 frames or pages');
  });

  it('a png whose 69 bytes claim 1,000,000 x 1,000,000 pixels, within 50 ms', async () => {
    const bytes = pngOf(
      pngHeader(1_000_000, 1_000_000),
      pngChunk('IDAT', deflateSync(Buffer.alloc(4))),
      pngChunk('IEND', Buffer.alloc(0)),
    );
    expect(bytes.length).toBeLessThan(70);
    const start = performance.now();
    const { code, message } = await refused(bytes);
    expect(performance.now() - start).toBeLessThan(50);
    expect(code).toBe('IMAGE_TOO_LARGE');
    expect(message).toContain('1000000x1000000');
  });

  it('huge claims in every other format before decoding', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_000, frame + 5);
    jpeg.writeUInt16BE(65_000, frame + 7);
    const page = { width: 100_000, height: 100_000, bits: 8, sampleFormat: 1, data: Buffer.alloc(4) };
    const tile = {
      ...page,
      width: 64,
      height: 64,
      extra: [
        [322, 100_000],
        [323, 100_000],
      ] as const,
    };
    const webp = await picture().ensureAlpha(0.5).webp().toBuffer();
    webp.writeUIntLE(16_000, 24, 3);
    webp.writeUIntLE(16_000, 27, 3);
    const bmp = bmpOf({ width: 50_000, height: 50_000, bits: 24, rows: [] });
    for (const bytes of [jpeg, tiffOf(page), tiffOf(tile), webp, bmp]) {
      expect(await refused(bytes)).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    }
  });

  it('1x1 and anything below one block', async () => {
    expect(await refused(greyPng(1, 1, [0]))).toMatchObject({ code: 'IMAGE_TOO_SMALL' });
    const { code, message } = await refused(await picture(200, 15).png().toBuffer());
    expect(code).toBe('IMAGE_TOO_SMALL');
    expect(message).toContain('200x15');
    expect(message).toContain('at least 16 pixels');
  });

  it.each(['png', 'jpeg', 'webp', 'tiff'] as const)('a %s cut off anywhere', async (format) => {
    const whole = await picture(200, 150).toFormat(format, { compression: 'deflate' }).toBuffer();
    for (const share of [0.02, 0.3, 0.6, 0.9, 0.98]) {
      const cut = whole.subarray(0, Math.max(12, Math.floor(whole.length * share)));
      expect(await refused(cut)).toMatchObject({ code: 'IMAGE_CORRUPT' });
    }
  });

  it('a png cut at 60 bytes', async () => {
    expect(await refused((await picture().png().toBuffer()).subarray(0, 60))).toMatchObject({ code: 'IMAGE_CORRUPT' });
  });

  it('a png with a wrong checksum, naming the chunk', async () => {
    const bytes = await picture().png().toBuffer();
    const at = bytes.indexOf('IDAT') + 100;
    bytes[at] = bytes[at]! ^ 1;
    const { code, message } = await refused(bytes);
    expect(code).toBe('IMAGE_CORRUPT');
    expect(message).toContain('IDAT');
  });

  it('a png whose pixels end early although every checksum is right', async () => {
    const rows = deflateSync(Buffer.alloc(47 * 65));
    const bytes = pngOf(pngHeader(64, 48), pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0)));
    expect(await refused(bytes)).toMatchObject({ code: 'IMAGE_CORRUPT' });
  });

  it('a float tiff with NaN, and one outside 0 to 1', async () => {
    const values = Float32Array.from({ length: 400 }, (_, i) => i / 400);
    const float = (data: Float32Array) =>
      tiffOf({ width: 20, height: 20, bits: 32, sampleFormat: 3, data: new Uint8Array(data.buffer) });
    await expect(inspectImage(float(values))).resolves.toMatchObject({ format: 'tiff', width: 20, height: 20 });
    const withNaN = await refused(float(values.with(45, Number.NaN)));
    expect(withNaN.code).toBe('IMAGE_VALUES_INVALID');
    expect(withNaN.message).toContain('NaN at row 2, column 5');
    const outside = await refused(float(values.with(45, 3.5)));
    expect(outside.code).toBe('IMAGE_VALUES_INVALID');
    expect(outside.message).toContain('3.5');
  });

  it('kinds of samples and colour spaces it would have to guess at', async () => {
    const data = Buffer.alloc(20 * 20 * 4);
    const page = { width: 20, height: 20, bits: 32, sampleFormat: 1, data };
    expect(await refused(tiffOf(page))).toMatchObject({ code: 'IMAGE_FORMAT_UNSUPPORTED' });
    expect(await refused(tiffOf({ ...page, bits: 16, sampleFormat: 2 }))).toMatchObject({
      code: 'IMAGE_FORMAT_UNSUPPORTED',
    });
    const lab = await refused(tiffOf({ ...page, bits: 8, photometric: 8 }));
    expect(lab.code).toBe('IMAGE_COLORSPACE_UNSUPPORTED');
    expect(lab.message).toContain('L*a*b*');
    expect(await refused(bmpOf({ width: 20, height: 20, bits: 8, compression: 1, rows: [] }))).toMatchObject({
      code: 'IMAGE_FORMAT_UNSUPPORTED',
    });
  });

  it('nothing, but stays small, for a png with a text chunk of 200 MB', async () => {
    const still = await picture().png().toBuffer();
    const text = Buffer.concat([Buffer.from('Comment\0\0'), await deflatedZeros(200_000_000)]);
    const bomb = Buffer.concat([
      still.subarray(0, 33),
      pngChunk('zTXt', text),
      pngChunk('iCCP', text),
      still.subarray(33),
    ]);
    const before = process.resourceUsage().maxRSS;
    await expect(inspectImage(bomb)).resolves.toMatchObject({ format: 'png', width: 64, height: 48 });
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(50);
    expect((await decodeRgb(bomb)).data).toEqual(texture(64, 48));
  });

  it('no random bytes after a right signature with anything but a problem', async () => {
    const starts = [
      '\x89PNG\r\n\x1a\n',
      '\xff\xd8\xff\xe0',
      'II*\0\x08\0\0\0',
      'MM\0+\0\x08\0\0',
      'BM',
      'RIFF\x20\0\0\0WEBPVP8 ',
    ];
    for (const [index, start] of starts.entries()) {
      for (const length of [2, 10, 40, 300]) {
        const bytes = Buffer.concat([Buffer.from(start, 'latin1'), texture(length, 1, index + length)]);
        const { code } = await refused(bytes);
        expect(code).toMatch(
          /^IMAGE_(CORRUPT|TOO_LARGE|TOO_SMALL|FORMAT_UNSUPPORTED|COLORSPACE_UNSUPPORTED|MULTIFRAME)$/,
        );
      }
    }
  });
});

describe('decodeRgb', () => {
  it('returns the pixels of a lossless file', async () => {
    for (const bytes of [await picture().png().toBuffer(), await picture().webp({ lossless: true }).toBuffer()]) {
      expect(await decodeRgb(bytes)).toEqual({ width: 64, height: 48, data: texture(64, 48) });
    }
  });

  it('repeats grey, drops alpha without blending and keeps the high byte of 16 bits', async () => {
    const grey = await decodeRgb(greyPng(2, 1, [7, 200]));
    expect([...grey.data]).toEqual([7, 7, 7, 200, 200, 200]);
    const wide = await decodeRgb(greyPng(3, 1, [0x0100, 0x12ff, 0xffff], 16));
    expect([...wide.data]).toEqual([1, 1, 1, 0x12, 0x12, 0x12, 255, 255, 255]);
    const clear = sharp(Buffer.from([10, 20, 30, 0]), { raw: { width: 1, height: 1, channels: 4 } });
    expect([...(await decodeRgb(await clear.png().toBuffer())).data]).toEqual([10, 20, 30]);
    const palette = await decodeRgb(palettePng(2, 1, [1, 2, 3, 9, 8, 7], [1, 0]));
    expect([...palette.data]).toEqual([9, 8, 7, 1, 2, 3]);
  });

  it('scales float values 0 to 1', async () => {
    const data = new Uint8Array(Float32Array.from([0, 0.5, 1, 0.25]).buffer);
    const tiff = tiffOf({ width: 2, height: 2, bits: 32, sampleFormat: 3, data });
    expect([...(await decodeRgb(tiff)).data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255, 64, 64, 64]);
  });

  it('converts CMYK close to the colours it came from', async () => {
    const red = sharp({ create: { width: 32, height: 32, channels: 3, background: { r: 200, g: 40, b: 40 } } });
    const { data } = await decodeRgb(await red.toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer());
    expect(Math.abs(data[0]! - 200)).toBeLessThan(25);
    expect(Math.abs(data[1]! - 40)).toBeLessThan(25);
  });

  it('reads what was stored under larger limits than the default', async () => {
    const bytes = bmpOf({ width: 4200, height: 4200, bits: 24, rows: new Array(4200).fill(new Uint8Array(12_600)) });
    expect(await problemOf(inspectImage(bytes))).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect(await decodeRgb(bytes, { width: 2, height: 1 })).toMatchObject({ width: 2, height: 1 });
    expect(await sharp(await previewImage(bytes)).metadata()).toMatchObject({ width: 256, height: 256 });
  });

  it('reads bmp of every depth, both ways up', async () => {
    const colours = [
      [1, 2, 3],
      [9, 8, 7],
      [250, 251, 252],
    ] as const;
    const expected = [1, 2, 3, 9, 8, 7, 9, 8, 7, 1, 2, 3];
    const files = [
      bmpOf({
        width: 2,
        height: 2,
        bits: 24,
        rows: [Buffer.from([7, 8, 9, 3, 2, 1]), Buffer.from([3, 2, 1, 7, 8, 9])],
      }),
      bmpOf({
        width: 2,
        height: -2,
        bits: 24,
        rows: [Buffer.from([3, 2, 1, 7, 8, 9]), Buffer.from([7, 8, 9, 3, 2, 1])],
      }),
      bmpOf({
        width: 2,
        height: -2,
        bits: 32,
        rows: [Buffer.from([3, 2, 1, 0, 7, 8, 9, 0]), Buffer.from([7, 8, 9, 0, 3, 2, 1, 0])],
      }),
      bmpOf({ width: 2, height: 2, bits: 8, palette: colours, rows: [Buffer.from([1, 0]), Buffer.from([0, 1])] }),
      bmpOf({ width: 2, height: 2, bits: 4, palette: colours, rows: [Buffer.from([0x10]), Buffer.from([0x01])] }),
      bmpOf({ width: 2, height: 2, bits: 1, palette: colours, rows: [Buffer.from([0x80]), Buffer.from([0x40])] }),
    ];
    for (const bmp of files) expect([...(await decodeRgb(bmp)).data]).toEqual(expected);
    expect(await problemOf(decodeRgb(files[0]!.subarray(0, 60)))).toMatchObject({ code: 'IMAGE_CORRUPT' });
    const wrongIndex = bmpOf({ width: 1, height: 1, bits: 8, palette: colours, rows: [Buffer.from([3])] });
    expect((await problemOf(decodeRgb(wrongIndex))).message).toContain('colour 3 of a palette of 3');
  });

  it('resizes with all source pixels taking part', async () => {
    const stripes = greyPng(
      64,
      64,
      Array.from({ length: 64 * 64 }, (_, i) => (i % 2) * 255),
    );
    const { width, height, data } = await decodeRgb(stripes, { width: 8, height: 4 });
    expect([width, height, data.length]).toEqual([8, 4, 96]);
    for (const value of data) expect(Math.abs(value - 127.5)).toBeLessThan(10);
  });
});

describe('encoders', () => {
  it('encodePng is lossless', async () => {
    const image = { width: 64, height: 48, data: texture(64, 48) };
    expect((await decodeRgb(await encodePng(image))).data).toEqual(image.data);
  });

  it('encodeGrey16Png keeps 16 bits, clips, and refuses NaN', async () => {
    const data = Float32Array.from([0, 1, 0.5, -1, 2, 0.25]);
    const png = await encodeGrey16Png({ width: 3, height: 2, data });
    const raw = await sharp(png).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
    const values = new Uint16Array(raw.buffer, raw.byteOffset, 6);
    expect([...values]).toEqual([0, 65_535, 32_768, 0, 65_535, 16_384]);
    const bad = { width: 3, height: 2, data: data.with(2, Number.NaN) };
    expect(await problemOf(encodeGrey16Png(bad))).toMatchObject({ code: 'NON_FINITE_OUTPUT' });
  });

  it('a preview fits a square and never enlarges', async () => {
    const large = await sharp(await previewImage(await picture(600, 300).png().toBuffer())).metadata();
    expect(large).toMatchObject({ format: 'webp', width: 256, height: 128 });
    const small = await sharp(await previewImage(await picture(64, 48).png().toBuffer())).metadata();
    expect(small).toMatchObject({ width: 64, height: 48 });
  });
});
