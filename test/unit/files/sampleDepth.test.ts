import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeRgb, depthRemark, inspectImage, previewImage, readingDepth } from '../../../src/files/index.js';
import { greyPng, tiffOf } from './imageBytes.js';

/** 16-bit grey with a ramp from 0 to `white`. */
const ramp = (white: number) =>
  greyPng(
    16,
    16,
    Array.from({ length: 256 }, (_, i) => Math.round((i / 255) * white)),
    16,
  );

describe('a camera of few bits in a 16-bit file', () => {
  it.each([
    [255, 8],
    [1023, 10],
    [1024, 12],
    [4095, 12],
    [9000, 14],
    [16_384, 16],
    [65_535, 16],
  ])('whose brightest value is %i uses %i bits', async (white, sampleBits) => {
    expect(await inspectImage(ramp(white))).toMatchObject({ sampleBits });
  });

  it('keeps its contrast when it is read by these bits', async () => {
    const { data } = await decodeRgb(ramp(4095), undefined, { depth: 12 });
    expect([...data].filter((_, i) => i % 3 === 0)).toEqual(Array.from({ length: 256 }, (_, i) => i));
    const tiff = tiffOf({
      ...{ width: 16, height: 16, bits: 16, sampleFormat: 1 },
      data: new Uint8Array(Uint16Array.from({ length: 256 }, (_, i) => Math.round((i / 255) * 4095)).buffer),
    });
    expect((await decodeRgb(tiff, undefined, { depth: 12 })).data).toEqual(data);
  });

  it('keeps the high byte alone without a depth, as models of before have learnt it', async () => {
    expect(Math.max(...(await decodeRgb(ramp(4095))).data)).toBe(15);
  });

  it('is cut off at white when a value is above', async () => {
    expect(Math.max(...(await decodeRgb(ramp(65_535), undefined, { depth: 12 })).data)).toBe(255);
  });

  it('has a preview that shows something', async () => {
    const { channels } = await sharp(await previewImage(ramp(4095))).stats();
    expect(channels[0]!.max).toBeGreaterThan(240);
  });

  it('is told from its alpha channel, which is always white', async () => {
    const data = Uint16Array.from({ length: 16 * 16 * 4 }, (_, i) => (i % 4 === 3 ? 65_535 : 4000));
    const png = await sharp(data, { raw: { width: 16, height: 16, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect(await inspectImage(png)).toMatchObject({ sampleBits: 12 });
    const pixels = await decodeRgb(png, undefined, { depth: 12 });
    expect(pixels.data[0]).toBe(Math.round((4000 * 255) / 4095));
  });
});

describe('a model reads images by the bits of its training', () => {
  it('whatever the image uses, unless the training saw 8 bits only', () => {
    expect(readingDepth(12, 10)).toBe(12);
    expect(readingDepth(12, 16)).toBe(12);
    expect(readingDepth(8, 12)).toBe(12);
    expect(readingDepth(8, 8)).toBe(8);
    expect(readingDepth(null, 12)).toBeUndefined();
  });

  it('and tells of an image of other bits', () => {
    expect(depthRemark(12, 16)).toContain('cut off');
    expect(depthRemark(8, 12)).toContain('its own range');
    expect(depthRemark(12, 8)).toContain('darker or brighter');
    expect(depthRemark(12, 10)).toBeUndefined();
    expect(depthRemark(12, 12)).toBeUndefined();
    expect(depthRemark(null, 12)).toBeUndefined();
  });
});
