import { depthRemark, readingDepth, type BlobStore } from '../files/index.js';
import type { PixelProcesses } from '../services/pixel-process/pixelProcesses.js';
import type { ReadImage } from '../services/pixel-process/pixelTasks.js';
import { imageBytes } from '../services/storedFiles.js';
import type { RgbImage } from '../shared/images.js';

/** A stored image, and how it is to be read. */
export interface StoredImage {
  /** Blob of its bytes. */
  sha256: string;
  filename: string;
  upright: boolean;
  /** Bits that its values use; null when they are not known. */
  sampleBits: number | null;
}

/** What says how a model reads images. */
export interface ModelInput {
  sampleBits: number | null;
  settings: { imageSize: number };
}

/** Where the pixels of stored images come from. */
export interface PixelSource {
  blobs: Pick<BlobStore, 'read'>;
  pixels: Pick<PixelProcesses, 'run'>;
}

/**
 * A stored image as a model reads it, stretched to its square; decoded in a process of its own.
 * @param shownPixels at most of a picture to be shown beside it; none is made when left out.
 * @throws ProblemError IMAGE_MISSING, IMAGE_CORRUPT, and IMAGE_TOO_LARGE where it takes too much memory or time, naming the image.
 */
export async function readImage(
  { blobs, pixels }: PixelSource,
  image: StoredImage,
  { sampleBits, settings }: ModelInput,
  shownPixels?: number,
): Promise<ReadImage> {
  const depth = readingDepth(sampleBits, image.sampleBits);
  const { filename: item, upright } = image;
  const how = { item, upright, depth, side: settings.imageSize, shownPixels };
  return pixels.run('read', [await imageBytes(blobs, image), how], { item });
}

/** The square alone. @throws ProblemError as {@link readImage}. */
export async function loadScaled(source: PixelSource, image: StoredImage, model: ModelInput): Promise<RgbImage> {
  return (await readImage(source, image, model)).scaled;
}

/** What to tell about an image of another depth than the model's training. */
export function depthWarnings({ sampleBits: trained }: Pick<ModelInput, 'sampleBits'>, own: number | null): string[] {
  const remark = depthRemark(trained, own);
  return remark === undefined ? [] : [remark];
}
