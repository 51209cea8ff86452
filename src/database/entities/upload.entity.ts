import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DatasetEntity, ProjectEntity } from './dataset.entity.js';

/** A place for bytes announced by `createUpload`. */
@Entity('upload')
export class UploadEntity {
  /** UUID version 4: the address of the PUT must not be guessable. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  filename: string;

  /** Announced size. */
  @Column('bigint', { transformer: { to: (value: number) => value, from: (value: string) => Number(value) } })
  bytes: number;

  @Column('text')
  sha256: string;

  @Column('text', { name: 'content_type' })
  contentType: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  /** When the bytes had arrived and were verified; null before. */
  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt: Date | null;

  @Index('IDX_upload_project')
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_upload_project' })
  project?: Relation<ProjectEntity>;

  /** Who announced it, and alone may send it; null for uploads of earlier releases. */
  @Column('uuid', { name: 'principal_id', nullable: true })
  principalId: string | null;

  /** The data set it was announced for or first used in; it cannot be used in another one. Null until then. */
  @Index()
  @Column('uuid', { name: 'dataset_id', nullable: true })
  datasetId: string | null;

  @ManyToOne(() => DatasetEntity, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'dataset_id' })
  dataset?: Relation<DatasetEntity>;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
