import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { DatasetEntity } from './dataset.entity.js';
import type { FeedbackVerdict } from './prediction-log.entity.js';

/** A logged prediction that became an image. It says all of it: the log is not kept for ever. */
export interface ImageOrigin {
  /** UUIDs; the version's is null when it had been deleted. */
  predictionId: string;
  modelVersionId: string | null;
  model: string;
  version: number;
  anomalyScore: number;
  isAnomalous: boolean;
  verdict: FeedbackVerdict | null;
  station: string | null;
  partId: string | null;
  /** When it was predicted, ISO 8601. */
  at: string;
}

/** One image of a data set; its bytes are the blob `sha256`. */
@Entity('image')
@Index('IDX_image_name', ['datasetId', 'filename'], { unique: true, where: '"removed_at" IS NULL' })
@Index(['datasetId', 'id'])
@Index('IDX_image_erased', ['id'], { where: 'erased_at IS NOT NULL' })
export class ImageEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dataset_id' })
  datasetId: string;

  @ManyToOne(() => DatasetEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'dataset_id' })
  dataset?: Relation<DatasetEntity>;

  /** Path inside the data set with forward slashes, e.g. `test/scratch/004.png`. */
  @Column('text')
  filename: string;

  @Index()
  @Column('text')
  sha256: string;

  /** Size of the file. */
  @Column('integer')
  bytes: number;

  /** Blob of a small picture of it for lists; null until somebody asks for that of an image from before previews. */
  @Column('text', { name: 'preview_sha256', nullable: true })
  previewSha256: string | null;

  /** Blobs of larger pictures of it, of 1024 and 2048 pixels at most; null until somebody asks for them. */
  @Column('text', { name: 'preview_1024_sha256', nullable: true })
  preview1024Sha256: string | null;

  @Column('text', { name: 'preview_2048_sha256', nullable: true })
  preview2048Sha256: string | null;

  /** Of the picture as it is read, see `upright`. */
  @Column('integer')
  width: number;

  @Column('integer')
  height: number;

  /** Whether it is read by its EXIF orientation. Not so for images from before that: their labels were drawn on the stored pixels. */
  @Column('boolean', { default: true })
  upright: boolean;

  /** Bits that its values use, see `ImageFacts`; null for images from before this was looked at. */
  @Column('smallint', { name: 'sample_bits', nullable: true })
  sampleBits: number | null;

  @Column('text')
  split: Split;

  @Column('text')
  label: ImageLabel;

  @Column('text', { name: 'defect_type', nullable: true })
  defectType: string | null;

  /** The logged prediction it was made of; null for any other. */
  @Column('jsonb', { nullable: true })
  origin: ImageOrigin | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** When it was taken out of its data set; snapshots that hold it keep it. */
  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt: Date | null;

  /** When its bytes were taken away for good: this row is what a snapshot keeps of it, without its name. */
  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt: Date | null;
}
