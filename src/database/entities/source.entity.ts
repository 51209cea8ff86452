import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Problem } from '../../shared/errors.js';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { DatasetEntity, ProjectEntity } from './dataset.entity.js';
import { JobEntity } from './job.entity.js';

/** From where images come into a data set by themselves. Looked at now and then by one worker. */
@Entity('source')
@Index('IDX_source_due', ['dueAt'], { where: 'paused_at IS NULL' })
export class SourceEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_source' })
  id: string;

  @Index('IDX_source_project')
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_source_project' })
  project?: Relation<ProjectEntity>;

  @Index('IDX_source_dataset')
  @Column('uuid', { name: 'dataset_id' })
  datasetId: string;

  @ManyToOne(() => DatasetEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'dataset_id', foreignKeyConstraintName: 'FK_source_dataset' })
  dataset?: Relation<DatasetEntity>;

  @Column('text')
  name: string;

  /** Name of a plugin of the kind `source`. */
  @Column('text')
  plugin: string;

  /** Checked, with defaults. */
  @Column('jsonb')
  params: Record<string, unknown>;

  @Column('text', { nullable: true })
  secret: string | null;

  /** Of the images that come. */
  @Column('text')
  split: Split;

  @Column('text')
  label: ImageLabel;

  /** Between the end of a look and the next one. */
  @Column('integer', { name: 'every_seconds' })
  everySeconds: number;

  /** When the next look is due; while one runs, when it counts as lost. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** Known to whoever looks at the moment. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** Imports that failed since the last one that did not. */
  @Column('integer', { default: 0 })
  failures: number;

  /** Why no images come at the moment; null while they would. */
  @Column('text', { nullable: true })
  trouble: string | null;

  /** When a look ended well, last. */
  @Column('timestamptz', { name: 'looked_at', nullable: true })
  lookedAt: Date | null;

  /** The import that runs, or that ran last. */
  @Index('IDX_source_job')
  @Column('uuid', { name: 'job_id', nullable: true })
  jobId: string | null;

  @ManyToOne(() => JobEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'FK_source_job' })
  job?: Relation<JobEntity> | null;

  @Column('timestamptz', { name: 'paused_at', nullable: true })
  pausedAt: Date | null;

  /** In words; null unless paused. */
  @Column('text', { name: 'pause_reason', nullable: true })
  pauseReason: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** WAITING: not imported yet; TAKEN: an image of the data set; KNOWN: its bytes were there already; REFUSED: it has a problem. */
export const sourceFileStates = ['WAITING', 'TAKEN', 'KNOWN', 'REFUSED'] as const;
export type SourceFileState = (typeof sourceFileStates)[number];

/** A file that a source has, as it was when it was seen last. */
@Entity('source_file')
@Index('IDX_source_file_number', ['sourceId', 'state', 'number'])
export class SourceFileEntity {
  @PrimaryColumn('uuid', { name: 'source_id', primaryKeyConstraintName: 'PK_source_file' })
  sourceId: string;

  @ManyToOne(() => SourceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'source_id', foreignKeyConstraintName: 'FK_source_file_source' })
  source?: Relation<SourceEntity>;

  /** Path inside the source. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_source_file' })
  key: string;

  /** In the order in which files were seen first, or again when they had changed. */
  @Column('integer', { default: () => `nextval('source_file_number')` })
  number: number;

  @Column('bigint')
  bytes: string;

  @Column('text')
  stamp: string;

  /** Looks in a row that saw these bytes and this stamp, 2 at most: then nobody writes on it. */
  @Column('smallint')
  looks: number;

  @Column('text', { default: 'WAITING' })
  state: SourceFileState;

  /** The import that has it to do. */
  @Index('IDX_source_file_job', { where: 'job_id IS NOT NULL' })
  @Column('uuid', { name: 'job_id', nullable: true })
  jobId: string | null;

  @Column('jsonb', { nullable: true })
  problem: Problem | null;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
