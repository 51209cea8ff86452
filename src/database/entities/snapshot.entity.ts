import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DatasetEntity } from './dataset.entity.js';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { ImageEntity } from './image.entity.js';

export interface DatasetCounts {
  images: number;
  normal: number;
  anomalous: number;
  unlabelled: number;
  train: number;
  validation: number;
  test: number;
}

/** Immutable: images, splits, labels and annotation revisions as they were. */
@Entity('snapshot')
export class SnapshotEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Index()
  @Column('uuid', { name: 'dataset_id' })
  datasetId: string;

  @ManyToOne(() => DatasetEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'dataset_id' })
  dataset?: Relation<DatasetEntity>;

  @Column('text', { nullable: true })
  tag: string | null;

  /** sha256 over the sorted content (filename, sha256, split, label, defect type, annotations): equal content, equal digest. */
  @Column('text')
  digest: string;

  @Column('jsonb')
  counts: DatasetCounts;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

@Entity('snapshot_image')
export class SnapshotImageEntity {
  @PrimaryColumn('uuid', { name: 'snapshot_id' })
  snapshotId: string;

  @ManyToOne(() => SnapshotEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'snapshot_id' })
  snapshot?: Relation<SnapshotEntity>;

  @Index()
  @PrimaryColumn('uuid', { name: 'image_id' })
  imageId: string;

  @ManyToOne(() => ImageEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'image_id' })
  image?: Relation<ImageEntity>;

  @Column('text')
  split: Split;

  @Column('text')
  label: ImageLabel;

  @Column('text', { name: 'defect_type', nullable: true })
  defectType: string | null;

  /** Newest annotation of each kind when the snapshot was taken. */
  @Column('uuid', { name: 'annotation_ids', array: true })
  annotationIds: string[];
}
