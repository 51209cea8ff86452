import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';

/** What a project may use at most. Null, or no row at all: as much as there is. Whoever adds something locks the row first. */
@Entity('project_quota')
export class ProjectQuotaEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_project_quota' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_project_quota_project' })
  project?: Relation<ProjectEntity>;

  /** A double, as sizes of files are elsewhere. */
  @Column('double precision', { nullable: true })
  bytes: number | null;

  @Column('integer', { nullable: true })
  images: number | null;

  @Column('integer', { name: 'predictions_per_minute', nullable: true })
  predictionsPerMinute: number | null;

  /** Within 30 days. */
  @Column('integer', { name: 'training_minutes', nullable: true })
  trainingMinutes: number | null;
}

/** How many single predictions a project has asked for, in the minute of the last one and in the minute before. */
@Entity('prediction_count')
export class PredictionCountEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_prediction_count' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_prediction_count_project' })
  project?: Relation<ProjectEntity>;

  /** When that minute began. */
  @Column('timestamptz')
  minute: Date;

  @Column('integer')
  count: number;

  /** In the minute before. */
  @Column('integer')
  before: number;
}

/** The time of a training that was deleted: deleting it does not give its minutes back. Kept by a trigger, as long as it counts. */
@Entity('deleted_training')
export class DeletedTrainingEntity {
  @PrimaryColumn('uuid', { name: 'job_id', primaryKeyConstraintName: 'PK_deleted_training' })
  jobId: string;

  @Index('IDX_deleted_training_project')
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_deleted_training_project' })
  project?: Relation<ProjectEntity>;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @Column('timestamptz', { name: 'finished_at' })
  finishedAt: Date;
}
