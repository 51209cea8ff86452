import sharp from 'sharp';
import { problem } from '../shared/errors.js';
import type { AnomalyMap, BinaryMask, RgbImage } from '../shared/images.js';

/** A lossless 8-bit RGB PNG. */
export async function encodePng(image: RgbImage): Promise<Buffer> {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .png()
    .toBuffer();
}

/** An 8-bit grey PNG of a mask: 0 normal, 255 anomalous. */
export async function encodeMaskPng({ width, height, data }: BinaryMask): Promise<Buffer> {
  const grey = data.map((anomalous) => (anomalous ? 255 : 0));
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

/**
 * A 16-bit grey PNG of a map: 0 becomes 0, 1 becomes 65,535, values outside are clipped.
 *
 * @throws ProblemError NON_FINITE_OUTPUT when a value is not a finite number.
 */
export async function encodeGrey16Png(map: AnomalyMap): Promise<Buffer> {
  const data = new Uint16Array(map.data.length);
  map.data.forEach((value, index) => {
    if (!Number.isFinite(value)) throw problem('NON_FINITE_OUTPUT', `The map holds ${value} at pixel ${index}.`);
    data[index] = Math.round(Math.min(1, Math.max(0, value)) * 65_535);
  });
  return sharp(data, { raw: { width: map.width, height: map.height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
}
