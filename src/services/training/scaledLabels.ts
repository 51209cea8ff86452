import type { AnnotationKind, BlockPayload, BoxPayload, PixelPayload } from '../../database/entities/index.js';
import { decodeRle, resizeMask } from '../../files/index.js';
import { labelValues, type ScaledLabels } from '../../toolkit/index.js';

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
