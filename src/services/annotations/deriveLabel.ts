import type {
  AnnotationKind,
  BlockLabelName,
  BlockPayload,
  BoxPayload,
  Derivation,
  PixelPayload,
} from '../../database/entities/index.js';
import { decodeRle, type ImageSize } from '../../files/index.js';
// One by one: the door of the toolkit opens TensorFlow.js, for which a pixel process has no use.
import {
  blockLabelsFromBoxes,
  blockLabelsFromMask,
  labelValues,
  type BlockLabels,
} from '../../toolkit/labels/blockLabels.js';
import { boxesFromMask } from '../../toolkit/labels/boxesFromMask.js';
import type { LabelContent } from './contradictions.js';

/**
 * A cheaper label from a finer one: blocks from a mask (Eq. 14), blocks from boxes (Eq. 15), or the bounding box of each
 * 8-connected region of a mask.
 */
export function deriveLabel(
  source: LabelContent,
  to: AnnotationKind,
  image: ImageSize,
  derivation: Derivation,
): LabelContent['payload'] {
  const { blockSize = 1, anomalousThreshold = 0, normalThreshold = 0, unknownThreshold = 0 } = derivation;
  const block = { width: blockSize, height: blockSize };
  if (source.kind === 'BOX') {
    const { boxes } = source.payload as BoxPayload;
    return blockPayload(blockLabelsFromBoxes(image, boxes, block, unknownThreshold), blockSize);
  }
  const mask = decodeRle((source.payload as PixelPayload).counts, image);
  if (to === 'BOX') return { boxes: boxesFromMask(mask) };
  const shares = { anomalous: anomalousThreshold, normal: normalThreshold };
  return blockPayload(blockLabelsFromMask(mask, block, shares), blockSize);
}

const labelNames = new Map(
  Object.entries(labelValues).map(([name, value]) => [value as number, name as BlockLabelName]),
);

function blockPayload({ rows, columns, labels }: BlockLabels, blockSize: number): BlockPayload {
  return { blockSize, rows, columns, labels: Array.from(labels, (value) => labelNames.get(value)!) };
}
