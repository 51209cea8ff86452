import { decodeRgb, decodeRle, type BlobStore } from '../../files/index.js';
import type { TrainingImage } from '../../plugin-api/index.js';
import {
  scaledLabels,
  type AnnotationKind,
  type ImageWithLabels,
  type PixelPayload,
  type SnapshotImage,
} from '../../services/index.js';
import type { BinaryMask, RgbImage } from '../../shared/images.js';

/** Decodes an image scaled to a square. */
export async function loadScaled(
  blobs: BlobStore,
  image: Pick<SnapshotImage, 'sha256' | 'filename'>,
  size: number,
): Promise<RgbImage> {
  return decodeRgb(await blobs.read(image.sha256), { width: size, height: size }, { item: image.filename });
}

/** The pixel mask of an image at its own size; undefined when the snapshot holds none. */
export function pixelMask({ annotations, width, height }: SnapshotImage): BinaryMask | undefined {
  const payload = annotations.PIXEL?.payload as PixelPayload | undefined;
  return payload && decodeRle(payload.counts, { width, height });
}

/**
 * An image as a detector's training sees it.
 * @param kind of the labels that the run reads; null for none.
 */
export function trainingImage(
  blobs: BlobStore,
  image: SnapshotImage,
  size: number,
  kind: AnnotationKind | null,
): TrainingImage {
  const { id, filename, width, height } = image;
  const payload = kind && image.annotations[kind]?.payload;
  return {
    id,
    filename,
    load: () => loadScaled(blobs, image, size),
    ...(payload && labelsOf({ kind, width, height, payload }, size)),
  };
}

/** Masks are decoded when they are asked for. */
function labelsOf(labelled: ImageWithLabels, size: number): Partial<TrainingImage> {
  if (labelled.kind !== 'PIXEL') return scaledLabels(labelled, size) as Partial<TrainingImage>;
  return { loadMask: () => Promise.resolve((scaledLabels(labelled, size) as { mask: BinaryMask }).mask) };
}
