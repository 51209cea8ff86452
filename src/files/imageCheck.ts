import { defaultLimits, type Limits } from '../shared/config.js';
import { problem, type ProblemError } from '../shared/errors.js';
import { shown } from './shown.js';
import { imageFormats, sniffSignature, type ImageFormat } from './imageFormat.js';
import { CorruptImage, type ImageHeader } from './imageHeader.js';
import { readImageHeader } from './readImageHeader.js';

export type ImageLimits = Pick<Limits, 'imageBytes' | 'imagePixels'>;

export interface ImageCheckOptions {
  /** Name of the image in messages. */
  item?: string | undefined;
  limits?: ImageLimits | undefined;
}

/** A file whose claims were checked and whose pixels were not yet decoded. */
export interface CheckedImage {
  format: ImageFormat;
  /** Pixels as they are stored, before any orientation. */
  width: number;
  height: number;
  bytes: Buffer;
  header: ImageHeader;
  item: string | undefined;
}

/**
 * Checks everything that can be known without decoding.
 * @throws ProblemError IMAGE_EMPTY, IMAGE_FORMAT_UNSUPPORTED, IMAGE_MULTIFRAME, IMAGE_TOO_LARGE,
 * IMAGE_COLORSPACE_UNSUPPORTED or IMAGE_CORRUPT.
 */
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

/** Lines of the decoder's own that say nothing about the file. */
const emptyWords = /^(warning treated as error|error in tile|read gave \d+ warnings)/i;

/** The decoder's own words, the first line of them that says something. */
function decoderReason(error: Error): string {
  const lines = error.message.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => line !== '' && !emptyWords.test(line));
  return shown(telling?.replace(/^\w+2?vips\w*: |^Vips\w+: /, '') ?? 'the decoder found it damaged');
}

/** A problem about one image: `Image 'name' <text>.` */
export function refusal(code: ProblemError['code'], item: string | undefined, text: string): ProblemError {
  const name = item === undefined ? 'The image' : `Image '${shown(item)}'`;
  return problem(code, `${name} ${text}.`, item === undefined ? {} : { item });
}
