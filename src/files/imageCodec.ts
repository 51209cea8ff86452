import sharp, { type Sharp } from 'sharp';
import { defaultLimits, type Limits } from '../shared/config.js';
import { problem, type ProblemError } from '../shared/errors.js';
import type { AnomalyMap, BinaryMask, RgbImage } from '../shared/images.js';
import { decodeBmp } from './bmp.js';
import { shown } from './filename.js';
import { imageFormats, sniffSignature, type ImageFormat, type ImageSize } from './imageFormat.js';
import { CorruptImage, type ImageHeader } from './imageHeader.js';
import { keepPixelChunks } from './pngChunks.js';
import { readImageHeader } from './readImageHeader.js';

/** Smallest width and height of an image, in pixels: one block of the finest grid that labels use. */
export const minimumImageSide = 16;

/** Longest side of a thumbnail, in pixels. */
export const thumbnailSide = 256;

/** Media type of what {@link thumbnail} returns. */
export const thumbnailContentType = 'image/webp';

export type ImageLimits = Pick<Limits, 'imageBytes' | 'imagePixels'>;

export interface ImageCheckOptions {
  /** Name of the image in messages. */
  item?: string | undefined;
  limits?: ImageLimits | undefined;
}

export interface ImageFacts {
  format: ImageFormat;
  /** Pixels as stored; an EXIF orientation is not applied, so that masks and boxes fit the pixels. */
  width: number;
  height: number;
}

/** A file whose claims were checked and whose pixels were not yet decoded. */
export interface CheckedImage extends ImageFacts {
  bytes: Buffer;
  header: ImageHeader;
  item: string | undefined;
}

/** Of images that are stored: they were checked when they came in, perhaps under other limits than today's. */
const limitsOfStored: ImageLimits = { imageBytes: Infinity, imagePixels: Infinity };

// Every file is decoded once; a cache would only hold memory.
sharp.cache(false);

/**
 * Checks an image file completely: size, format by its first bytes, header against the limits (before anything is
 * decoded), and then every pixel.
 *
 * @throws ProblemError IMAGE_EMPTY, IMAGE_FORMAT_UNSUPPORTED, IMAGE_MULTIFRAME, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL,
 *   IMAGE_COLORSPACE_UNSUPPORTED, IMAGE_VALUES_INVALID or IMAGE_CORRUPT, naming `options.item`.
 */
export async function inspectImage(bytes: Uint8Array, options: ImageCheckOptions = {}): Promise<ImageFacts> {
  const image = checkHeader(bytes, options);
  const { format, width, height } = image;
  if (Math.min(width, height) < minimumImageSide) {
    const rule = `both sides must be at least ${minimumImageSide} pixels, one block`;
    throw refusal('IMAGE_TOO_SMALL', options.item, `is ${width}x${height} pixels; ${rule}`);
  }
  // Every pixel passes through this reduction, and only a few rows are in memory at a time.
  await reading(image, async () => {
    const decoder = await openRgb(image);
    await decoder.resize(16, 16, { fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false }).raw().toBuffer();
  });
  return { format, width, height };
}

/**
 * Decodes to 8-bit sRGB with three channels. Grey becomes three equal channels; an embedded colour profile and CMYK are
 * converted; 16-bit values keep their high byte; float values 0 to 1 are scaled to 0 to 255; alpha is dropped, not
 * blended; the EXIF orientation is not applied. With `size` the decoded pixels go through {@link resizeRgb}.
 *
 * @param options.limits none when left out: the image was checked when it was stored.
 * @throws ProblemError as {@link inspectImage}, but any size down to 1x1 is read.
 */
export async function decodeRgb(
  bytes: Uint8Array,
  size?: ImageSize,
  options: ImageCheckOptions = {},
): Promise<RgbImage> {
  const image = checkHeader(bytes, { ...options, limits: options.limits ?? limitsOfStored });
  const decoded = await reading(image, async () => rawRgb(await openRgb(image)));
  return size ? resizeRgb(decoded, size) : decoded;
}

/** An image stretched to a size by a cubic filter that covers all source pixels. */
export function resizeRgb({ width, height, data }: RgbImage, size: ImageSize): Promise<RgbImage> {
  return rawRgb(
    sharp(data, { raw: { width, height, channels: 3 } }).resize(size.width, size.height, {
      fit: 'fill',
      kernel: 'cubic',
    }),
  );
}

async function rawRgb(decoder: Sharp): Promise<RgbImage> {
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`Expected 3 channels, the decoder gave ${info.channels}.`);
  return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** A WebP of at most {@link thumbnailSide} pixels a side, for lists, of a stored image. @throws ProblemError as {@link decodeRgb}. */
export async function thumbnail(bytes: Uint8Array): Promise<Buffer> {
  const image = checkHeader(bytes, { limits: limitsOfStored });
  return reading(image, async () => {
    const decoder = await openRgb(image);
    decoder.resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true });
    return decoder.webp({ quality: 80 }).toBuffer();
  });
}

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

