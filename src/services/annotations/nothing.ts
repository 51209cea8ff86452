import type { AnnotationKind, BlockLabelName } from '../../database/entities/index.js';
import { encodeRuns, type ImageSize } from '../../files/index.js';
import { blockGrid } from './blocks.js';
import type { LabelContent } from './contradictions.js';
import { usualBlockSize } from './derive.js';

/** A label of a kind that marks nothing: what a revision holds that takes a label away. */
export function nothingOf(kind: AnnotationKind, image: ImageSize): LabelContent['payload'] {
  if (kind === 'BOX') return { boxes: [] };
  if (kind === 'PIXEL') return { counts: encodeRuns([image.width * image.height]), anomalousPixels: 0 };
  const blockSize = usualBlockSize(image);
  const { rows, columns } = blockGrid(image, blockSize);
  return { blockSize, rows, columns, labels: Array<BlockLabelName>(rows * columns).fill('NORMAL') };
}
