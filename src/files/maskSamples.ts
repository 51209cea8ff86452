import type { Sharp } from 'sharp';
import { indexedBmp } from './bmp.js';
import type { CheckedImage } from './imageCheck.js';
import { decodeFloat, openDecodable, openStored } from './imageCodec.js';
import type { ImageSize } from './imageFormat.js';
import { indexedPng, type IndexedPixels } from './pngChunks.js';
import { indexedTiff } from './tiffTags.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** Samples of a mask as stored, interleaved, upright. */
export interface MaskSamples extends ImageSize {
  data: Uint8Array | Uint16Array | Float32Array;
  channels: number;
  hasAlpha: boolean;
  /** White. */
  maximum: number;
  /** Whether compression has blurred the values. */
  lossy: boolean;
  /** Where the samples are numbers of colours. */
  palette?: { colours: readonly Colour[]; transparent: ReadonlySet<number> };
}

const upright = { colourProfile: 'ignore', upright: true } as const;

/** Reads every sample of a mask file. Throws what the decoder throws. */
export async function readMaskSamples(image: CheckedImage): Promise<MaskSamples> {
  if (image.header.samples === 'float32') {
    return { ...(await decodeFloat(image, {})), channels: 1, hasAlpha: false, maximum: 1, lossy: false };
  }
  const indexed = await readIndexed(image);
  if (indexed) return indexed;
  const lossy = image.format === 'jpeg' || (image.format === 'webp' && !image.bytes.includes('VP8L'));
  const decoder = openStored(image, 'ignore');
  if (image.format === 'bmp') return rawBytes(decoder, lossy);
  const { depth, space, channels: stored } = await decoder.metadata();
  const grey = space === 'b-w' || space === 'grey16';
  if (depth !== 'ushort') return rawBytes(grey ? decoder.toColourspace('b-w') : decoder, lossy);
  const wide = decoder.toColourspace(grey ? 'grey16' : 'rgb16').raw({ depth: 'ushort' });
  const { data: raw, info } = await wide.toBuffer({ resolveWithObject: true });
  const data = new Uint16Array(raw.buffer, raw.byteOffset, raw.byteLength / 2);
  const { width, height, channels } = info;
  return { width, height, data, channels, hasAlpha: stored === 2 || stored === 4, maximum: 65_535, lossy };
}

async function readIndexed(image: CheckedImage): Promise<MaskSamples | undefined> {
  const facts = { channels: 1, hasAlpha: false, maximum: 255, lossy: false };
  if (image.format === 'bmp') {
    const bmp = indexedBmp(image.bytes);
    return bmp && { ...facts, ...bmp, palette: { colours: bmp.colours, transparent: new Set() } };
  }
  const indexed = indexedFile(image);
  if (!indexed) return undefined;
  const decoder = openDecodable(indexed.bytes, image, upright);
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
  const numbers = info.channels === 1 ? data : data.filter((_, at) => at % info.channels === 0);
  return { ...facts, width: info.width, height: info.height, data: numbers, palette: indexed };
}

function indexedFile({ format, bytes }: CheckedImage): IndexedPixels | undefined {
  if (format === 'png') return indexedPng(bytes);
  return format === 'tiff' ? indexedTiff(bytes) : undefined;
}

async function rawBytes(decoder: Sharp, lossy: boolean): Promise<MaskSamples> {
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, data, channels, hasAlpha: channels === 2 || channels === 4, maximum: 255, lossy };
}
