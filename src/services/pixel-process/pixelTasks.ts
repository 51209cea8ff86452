import type { AnnotationKind, Derivation, TrialQuality } from '../../database/entities/index.js';
import {
  countAnomalousPixels,
  decodeMask,
  decodeRgb,
  decodeRle,
  encodeMaskPng,
  encodePng,
  encodeRle,
  fittingSize,
  inspectImage,
  previewImage,
  readingDepth,
  resizeRgb,
  type EncodedMask,
  type ImageCheckOptions,
  type ImageFacts,
  type ImageSize,
  type InspectedImage,
  type MaskOptions,
  type PixelReading,
  type PreviewSide,
} from '../../files/index.js';
import type { RgbImage } from '../../shared/images.js';
import type { LabelContent } from '../annotations/contradictions.js';
import { deriveLabel } from '../annotations/deriveLabel.js';
import { trialQuality } from '../studies/trialQuality.js';
import { blockLabelsOf, type BlockSettings, type ImageWithLabels } from '../training/scaledLabels.js';

/** An image as a detector reads it. */
export interface ScaledImage extends ImageFacts {
  /** Lossless PNG of the size asked for. */
  png: Buffer;
}

/** How a stored image is read. */
export interface StoredReading extends PixelReading {
  /** Named in errors. */
  item: string;
  /** Pixels of each side of the square that a model works on. */
  side: number;
  /** Pixels at most of a picture to be shown; none is made when left out. */
  shownPixels?: number | undefined;
}

/** The pixels of a stored image. */
export interface ReadImage extends ImageSize {
  /** Stretched to a square. */
  scaled: RgbImage;
  /** Of the image's proportions. */
  shown: RgbImage | undefined;
}

/** What is done to pixels for a process that must not be held up by it. Arguments and answers can be sent to another process. */
export const pixelTasks = {
  /** Checks an image completely. @throws ProblemError as `inspectImage`. */
  inspect: (bytes: Uint8Array, options: ImageCheckOptions): Promise<InspectedImage> => inspectImage(bytes, options),

  /** A preview of a stored image. @throws ProblemError IMAGE_CORRUPT. */
  preview: (bytes: Uint8Array, how: Pick<PixelReading, 'upright'>, side: PreviewSide): Promise<Buffer> =>
    previewImage(bytes, how, side),

  /** Reads a mask file. @throws ProblemError as `decodeMask`. */
  mask: async (bytes: Uint8Array, options: MaskOptions): Promise<EncodedMask> => {
    const mask = await decodeMask(bytes, options);
    const { width, height } = mask;
    return { width, height, counts: encodeRle(mask), anomalousPixels: countAnomalousPixels(mask) };
  },

  /** Reads an image that was checked when it was stored. @throws ProblemError IMAGE_CORRUPT. */
  read: async (bytes: Uint8Array, { side, shownPixels, ...how }: StoredReading): Promise<ReadImage> => {
    const image = await decodeRgb(bytes, undefined, how);
    const scaled = await resizeRgb(image, { width: side, height: side });
    return { width: image.width, height: image.height, scaled, shown: await shownOf(image, shownPixels) };
  },

  /** A cheaper label from a finer one. @throws ProblemError MASK_RLE_INVALID. */
  derive: async (
    source: LabelContent,
    to: AnnotationKind,
    image: ImageSize,
    derivation: Derivation,
  ): Promise<LabelContent['payload']> => deriveLabel(source, to, image, derivation),

  /** How well a label copies a mask. @throws ProblemError MASK_RLE_INVALID. */
  trialQuality: async (copy: LabelContent, truth: string, size: ImageSize): Promise<TrialQuality> =>
    trialQuality(copy, truth, size),

  /** Which labels blocks of an image have. @throws ProblemError MASK_RLE_INVALID. */
  blockLabels: async (image: ImageWithLabels, settings: BlockSettings): Promise<number[]> =>
    blockLabelsOf(image, settings),

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

async function shownOf(image: RgbImage, mostPixels: number | undefined): Promise<RgbImage | undefined> {
  if (mostPixels === undefined) return undefined;
  const size = fittingSize(image, mostPixels);
  return size.width === image.width ? image : resizeRgb(image, size);
}
