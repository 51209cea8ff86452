import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import type { JobKind } from '../../shared/jobKinds.js';
import type { AnnotationKind } from '../../shared/labels.js';
import { ProjectEntity } from './dataset.entity.js';
import type { JobState } from './job.entity.js';
import type { AlertKind } from './monitoring.entity.js';
import type { FeedbackVerdict } from './prediction-log.entity.js';

/** What can happen in a project. Written by triggers in the transaction of what happened. */
export const changeKinds = [
  ...(['DATASET_CREATED', 'DATASET_DELETED'] as const),
  ...(['IMAGES_ADDED', 'IMAGES_CHANGED', 'IMAGES_DELETED', 'ANNOTATIONS_SAVED'] as const),
  ...(['SNAPSHOT_CREATED', 'SNAPSHOT_DELETED'] as const),
  ...(['JOB_CREATED', 'JOB_CHANGED', 'JOB_ENDED', 'JOB_DELETED'] as const),
  ...(['MODEL_CREATED', 'MODEL_DELETED'] as const),
  ...(['VERSION_CREATED', 'VERSION_CHANGED', 'VERSION_DELETED', 'ALIAS_MOVED'] as const),
  ...(['LABELLING_OPENED', 'LABELLING_CLOSED', 'ANNOTATION_REVIEWED'] as const),
  ...(['FEEDBACK_GIVEN', 'ALERT_OPENED', 'ALERT_CLOSED', 'RETRAINING_PROPOSED'] as const),
  ...(['SINK_CREATED', 'SINK_CHANGED', 'SINK_DELETED'] as const),
  ...(['STATION_CREATED', 'STATION_CHANGED', 'STATION_DELETED'] as const),
  ...(['SOURCE_CREATED', 'SOURCE_CHANGED', 'SOURCE_DELETED'] as const),
  ...(['SWEEP_STARTED', 'SWEEP_ENDED'] as const),
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What a change says beside its ids; ids are UUIDs. */
export interface ChangeDetails {
  datasetId?: string;
  modelId?: string;
  annotationKind?: AnnotationKind;
  jobKind?: JobKind;
  jobState?: JobState;
  alias?: string;
  fromVersion?: number;
  toVersion?: number;
  verdict?: FeedbackVerdict;
  alertKind?: AlertKind;
}

/** Append-only; `seq` counts 1, 2, 3 … per project without gaps, in the order of commits. */
@Entity('project_change')
export class ProjectChangeEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_project_change' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_project_change_project' })
  project?: Relation<ProjectEntity>;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_project_change' })
  seq: number;

  @Column('text')
  kind: ChangeKind;

  /** Of the things it is about, e.g. images that were added at once. */
  @Column('integer')
  count: number;

  /** UUIDs of those things, at most 100. Of annotations: of their images. */
  @Column('uuid', { array: true })
  ids: string[];

  @Column('jsonb', { default: {} })
  details: ChangeDetails;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at: Date;
}

/** The highest number in use of each project. */
@Entity('project_change_head')
export class ProjectChangeHeadEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_project_change_head' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_project_change_head_project' })
  project?: Relation<ProjectEntity>;

  @Column('integer', { name: 'last_seq' })
  lastSeq: number;
}

/** Changes of transactions that are not committed yet: at the commit a trigger numbers them. The table is not logged. */
@Entity('pending_change')
export class PendingChangeEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'PK_pending_change',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  /** Number of the transaction. */
  @Index('IDX_pending_change_transaction')
  @Column('bigint')
  transaction: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('text')
  kind: ChangeKind;

  @Column('integer')
  count: number;

  @Column('uuid', { array: true })
  ids: string[];

  @Column('jsonb', { default: {} })
  details: ChangeDetails;
}
