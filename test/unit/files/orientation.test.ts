import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeMask, decodeRgb, inspectImage, previewImage } from '../../../src/files/index.js';

const [width, height] = [64, 48];
const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

/** Dark, with a bright square in the upper left corner of the stored pixels. */
function stored(channels: 1 | 3): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let row = 0; row < 16; row += 1) data.fill(255, row * width * channels, (row * width + 16) * channels);
  return sharp(data, { raw: { width, height, channels } });
}

/** Where the stored upper left corner is on the upright picture: EXIF 2.32, table of tag 274. */
const corner: Readonly<Record<number, [column: 'left' | 'right', row: 'top' | 'bottom']>> = {
  1: ['left', 'top'],
  2: ['right', 'top'],
  3: ['right', 'bottom'],
  4: ['left', 'bottom'],
  5: ['left', 'top'],
  6: ['right', 'top'],
  7: ['right', 'bottom'],
  8: ['left', 'bottom'],
};

/** The middle of the corner of 16 x 16 pixels where the square is expected. */
function place(orientation: number, size: { width: number; height: number }): number {
  const [column, row] = corner[orientation]!;
  return (row === 'top' ? 8 : size.height - 8) * size.width + (column === 'left' ? 8 : size.width - 8);
}

const upright = (orientation: number) => (orientation < 5 ? { width, height } : { width: height, height: width });

describe.each(['jpeg', 'png', 'webp', 'tiff'] as const)('a %s with an EXIF orientation', (format) => {
  it.each(orientations)('%i is read upright: facts, pixels, preview', async (orientation) => {
    const bytes = await stored(3).withMetadata({ orientation }).toFormat(format).toBuffer();
    const size = upright(orientation);
    expect(await inspectImage(bytes)).toMatchObject({ ...size, orientation, remarks: [] });
    const pixels = await decodeRgb(bytes);
    expect(pixels).toMatchObject(size);
    expect(pixels.data[3 * place(orientation, size)]).toBeGreaterThan(200);
    expect(pixels.data.filter((value) => value > 200).length).toBeLessThan(3 * 18 * 18);
    const preview = await sharp(await previewImage(bytes))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(preview.info).toMatchObject(size);
    expect(preview.data[3 * place(orientation, size)]).toBeGreaterThan(200);
  });

  it.each(orientations)('%i turns a mask like its image', async (orientation) => {
    const bytes = await stored(1).toColourspace('b-w').withMetadata({ orientation }).toFormat(format).toBuffer();
    const size = upright(orientation);
    const mask = await decodeMask(bytes, { threshold: 128 });
    expect(mask).toMatchObject(size);
    expect(mask.data[place(orientation, size)]).toBe(1);
  });
});

it('an image can be read as it is stored, for labels that were drawn like that', async () => {
  const bytes = await stored(3).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const pixels = await decodeRgb(bytes, undefined, { upright: false });
  expect(pixels).toMatchObject({ width, height });
  expect(pixels.data[3 * place(1, pixels)]).toBeGreaterThan(200);
  expect(await sharp(await previewImage(bytes, { upright: false })).metadata()).toMatchObject({ width, height });
});

it('an orientation that EXIF does not know counts as none', async () => {
  const bytes = await stored(3).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  // The tag, type SHORT, one value, in the byte order libvips writes.
  const at = bytes.indexOf(Buffer.from('120103000100000006', 'hex'));
  expect(at).toBeGreaterThan(0);
  bytes[at + 8] = 9;
  expect(await inspectImage(bytes)).toMatchObject({ width, height, orientation: 1 });
});
