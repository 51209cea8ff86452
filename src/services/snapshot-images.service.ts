import { IsNull, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import {
  SnapshotEntity,
  AnnotationEntity,
  type ImageEntity,
  SnapshotImageEntity,
  type AnnotationKind,
  type ImageLabel,
  type Split,
} from '../database/entities/index.js';
import { liesIn } from './scoped.js';

/** An image as a snapshot froze it. */
export interface SnapshotImage {
  id: string;
  filename: string;
  /** Blob of its bytes. */
  sha256: string;
  width: number;
  height: number;
  upright: boolean;
  sampleBits: number | null;
  label: ImageLabel;
  defectType: string | null;
  /** The revision of each kind that the snapshot holds. */
  annotations: Partial<Record<AnnotationKind, AnnotationEntity>>;
}

/** Every condition given must hold. */
export interface SnapshotImageFilter {
  split?: Split | null | undefined;
  label?: ImageLabel | null | undefined;
}

/** Reads what workers need of a snapshot. */
export class SnapshotImagesService {
  constructor(private readonly dataSource: DataSource) {}

  /** All images of a snapshot that were not erased since, or those of a split or with a label, with their annotations, by filename. */
  async find(scope: AccessScope, snapshotId: string, { split, label }: SnapshotImageFilter): Promise<SnapshotImage[]> {
    const manager = this.dataSource.manager;
    if (!(await liesIn(scope, manager, SnapshotEntity, snapshotId))) return [];
    const where = { snapshotId, ...(split && { split }), ...(label && { label }), image: { erasedAt: IsNull() } };
    const items = await manager.find(SnapshotImageEntity, { where, relations: { image: true } });
    const frozen = manager
      .createQueryBuilder(AnnotationEntity, 'annotation')
      .innerJoin(
        SnapshotImageEntity,
        'item',
        'item.image_id = annotation.image_id AND annotation.id = ANY(item.annotation_ids)',
      )
      .where('item.snapshot_id = :snapshotId', { snapshotId });
    if (split) frozen.andWhere('item.split = :split', { split });
    if (label) frozen.andWhere('item.label = :label', { label });
    const annotations = await frozen.getMany();
    const byImage = new Map<string, AnnotationEntity[]>();
    for (const annotation of annotations)
      byImage.set(annotation.imageId, [...(byImage.get(annotation.imageId) ?? []), annotation]);
    return items
      .map(({ image, label, defectType }) => snapshotImage(image!, label, defectType, byImage.get(image!.id) ?? []))
      .sort((a, b) => (a.filename < b.filename ? -1 : 1));
  }
}

function snapshotImage(
  { id, filename, sha256, width, height, upright, sampleBits }: ImageEntity,
  label: ImageLabel,
  defectType: string | null,
  annotations: readonly AnnotationEntity[],
): SnapshotImage {
  const byKind = Object.fromEntries(annotations.map((annotation) => [annotation.kind, annotation]));
  return { id, filename, sha256, width, height, upright, sampleBits, label, defectType, annotations: byKind };
}
