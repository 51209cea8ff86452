import type { EntityManager } from 'typeorm';
import {
  AnnotationEntity,
  ImageEntity,
  SnapshotImageEntity,
  type AnnotationKind,
} from '../../database/entities/index.js';
import type { BlockLabelling } from '../../plugin-api/index.js';
import { labelValues, tokenLabels } from '../../toolkit/index.js';
import { scaledLabels, type ImageWithLabels } from './scaledLabels.js';

/** The anomalous training images of a snapshot that have labels of one kind. */
export async function labelledImages(
  manager: EntityManager,
  snapshotId: string,
  kind: AnnotationKind,
): Promise<ImageWithLabels[]> {
  return manager
    .createQueryBuilder(SnapshotImageEntity, 'item')
    .innerJoin(ImageEntity, 'image', 'image.id = item.image_id')
    .innerJoin(
      AnnotationEntity,
      'annotation',
      'annotation.image_id = item.image_id AND annotation.id = ANY(item.annotation_ids) AND annotation.kind = :kind',
      { kind },
    )
    .where({ snapshotId, split: 'TRAIN', label: 'ANOMALOUS' })
    .select([
      'annotation.kind AS kind',
      'image.width AS width',
      'image.height AS height',
      'annotation.payload AS payload',
    ])
    .getRawMany<ImageWithLabels>();
}

/**
 * Why the labels of all these images together teach nothing: no block that is surely a defect (Eq. 14); of boxes, none that is
 * surely normal outside them or none that may be a defect inside (Eq. 15). Undefined when some image has such a block.
 */
export function uselessLabels(
  images: readonly ImageWithLabels[],
  imageSize: number,
  blocks: BlockLabelling,
): string | undefined {
  const { kind } = images[0]!;
  const { side, anomalousBlockThreshold, unknownBlockThreshold } = blocks;
  const present = new Set(
    images.flatMap((image) => [...tokenLabels(scaledLabels(image, imageSize), { imageSize, ...blocks }, side)]),
  );
  const block = `block of ${side} x ${side} pixels (of ${imageSize} x ${imageSize})`;
  const found = `${images.length} anomalous training images with ${kind} labels`;
  if (kind !== 'BOX') {
    if (present.has(labelValues.ANOMALOUS)) return undefined;
    return `${found}, but no ${block} that is ANOMALOUS by anomalousBlockThreshold ${anomalousBlockThreshold}`;
  }
  if (!present.has(labelValues.NORMAL)) {
    return `${found}, but no normal blocks outside boxes: draw boxes tightly around the defects`;
  }
  if (present.has(labelValues.UNKNOWN)) return undefined;
  return `${found}, but no ${block} that a box covers by unknownBlockThreshold ${unknownBlockThreshold}: the boxes are too small for this imageSize`;
}
