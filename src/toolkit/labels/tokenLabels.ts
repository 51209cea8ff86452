import type { BinaryMask, BlockGrid, Box } from '../../shared/images.js';
import type { TrainingSettings } from '../../shared/training.js';
import { blockLabelsFromBoxes, blockLabelsFromMask } from './blockLabels.js';
import type { BlockLabelParams } from './blockLabelParams.js';
import { regridBlocks } from './regridBlocks.js';

/** Labels of one image, of one kind, in pixels of the image scaled to `imageSize` x `imageSize`. */
export type ScaledLabels = { mask: BinaryMask } | { blocks: BlockGrid } | { boxes: readonly Box[] };

/** The settings and parameters that turn labels of an image into labels of tokens. */
export type LabelSettings = Pick<TrainingSettings, 'imageSize'> & BlockLabelParams;

/**
 * The label of every token: by Eq. 14 from a mask or from blocks, by Eq. 15 from boxes.
 * @param side of a token, pixels of the scaled image.
 * @returns row-major, values of `labelValues`.
 */
export function tokenLabels(labels: ScaledLabels, settings: LabelSettings, side: number): Int8Array {
  const { imageSize, anomalousBlockThreshold: anomalous, normalBlockThreshold: normal } = settings;
  const unknown = settings.unknownBlockThreshold;
  const size = { width: imageSize, height: imageSize };
  const token = { width: side, height: side };
  if ('mask' in labels) return blockLabelsFromMask(labels.mask, token, { anomalous, normal }).labels;
  if ('blocks' in labels) return regridBlocks(labels.blocks, size, token, { anomalous, normal, unknown }).labels;
  return blockLabelsFromBoxes(size, labels.boxes, token, unknown).labels;
}
