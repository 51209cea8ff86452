import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { DatasetEntity } from './dataset.entity.js';

/** One image of a data set; its bytes are the blob `sha256`. */
@Entity('image')
@Index('IDX_image_name', ['datasetId', 'filename'], { unique: true, where: '"removed_at" IS NULL' })
@Index(['datasetId', 'id'])
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

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** When it was taken out of its data set; snapshots that hold it keep it. */
  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt: Date | null;
}
