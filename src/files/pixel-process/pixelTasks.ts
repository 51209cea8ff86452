import type { RgbImage } from '../../shared/images.js';
import { decodeRle, encodeRle } from '../cocoRle.js';
import { encodeMaskPng, encodePng } from '../encodeImage.js';
import type { ImageCheckOptions } from '../imageCheck.js';
import { decodeRgb, type PixelReading } from '../imageCodec.js';
import type { ImageSize } from '../imageFormat.js';
import { inspectImage, previewImage, type ImageFacts, type InspectedImage } from '../inspectImage.js';
import { countAnomalousPixels, decodeMask, type MaskOptions } from '../maskCodec.js';
import { readingDepth } from '../sampleDepth.js';

/** A mask as it is stored. */
export interface EncodedMask extends ImageSize {
  /** COCO compressed run lengths. */
  counts: string;
  anomalousPixels: number;
}

/** An image as a detector reads it. */
export interface ScaledImage extends ImageFacts {
  /** Lossless PNG of the size asked for. */
  png: Buffer;
}

/** What is done to pixels for a process that must not be held up by it. Arguments and answers can be sent to another process. */
export const pixelTasks = {
  /** Checks an image completely. @throws ProblemError as `inspectImage`. */
  inspect: (bytes: Uint8Array, options: ImageCheckOptions): Promise<InspectedImage> => inspectImage(bytes, options),

  /** The preview of a stored image. @throws ProblemError IMAGE_CORRUPT. */
  preview: (bytes: Uint8Array, how: Pick<PixelReading, 'upright'>): Promise<Buffer> => previewImage(bytes, how),

  /** Reads a mask file. @throws ProblemError as `decodeMask`. */
  mask: async (bytes: Uint8Array, options: MaskOptions): Promise<EncodedMask> => {
    const mask = await decodeMask(bytes, options);
    const { width, height } = mask;
    return { width, height, counts: encodeRle(mask), anomalousPixels: countAnomalousPixels(mask) };
  },

  /** A stored mask as a picture. @throws ProblemError MASK_RLE_INVALID. */
  maskPicture: async (counts: string, size: ImageSize): Promise<Buffer> => encodeMaskPng(decodeRle(counts, size)),

  /**
   * Checks an image completely and scales it to a square.
   * @param trainedDepth bits that the model reads 16-bit samples by.
   * @throws ProblemError as `inspectImage`.
   */
  scale: async (
    bytes: Uint8Array,
    { side, trainedDepth, ...options }: ImageCheckOptions & { side: number; trainedDepth: number | null },
  ): Promise<ScaledImage> => {
    const { preview: _, ...facts } = await inspectImage(bytes, options);
    const depth = readingDepth(trainedDepth, facts.sampleBits);
    const scaled: RgbImage = await decodeRgb(bytes, { width: side, height: side }, { ...options, depth });
    return { ...facts, png: await encodePng(scaled) };
  },
};

/** {@link pixelTasks}, by whoever does them. */
export type PixelTasks = typeof pixelTasks;
