import type { AnnotationKind, BlockPayload, BoxPayload, PixelPayload } from '../../database/entities/index.js';
import { decodeRle, resizeMask } from '../../files/index.js';
import type { BlockLabelling } from '../../plugin-api/index.js';
// One by one: the door of the toolkit opens TensorFlow.js, for which a pixel process has no use.
import { labelValues } from '../../toolkit/labels/blockLabels.js';
import { tokenLabels, type ScaledLabels } from '../../toolkit/labels/tokenLabels.js';

/** An image's size, and its labels of one kind. */
export interface ImageWithLabels {
  kind: AnnotationKind;
  width: number;
  height: number;
  payload: PixelPayload | BlockPayload | BoxPayload;
}

/** Labels in pixels of the image scaled to a square of `imageSize` pixels; a mask by nearest neighbour. */
export function scaledLabels({ kind, width, height, payload }: ImageWithLabels, imageSize: number): ScaledLabels {
  const [scaleX, scaleY] = [imageSize / width, imageSize / height];
  if (kind === 'PIXEL') {
    const mask = decodeRle((payload as PixelPayload).counts, { width, height });
    return { mask: resizeMask(mask, { width: imageSize, height: imageSize }) };
  }
  if (kind === 'BLOCK') {
    const { blockSize, rows, columns, labels } = payload as BlockPayload;
    const values = Int8Array.from(labels, (label) => labelValues[label]);
    const [blockWidth, blockHeight] = [blockSize * scaleX, blockSize * scaleY];
    return { blocks: { rows, columns, blockWidth, blockHeight, labels: values } };
  }
  const boxes = (payload as BoxPayload).boxes.map((box) => ({
    ...box,
    x: box.x * scaleX,
    y: box.y * scaleY,
    width: box.width * scaleX,
    height: box.height * scaleY,
  }));
  return { boxes };
}

/** How a detector sees labels as blocks of a square image. */
export type BlockSettings = BlockLabelling & { imageSize: number };

/** Which labels the blocks of an image have; values of `labelValues`. */
export function blockLabelsOf(image: ImageWithLabels, settings: BlockSettings): number[] {
  return [...new Set(tokenLabels(scaledLabels(image, settings.imageSize), settings, settings.side))];
}
