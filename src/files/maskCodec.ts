import type { Sharp } from 'sharp';
import type { BinaryMask } from '../shared/images.js';
import { shown } from './filename.js';
import { hasPalette } from './bmp.js';
import {
  checkHeader,
  decodeFloat,
  openStored,
  reading,
  refusal,
  type CheckedImage,
  type ImageCheckOptions,
} from './imageCodec.js';
import type { ImageSize } from './imageFormat.js';

export interface MaskOptions extends ImageCheckOptions {
  /** 1 to 255: every pixel with a value at or above it is anomalous. Without it the mask must be binary already. */
  threshold?: number | undefined;
}

/** Samples as stored, interleaved; `maximum` is white. */
interface StoredSamples {
  data: Uint8Array | Uint16Array | Float32Array;
  channels: number;
  hasAlpha: boolean;
  isPalette: boolean;
  maximum: number;
}

/** Distinct values listed in a message. */
const shownValues = 8;

/**
 * Decodes a mask file. Accepted: grey or equal RGB channels with the values 0 and 1, or 0 and white; a palette of black and
 * one other colour; and with `threshold` any values. Alpha must be opaque everywhere.
 *
 * @throws ProblemError MASK_NOT_BINARY listing values found, MASK_AMBIGUOUS for transparency, and what a broken image gives.
 */
export async function decodeMask(bytes: Uint8Array, options: MaskOptions = {}): Promise<BinaryMask> {
  const image = checkHeader(bytes, options);
  const samples = await reading(image, () => readSamples(image));
  const data = new Uint8Array(image.width * image.height);
  if (samples.hasAlpha) checkOpaque(samples, options.item);
  if (options.threshold === undefined) writeBinary(samples, data, options.item);
  else writeThresholded(samples, data, options.threshold);
  return { width: image.width, height: image.height, data };
}

/** Nearest neighbour by pixel centres. */
export function resizeMask(mask: BinaryMask, size: ImageSize): BinaryMask {
  const { width, height } = size;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = Math.floor(((row + 0.5) * mask.height) / height) * mask.width;
    for (let column = 0; column < width; column += 1) {
      data[row * width + column] = mask.data[from + Math.floor(((column + 0.5) * mask.width) / width)]!;
    }
  }
  return { width, height, data };
}

/** Pixels that are 1. */
export function countAnomalousPixels(mask: BinaryMask): number {
  let count = 0;
  for (const value of mask.data) count += value;
  return count;
}

async function readSamples(image: CheckedImage): Promise<StoredSamples> {
  if (image.header.samples === 'float32') {
    const data = await decodeFloat(image);
    return { data, channels: 1, hasAlpha: false, isPalette: false, maximum: 1 };
  }
  if (image.format === 'bmp')
    return { ...(await rawBytes(openStored(image, 'ignore'))), isPalette: hasPalette(image.bytes) };
  const decoder = openStored(image, 'ignore');
  const { depth, space, channels: stored, isPalette } = await decoder.metadata();
  const grey = space === 'b-w' || space === 'grey16';
  if (depth !== 'ushort') return { ...(await rawBytes(grey ? decoder.toColourspace('b-w') : decoder)), isPalette };
  const wide = decoder.toColourspace(grey ? 'grey16' : 'rgb16').raw({ depth: 'ushort' });
  const { data: raw, info } = await wide.toBuffer({ resolveWithObject: true });
  const data = new Uint16Array(raw.buffer, raw.byteOffset, raw.byteLength / 2);
  const hasAlpha = stored === 2 || stored === 4;
  return { data, channels: info.channels, hasAlpha, isPalette: false, maximum: 65_535 };
}

async function rawBytes(decoder: Sharp): Promise<Omit<StoredSamples, 'isPalette'>> {
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
  const hasAlpha = info.channels === 2 || info.channels === 4;
  return { data, channels: info.channels, hasAlpha, maximum: 255 };
}

function checkOpaque({ data, channels, maximum }: StoredSamples, item: string | undefined): void {
  for (let at = channels - 1; at < data.length; at += channels) {
    if (data[at] === maximum) continue;
    const text = 'is a mask with transparent pixels, so it is unclear whether colour or transparency marks the defect';
    throw refusal('MASK_AMBIGUOUS', item, `${text}; save it without an alpha channel`);
  }
}

function writeThresholded(samples: StoredSamples, data: Uint8Array, threshold: number): void {
  const { channels, hasAlpha, maximum } = samples;
  const limit = (threshold / 255) * maximum;
  const colours = hasAlpha ? channels - 1 : channels;
  for (let pixel = 0, at = 0; pixel < data.length; pixel += 1, at += channels) {
    let value = samples.data[at]!;
    for (let channel = 1; channel < colours; channel += 1) value = Math.max(value, samples.data[at + channel]!);
    data[pixel] = value >= limit ? 1 : 0;
  }
}

function writeBinary(samples: StoredSamples, data: Uint8Array, item: string | undefined): void {
  const distinct = new Set<number>();
  for (let pixel = 0, at = 0; pixel < data.length; pixel += 1, at += samples.channels) {
    const key = pixelKey(samples, at);
    if (!distinct.has(key)) {
      distinct.add(key);
      if (distinct.size > 1000) throw notBinary(distinct, samples, item);
    }
    data[pixel] = key === 0 ? 0 : 1;
  }
  if (!isBinary(distinct, samples)) throw notBinary(distinct, samples, item);
}

/** The grey value of a pixel; for unequal channels a negative number that stands for the colour. */
function pixelKey({ data, channels, hasAlpha }: StoredSamples, at: number): number {
  const first = data[at]!;
  if (channels - (hasAlpha ? 1 : 0) < 3) return first;
  const second = data[at + 1]!;
  const third = data[at + 2]!;
  return first === second && second === third ? first : -(first + second * 65_536 + third * 65_536 ** 2);
}

function isBinary(distinct: ReadonlySet<number>, { maximum, isPalette }: StoredSamples): boolean {
  const marks = [...distinct].filter((value) => value !== 0);
  if (marks.length > 1) return false;
  const [mark = maximum] = marks;
  return mark === 1 || mark === 255 || mark === maximum || isPalette;
}

function notBinary(distinct: ReadonlySet<number>, { maximum }: StoredSamples, item: string | undefined): Error {
  const values = [...distinct].sort((a, b) => a - b);
  const listed = values.slice(0, shownValues).map(shownValue).join(', ');
  const more = values.length > shownValues ? ` … (${values.length > 1000 ? 'over 1000' : values.length} in all)` : '';
  const rule = `a mask holds only 0 and 1, or 0 and ${maximum}`;
  const hint = 'option `threshold` (1 to 255, e.g. 128) takes every value at or above it as anomalous';
  return refusal('MASK_NOT_BINARY', item, `has the mask values ${listed}${more}; ${rule}; ${hint}`);
}

function shownValue(key: number): string {
  if (key >= 0) return shown(String(key));
  const colour = -key;
  return `(${colour % 65_536} ${Math.floor(colour / 65_536) % 65_536} ${Math.floor(colour / 65_536 ** 2)})`;
}