/** Checks everything that can be known without decoding. @throws ProblemError as {@link inspectImage}. */
export function checkHeader(bytes: Uint8Array, options: ImageCheckOptions): CheckedImage {
  const { item, limits = defaultLimits } = options;
  if (bytes.byteLength === 0) throw refusal('IMAGE_EMPTY', item, 'has 0 bytes');
  if (bytes.byteLength > limits.imageBytes) {
    throw refusal('IMAGE_TOO_LARGE', item, `has ${bytes.byteLength} bytes; at most ${limits.imageBytes} are allowed`);
  }
  const signature = sniffSignature(bytes);
  if (!signature.format) {
    const allowed = imageFormats.join(', ');
    throw refusal('IMAGE_FORMAT_UNSUPPORTED', item, `looks like ${signature.looksLike}; allowed: ${allowed}`);
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = corruptAsProblem(item, () => readImageHeader(buffer, signature.format));
  checkClaims(header, signature.format, item, limits);
  return { format: signature.format, width: header.width, height: header.height, bytes: buffer, header, item };
}

/** Runs a decoder; whatever it throws becomes IMAGE_CORRUPT, problems pass. */
export async function reading<T>(image: CheckedImage, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    throw asProblem(image.item, error);
  }
}

/** A decoder of the pixels as they are stored. BMP and float pixels come already decoded. */
export function openStored(image: CheckedImage, colourProfile: 'apply' | 'ignore'): Sharp {
  if (image.format === 'bmp') {
    const { width, height, data } = decodeBmp(image.bytes);
    return sharp(data, { raw: { width, height, channels: 3 } });
  }
  const input = image.format === 'png' ? keepPixelChunks(image.bytes) : image.bytes;
  return sharp(input, {
    failOn: 'warning',
    limitInputPixels: image.width * image.height,
    ignoreIcc: colourProfile === 'ignore',
  });
}

async function openRgb(image: CheckedImage): Promise<Sharp> {
  if (image.header.samples === 'float32') {
    const { width, height } = image;
    const data = await decodeFloat(image);
    return sharp(scaledToBytes(data, image.item), { raw: { width, height, channels: 1 } }).toColourspace('srgb');
  }
  return openStored(image, 'apply').removeAlpha().toColourspace('srgb');
}

/** Samples of a one-channel float image. @throws ProblemError IMAGE_VALUES_INVALID when one is not finite. */
export async function decodeFloat(image: CheckedImage): Promise<Float32Array> {
  const stored = await openStored(image, 'ignore').toColourspace('b-w').raw({ depth: 'float' }).toBuffer();
  const data = new Float32Array(stored.buffer, stored.byteOffset, stored.byteLength / 4);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `row ${Math.floor(bad / image.width)}, column ${bad % image.width}`;
    throw refusal('IMAGE_VALUES_INVALID', image.item, `holds ${data[bad]!} at ${place}; values must be finite`);
  }
  return data;
}

function scaledToBytes(data: Float32Array, item: string | undefined): Uint8Array {
  const outside = data.find((value) => value < 0 || value > 1);
  if (outside !== undefined) {
    throw refusal('IMAGE_VALUES_INVALID', item, `holds the float value ${outside}; float images range from 0 to 1`);
  }
  return Uint8Array.from(data, (value) => Math.round(value * 255));
}

function checkClaims(header: ImageHeader, format: ImageFormat, item: string | undefined, limits: ImageLimits): void {
  const { width, height, frames, samples, colourSpace, tilePixels = 0 } = header;
  if (width < 1 || height < 1)
    throw refusal('IMAGE_CORRUPT', item, `is broken: its header says ${width}x${height} pixels`);
  if (Math.max(width * height, tilePixels) > limits.imagePixels) {
    const pixels = `${Math.max(width * height, tilePixels)} pixels (${width}x${height})`;
    throw refusal('IMAGE_TOO_LARGE', item, `claims ${pixels}; at most ${limits.imagePixels} are allowed`);
  }
  if (frames > 1) throw refusal('IMAGE_MULTIFRAME', item, `holds ${frames} frames or pages; exactly 1 is allowed`);
  if (colourSpace) {
    const allowed = 'grey, RGB, palette, YCbCr and CMYK are read';
    throw refusal('IMAGE_COLORSPACE_UNSUPPORTED', item, `is in the colour space ${colourSpace}; ${allowed}`);
  }
  if (typeof samples === 'object') {
    const allowed = '8- and 16-bit integers, and one-channel 32-bit float TIFF from 0 to 1, are read';
    throw refusal('IMAGE_FORMAT_UNSUPPORTED', item, `is a ${format} with ${samples.unsupported}; ${allowed}`);
  }
}

function corruptAsProblem<T>(item: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asProblem(item, error);
  }
}

function asProblem(item: string | undefined, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error.name === 'ProblemError') return error;
  const reason = error instanceof CorruptImage || error instanceof RangeError ? error.message : decoderReason(error);
  return refusal('IMAGE_CORRUPT', item, `cannot be decoded: ${reason}`);
}

/** The decoder's own words, one line of them. */
function decoderReason(error: Error): string {
  return shown(error.message.split('\n')[0] ?? 'unknown reason');
}

/** A problem about one image: `Image 'name' <text>.` */
export function refusal(code: ProblemError['code'], item: string | undefined, text: string): ProblemError {
  const name = item === undefined ? 'The image' : `Image '${shown(item)}'`;
  return problem(code, `${name} ${text}.`, item === undefined ? {} : { item });
}
