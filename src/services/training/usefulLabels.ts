import type { EntityManager } from 'typeorm';
import {
  AnnotationEntity,
  ImageEntity,
  SnapshotImageEntity,
  type AnnotationKind,
} from '../../database/entities/index.js';
import { labelValues } from '../../toolkit/index.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';
import type { BlockSettings, ImageWithLabels } from './scaledLabels.js';

/** The anomalous training images of a snapshot that have labels of one kind. */
export async function labelledImages(
  manager: EntityManager,
  snapshotId: string,
  kind: AnnotationKind,
): Promise<ImageWithLabels[]> {
  return manager
    .createQueryBuilder(SnapshotImageEntity, 'item')
    .innerJoin(ImageEntity, 'image', 'image.id = item.image_id AND image.erased_at IS NULL')
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
export async function uselessLabels(
  pixels: PixelProcesses,
  images: readonly ImageWithLabels[],
  settings: BlockSettings,
): Promise<string | undefined> {
  const { kind } = images[0]!;
  const { side, imageSize, anomalousBlockThreshold, unknownBlockThreshold } = settings;
  const needed = kind === 'BOX' ? [labelValues.NORMAL, labelValues.UNKNOWN] : [labelValues.ANOMALOUS];
  const present = await presentLabels(pixels, images, settings, needed);
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

/** Labels of blocks, image by image until there are all that are needed. */
async function presentLabels(
  pixels: PixelProcesses,
  images: readonly ImageWithLabels[],
  settings: BlockSettings,
  needed: readonly number[],
): Promise<Set<number>> {
  const present = new Set<number>();
  for (const image of images) {
    for (const label of await pixels.run('blockLabels', [image, settings])) present.add(label);
    if (needed.every((label) => present.has(label))) break;
  }
  return present;
}
