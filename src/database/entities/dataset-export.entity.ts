import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { JobOwnedEntity } from './job-owned.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';

@Entity('dataset_export')
export class DatasetExportEntity extends JobOwnedEntity {
  @Index()
  @Column('uuid', { name: 'snapshot_id' })
  snapshotId: string;

  @ManyToOne(() => SnapshotEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'snapshot_id' })
  snapshot?: Relation<SnapshotEntity>;

  @Column('text')
  format: string;

  /** Images in the zip. */
  @Column('integer', { default: 0 })
  images: number;

  /** Images the format has no place for. */
  @Column('integer', { name: 'images_left_out', default: 0 })
  imagesLeftOut: number;

  /** Blob of the zip; null until the job is complete. */
  @Column('text', { name: 'artifact_sha256', nullable: true })
  artifactSha256: string | null;

  /** Its size. A double: sizes beyond 2 GB do not fit an integer, and a bigint would arrive as text. */
  @Column('double precision', { name: 'artifact_bytes', nullable: true })
  artifactBytes: number | null;
}
