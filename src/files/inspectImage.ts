import type { Sharp } from 'sharp';
import { decodeBmp } from './bmp.js';
import { checkHeader, reading, refusal, type CheckedImage, type ImageCheckOptions } from './imageCheck.js';
import { decodeFloat, openDecodable, openRgb, rgbOfFloat, wideRgb, type PixelReading } from './imageCodec.js';
import type { ImageFormat } from './imageFormat.js';
import { keepPixelBytes } from './readImageHeader.js';
import { depthOf, type SampleDepth } from './sampleDepth.js';

/** Smallest width and height of an image, in pixels: one block of the finest grid that labels use. */
export const minimumImageSide = 16;

/** Longest sides of previews, in pixels: for lists, for screens, and for a look at details. */
export const previewSides = [256, 1024, 2048] as const;
export type PreviewSide = (typeof previewSides)[number];

/** That of the preview that is made when an image comes in. */
const smallestSide = previewSides[0];

/** Media type of a preview. */
export const previewContentType = 'image/webp';

export interface ImageFacts {
  format: ImageFormat;
  /** Pixels of the upright picture: the EXIF orientation is applied, as programs that show pictures do. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8; 1 is how the pixels are stored. */
  orientation: number;
  /** Bits that its values use: 8 for 8-bit files, for 16-bit files what the brightest value needs. */
  sampleBits: SampleDepth;
  /** What is wrong with the file and hurts no pixel, each as a part of a sentence about it. */
  remarks: string[];
}

/** What an image is, and a picture of it for lists. */
export interface InspectedImage extends ImageFacts {
  /** WebP of at most 256 pixels a side, upright. */
  preview: Buffer;
}

/** A decoder with what its file says about the pixels. */
interface Opened extends Pick<ImageFacts, 'orientation' | 'sampleBits' | 'remarks'> {
  /** A new one each time: a decoder reads once. */
  decoder: () => Sharp;
}

/**
 * Checks an image file completely: size, format by its first bytes, header against the limits (before anything is
 * decoded), and then every pixel, of which it makes the preview.
 *
 * @throws ProblemError IMAGE_EMPTY, IMAGE_FORMAT_UNSUPPORTED, IMAGE_MULTIFRAME, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL,
 *   IMAGE_COLORSPACE_UNSUPPORTED, IMAGE_VALUES_INVALID or IMAGE_CORRUPT, naming `options.item`.
 */
export async function inspectImage(bytes: Uint8Array, options: ImageCheckOptions = {}): Promise<InspectedImage> {
  const image = checkHeader(bytes, options);
  const { format, width, height } = image;
  if (Math.min(width, height) < minimumImageSide) {
    const rule = `both sides must be at least ${minimumImageSide} pixels, one block`;
    throw refusal('IMAGE_TOO_SMALL', options.item, `is ${width}x${height} pixels; ${rule}`);
  }
  return reading(image, async () => {
    const { decoder, orientation, sampleBits, remarks } = await openImage(image, { upright: true });
    const preview = await previewOf(image, decoder(), sampleBits, smallestSide);
    const turned = orientation >= 5;
    const size = turned ? { width: height, height: width } : { width, height };
    return { format, ...size, orientation, sampleBits, remarks, preview };
  });
}

/**
 * A preview of an image that was checked when it was stored: WebP, upright, never larger than the image.
 * @param side pixels of its longer side, at most.
 * @throws ProblemError as {@link inspectImage}.
 */
export async function previewImage(
  bytes: Uint8Array,
  how: Pick<PixelReading, 'upright'> = {},
  side: PreviewSide = smallestSide,
): Promise<Buffer> {
  const image = checkHeader(bytes, { limits: { imageBytes: Infinity, imagePixels: Infinity } });
  return reading(image, async () => {
    const { decoder, sampleBits } = await openImage(image, how);
    return previewOf(image, decoder(), sampleBits, side);
  });
}

async function openImage(image: CheckedImage, { upright = true }: Pick<PixelReading, 'upright'>): Promise<Opened> {
  if (image.format === 'bmp') {
    return { decoder: () => openRgb(decodeBmp(image.bytes)), orientation: 1, sampleBits: 8, remarks: [] };
  }
  const { bytes, remarks } = keepPixelBytes(image.bytes, image.format);
  const decoder = () => openDecodable(bytes, image, { colourProfile: 'apply', upright });
  const orientation = await orientationOf(decoder());
  if (image.header.samples === 'float32') {
    const pixels = await decodeFloat(image, { upright });
    return { decoder: () => rgbOfFloat(pixels, image), orientation, sampleBits: 8, remarks };
  }
  const sampleBits = image.header.samples === 'uint16' ? await usedBits(decoder()) : 8;
  return { decoder, orientation, sampleBits, remarks };
}

async function orientationOf(decoder: Sharp): Promise<number> {
  const { orientation = 1 } = await decoder.metadata();
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** Bits that the brightest colour needs. */
async function usedBits(decoder: Sharp): Promise<SampleDepth> {
  const [{ channels }, { hasAlpha, depth }] = [await decoder.stats(), await decoder.metadata()];
  if (depth !== 'ushort') return 8;
  return depthOf(Math.max(...(hasAlpha ? channels.slice(0, -1) : channels).map(({ max }) => max)));
}

/** Every pixel passes through it, and only some rows are in memory at a time. */
async function previewOf(
  image: CheckedImage,
  decoder: Sharp,
  sampleBits: SampleDepth,
  side: PreviewSide,
): Promise<Buffer> {
  const small = decoder.removeAlpha().resize(side, side, {
    fit: 'inside',
    withoutEnlargement: true,
    fastShrinkOnLoad: false,
  });
  const picture = image.header.samples === 'uint16' ? openRgb(await wideRgb(small, sampleBits)) : small;
  return picture.toColourspace('srgb').webp({ quality: 80 }).toBuffer();
}
