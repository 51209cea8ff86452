import { decodeRgb, decodeRle, resizeMask, type BlobStore } from '../files/index.js';
import type { TrainingImage } from '../plugin-api/index.js';
import type { BoxPayload, PixelPayload, SnapshotImage } from '../services/index.js';
import type { BinaryMask, RgbImage } from '../shared/images.js';

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

/** An image as a detector's training sees it. */
export function trainingImage(blobs: BlobStore, image: SnapshotImage, size: number): TrainingImage {
  const boxes = image.annotations.BOX?.payload as BoxPayload | undefined;
  const [scaleX, scaleY] = [size / image.width, size / image.height];
  return {
    id: image.id,
    filename: image.filename,
    load: () => loadScaled(blobs, image, size),
    ...(image.annotations.PIXEL && {
      loadMask: () => Promise.resolve(resizeMask(pixelMask(image)!, { width: size, height: size })),
    }),
    ...(boxes && {
      boxes: boxes.boxes.map((box) => ({
        ...box,
        x: box.x * scaleX,
        y: box.y * scaleY,
        width: box.width * scaleX,
        height: box.height * scaleY,
      })),
    }),
  };
}
