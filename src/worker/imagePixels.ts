import { decodeRgb, depthRemark, readingDepth, resizeRgb, type BlobStore } from '../files/index.js';
import { imageBytes } from '../services/imageBytes.js';
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

/**
 * The pixels of a stored image as a model reads them, at the image's own size.
 * @throws ProblemError IMAGE_MISSING, IMAGE_CORRUPT, naming the image.
 */
export async function loadImage(
  blobs: Pick<BlobStore, 'read'>,
  image: StoredImage,
  { sampleBits }: Pick<ModelInput, 'sampleBits'>,
): Promise<RgbImage> {
  const depth = readingDepth(sampleBits, image.sampleBits);
  const { filename: item, upright } = image;
  return decodeRgb(await imageBytes(blobs, image), undefined, { item, upright, depth });
}

/** The same stretched to the square that the model works on. */
export async function loadScaled(
  blobs: Pick<BlobStore, 'read'>,
  image: StoredImage,
  model: ModelInput,
): Promise<RgbImage> {
  const { imageSize } = model.settings;
  return resizeRgb(await loadImage(blobs, image, model), { width: imageSize, height: imageSize });
}

/** What to tell about an image of another depth than the model's training. */
export function depthWarnings({ sampleBits: trained }: Pick<ModelInput, 'sampleBits'>, own: number | null): string[] {
  const remark = depthRemark(trained, own);
  return remark === undefined ? [] : [remark];
}
