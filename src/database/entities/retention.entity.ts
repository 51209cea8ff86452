import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';

/** Days that a project keeps what its jobs leave, from the end of the job; null, as without a row: for ever. */
@Entity('retention_policy')
export class RetentionPolicyEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_retention_policy' })
  projectId: string;

  @OneToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_retention_policy_project' })
  project?: Relation<ProjectEntity>;

  /** Since they were announced. Images that were made of them stay. */
  @Column('integer', { name: 'upload_days', nullable: true })
  uploadDays: number | null;

  /** Of data sets and model versions. */
  @Column('integer', { name: 'export_days', nullable: true })
  exportDays: number | null;

  /** Of data sets, with their maps. */
  @Column('integer', { name: 'prediction_days', nullable: true })
  predictionDays: number | null;

  /** Of trainings that have failed or were cancelled. */
  @Column('integer', { name: 'checkpoint_days', nullable: true })
  checkpointDays: number | null;
}

/** What the last collection of files removed; one row. */
@Entity('collection_report')
export class CollectionReportEntity {
  /** Always 1. */
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'PK_collection_report' })
  id: number;

  /** When it ended. */
  @Column('timestamptz')
  at: Date;

  /** It removed what was stored before. */
  @Column('timestamptz')
  before: Date;

  @Column('double precision')
  seconds: number;

  /** Old uploads that were forgotten. */
  @Column('integer')
  uploads: number;

  @Column('integer')
  files: number;

  @Column('double precision')
  bytes: number;
}
