import sharp from 'sharp';
import type { AnomalyMap } from '../../shared/images.js';
import { colourMap, turboColour, type ScoreRange } from '../../toolkit/post-processing/overlay.js';

/** Longer side of a picture in the report, pixels. */
const side = 240;

/** Size of a thumbnail of a picture with these sides. */
export function thumbnailSize(width: number, height: number): { width: number; height: number } {
  const scale = side / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A photograph as small JPEG data URI of the given size. */
export async function photographUri(bytes: Uint8Array, size: { width: number; height: number }): Promise<string> {
  const jpeg = await sharp(bytes)
    .flatten()
    .toColourspace('srgb')
    .resize({ ...size, fit: 'fill' })
    .jpeg({ quality: 74 })
    .toBuffer();
  return dataUri(jpeg, 'image/jpeg');
}

/** A mask as data URI: anomalous pixels white. Lines a pixel wide must survive the scaling, so it is not thresholded again. */
export async function maskUri(bytes: Uint8Array, size: { width: number; height: number }): Promise<string> {
  const png = await sharp(bytes)
    .flatten()
    .greyscale()
    .normalise({ lower: 0, upper: 100 })
    .resize({ ...size, fit: 'fill', kernel: 'linear' })
    .png({ palette: true, colours: 8 })
    .toBuffer();
  return dataUri(png, 'image/png');
}

/** The values of a 16-bit grey PNG, 0 to 1. */
export async function readAnomalyMap(bytes: Uint8Array): Promise<AnomalyMap> {
  const { data, info } = await sharp(bytes)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const values = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  const step = info.channels;
  const scores = Float32Array.from({ length: info.width * info.height }, (_, i) => values[i * step]! / 65_535);
  return { width: info.width, height: info.height, data: scores };
}

/** A map in the colours of the overlays, as data URI. */
export async function anomalyMapUri(
  map: AnomalyMap,
  range: ScoreRange,
  size: { width: number; height: number },
): Promise<string> {
  const { width, height, data } = colourMap(map, range);
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...size, fit: 'fill' })
    .jpeg({ quality: 74 })
    .toBuffer();
  return dataUri(jpeg, 'image/jpeg');
}

/**
 * One range for all maps of a run, so that equal colours mean equal scores: from the middle of all pixels, which is the
 * undisturbed surface, to the highest half per cent.
 */
export function commonRange(maps: readonly AnomalyMap[]): ScoreRange {
  const sample = Float32Array.from(maps.flatMap(({ data }) => Array.from(data).filter((_, i) => i % 7 === 0))).sort();
  if (sample.length === 0) return { low: 0, high: 1 };
  return { low: sample[Math.floor(sample.length / 2)]!, high: sample[Math.floor(0.995 * (sample.length - 1))]! };
}

/** The maps' colour scale as CSS gradient, normal to anomalous. */
export const colourScaleGradient = `linear-gradient(90deg, ${Array.from({ length: 9 }, (_, i) => `rgb(${turboColour(i / 8).join(' ')})`).join(', ')})`;

function dataUri(bytes: Buffer, type: string): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}
