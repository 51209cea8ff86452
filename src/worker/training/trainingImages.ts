import { decodeRle } from '../../files/index.js';
import type { TrainingImage } from '../../plugin-api/index.js';
import type { AnnotationKind, PixelPayload } from '../../services/records.js';
import type { SnapshotImage } from '../../services/snapshot-images.service.js';
import { type ImageWithLabels, scaledLabels } from '../../services/training/scaledLabels.js';
import type { BinaryMask } from '../../shared/images.js';
import { loadScaled, type ModelInput, type PixelSource } from '../imagePixels.js';

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
  source: PixelSource,
  image: SnapshotImage,
  model: ModelInput,
  kind: AnnotationKind | null,
): TrainingImage {
  const { id, filename, width, height } = image;
  const payload = kind && image.annotations[kind]?.payload;
  return {
    id,
    filename,
    load: () => loadScaled(source, image, model),
    ...(payload && labelsOf({ kind, width, height, payload }, model.settings.imageSize)),
  };
}

/** Masks are decoded when they are asked for. */
function labelsOf(labelled: ImageWithLabels, size: number): Partial<TrainingImage> {
  if (labelled.kind !== 'PIXEL') return scaledLabels(labelled, size) as Partial<TrainingImage>;
  return { loadMask: () => Promise.resolve((scaledLabels(labelled, size) as { mask: BinaryMask }).mask) };
}
