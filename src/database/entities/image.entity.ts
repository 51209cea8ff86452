import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { DatasetEntity } from './dataset.entity.js';

/** One image of a data set; its bytes are the blob `sha256`. */
@Entity('image')
@Index(['datasetId', 'filename'], { unique: true })
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

  @Column('integer')
  width: number;

  @Column('integer')
  height: number;

  @Column('text')
  split: Split;

  @Column('text')
  label: ImageLabel;

  @Column('text', { name: 'defect_type', nullable: true })
  defectType: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
