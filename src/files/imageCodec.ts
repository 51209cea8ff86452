import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from '../shared/images.js';
import { decodeBmp } from './bmp.js';
import {
  checkHeader,
  reading,
  refusal,
  type CheckedImage,
  type ImageCheckOptions,
  type ImageLimits,
} from './imageCheck.js';
import type { ImageSize } from './imageFormat.js';
import { keepPixelBytes } from './readImageHeader.js';
import { samplesToBytes, type SampleDepth } from './sampleDepth.js';

/** How the pixels of an image are to be read. */
export interface PixelReading {
  /** false: as they are stored, without the EXIF orientation. */
  upright?: boolean | undefined;
  /** Bits that stand for white in 16-bit samples; left out, the high byte is kept. */
  depth?: SampleDepth | undefined;
}

/** Of images that are stored: they were checked when they came in, perhaps under other limits than today's. */
const limitsOfStored: ImageLimits = { imageBytes: Infinity, imagePixels: Infinity };

// Every file is decoded once; a cache would only hold memory.
sharp.cache(false);

/**
 * Decodes to 8-bit sRGB with three channels, upright. Grey becomes three equal channels; an embedded colour profile and CMYK are
 * converted; 16-bit values are scaled by `depth`; float values 0 to 1 are scaled to 0 to 255; alpha is dropped, not blended.
 *
 * @param options.limits none when left out: the image was checked when it was stored.
 * @throws ProblemError as `inspectImage`, but any size down to 1x1 is read.
 */
export async function decodeRgb(
  bytes: Uint8Array,
  size?: ImageSize,
  options: ImageCheckOptions & PixelReading = {},
): Promise<RgbImage> {
  const image = checkHeader(bytes, { ...options, limits: options.limits ?? limitsOfStored });
  const decoded = await reading(image, () => readRgb(image, options));
  return size ? resizeRgb(decoded, size) : decoded;
}

async function readRgb(image: CheckedImage, how: PixelReading): Promise<RgbImage> {
  if (image.header.samples === 'float32') return rawRgb(rgbOfFloat(await decodeFloat(image, how), image));
  const decoder = openStored(image, 'apply', how).removeAlpha();
  if (image.header.samples !== 'uint16' || how.depth === undefined) return rawRgb(decoder.toColourspace('srgb'));
  return wideRgb(decoder, how.depth);
}

/** 16-bit samples as they leave a decoder, scaled to bytes. */
export async function wideRgb(decoder: Sharp, depth: SampleDepth): Promise<RgbImage> {
  const wide = decoder.toColourspace('rgb16').raw({ depth: 'ushort' });
  const { data, info } = await wide.toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`Expected 3 channels, the decoder gave ${info.channels}.`);
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return { width: info.width, height: info.height, data: samplesToBytes(samples, depth) };
}

/** An image stretched to a size by a cubic filter that covers all source pixels. */
export function resizeRgb(image: RgbImage, size: ImageSize): Promise<RgbImage> {
  return rawRgb(openRgb(image).resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' }));
}

/** The largest size of the same proportions, and no larger than it is, that has at most so many pixels. */
export function fittingSize({ width, height }: ImageSize, mostPixels: number): ImageSize {
  const scale = Math.min(1, Math.sqrt(mostPixels / (width * height)));
  const side = (pixels: number) => Math.max(1, Math.floor(pixels * scale));
  return { width: side(width), height: side(height) };
}

/** A decoder fed with pixels. */
export function openRgb({ width, height, data }: RgbImage): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function rawRgb(decoder: Sharp): Promise<RgbImage> {
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`Expected 3 channels, the decoder gave ${info.channels}.`);
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** A decoder of an image's pixels, upright unless told otherwise. BMP comes already decoded, and has no orientation. */
export function openStored(
  image: CheckedImage,
  colourProfile: 'apply' | 'ignore',
  { upright = true }: Pick<PixelReading, 'upright'> = {},
): Sharp {
  if (image.format === 'bmp') return openRgb(decodeBmp(image.bytes));
  return openDecodable(keepPixelBytes(image.bytes, image.format).bytes, image, { colourProfile, upright });
}

/** The same of bytes that hold pixels alone. */
export function openDecodable(
  bytes: Buffer,
  { width, height }: ImageSize,
  { colourProfile, upright }: { colourProfile: 'apply' | 'ignore'; upright: boolean },
): Sharp {
  const decoder = sharp(bytes, {
    failOn: 'warning',
    limitInputPixels: width * height,
    ignoreIcc: colourProfile === 'ignore',
  });
  return upright ? decoder.autoOrient() : decoder;
}

/** One-channel samples, any finite number. */
export interface FloatPixels extends ImageSize {
  data: Float32Array;
}

/** Samples of a one-channel float image. @throws ProblemError IMAGE_VALUES_INVALID when one is not finite. */
export async function decodeFloat(image: CheckedImage, how: PixelReading): Promise<FloatPixels> {
  const decoder = openStored(image, 'ignore', how).toColourspace('b-w').raw({ depth: 'float' });
  const { data: stored, info } = await decoder.toBuffer({ resolveWithObject: true });
  const data = new Float32Array(stored.buffer, stored.byteOffset, stored.byteLength / 4);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `row ${Math.floor(bad / info.width)}, column ${bad % info.width}`;
    throw refusal('IMAGE_VALUES_INVALID', image.item, `holds ${data[bad]!} at ${place}; values must be finite`);
  }
  return { width: info.width, height: info.height, data };
}

/** Float values 0 to 1 as a decoder of grey bytes. @throws ProblemError IMAGE_VALUES_INVALID for others. */
export function rgbOfFloat({ width, height, data }: FloatPixels, { item }: Pick<CheckedImage, 'item'>): Sharp {
  const outside = data.find((value) => value < 0 || value > 1);
  if (outside !== undefined) {
    throw refusal('IMAGE_VALUES_INVALID', item, `holds the float value ${outside}; float images range from 0 to 1`);
  }
  const grey = Uint8Array.from(data, (value) => Math.round(value * 255));
  return sharp(grey, { raw: { width, height, channels: 1 } }).toColourspace('srgb');
}
