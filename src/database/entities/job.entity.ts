import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Problem } from '../../shared/errors.js';
import type { NeededDevice } from '../../shared/devices.js';
import { ProjectEntity } from './dataset.entity.js';
import { jobKinds, type JobKind } from '../../shared/jobKinds.js';

export { jobKinds, type JobKind };

export const jobStates = ['QUEUED', 'RUNNING', 'RETRYING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type JobState = (typeof jobStates)[number];

/** States after which nothing changes any more. */
export const terminalJobStates: readonly JobState[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/** What all long work has in common. A row of the kind's own table shares the id. */
@Entity('job')
@Index(['kind', 'state'])
@Index('IDX_job_project', ['projectId', 'id'])
@Index('IDX_job_idempotency_key', ['projectId', 'idempotencyKey'], {
  unique: true,
  where: 'idempotency_key IS NOT NULL',
})
export class JobEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** Of what it is about. */
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_job_project' })
  project?: Relation<ProjectEntity>;

  @Column('text')
  kind: JobKind;

  @Column('text')
  state: JobState;

  /** 0 to 1. */
  @Column('double precision', { default: 0 })
  progress: number;

  /** 0 before the first attempt. */
  @Column('integer', { default: 0 })
  attempt: number;

  /** Highest `seq` of its events. */
  @Column('integer', { name: 'last_seq', default: 0 })
  lastSeq: number;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt: Date | null;

  @Column('jsonb', { nullable: true })
  failure: Problem | null;

  /** Chosen by the caller: within a project the same key gives the same job. */
  @Column('text', { name: 'idempotency_key', nullable: true })
  idempotencyKey: string | null;

  /** sha256 of the input that came with the key. */
  @Column('text', { name: 'input_digest', nullable: true })
  inputDigest: string | null;

  /** Higher ones are taken first; among equal ones the oldest. */
  @Column('integer', { default: 0 })
  priority: number;

  /** Only workers that compute on it take the job. */
  @Column('text', { default: 'ANY' })
  device: NeededDevice;

  /** Attempts that ended without a result: their worker died or met an unexpected error. */
  @Column('integer', { name: 'lost_attempts', default: 0 })
  lostAttempts: number;

  /** A GPU failed in an attempt: those that follow compute on the processor, whoever takes them. */
  @Column('boolean', { name: 'gpu_failed', default: false })
  gpuFailed: boolean;

  /** Known to the current attempt alone; null when there is none. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** In the database's clock; renewed while the worker of the current attempt lives. */
  @Column('timestamptz', { name: 'lease_expires_at', nullable: true })
  leaseExpiresAt: Date | null;

  /** The batch of events that was stored last. */
  @Column('uuid', { name: 'last_append', nullable: true })
  lastAppend: string | null;

  /** `traceparent` of the request that asked for it. */
  @Column('text', { name: 'trace_parent', nullable: true })
  traceParent: string | null;

  /** Machine and process of the current or last attempt. */
  @Column('text', { name: 'lease_holder', nullable: true })
  leaseHolder: string | null;

  /** The ended job that this one does again, from its last checkpoint. */
  @Index('IDX_job_retry_of', { unique: true, where: 'retry_of IS NOT NULL' })
  @Column('uuid', { name: 'retry_of', nullable: true })
  retryOf: string | null;

  @ManyToOne(() => JobEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'retry_of', foreignKeyConstraintName: 'FK_job_retry_of' })
  retriedJob?: Relation<JobEntity> | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

export type JobEventType = 'STATE_CHANGED' | 'METRICS_REPORTED' | 'LOG_WRITTEN' | 'CHECKPOINT_SAVED';

export interface StateChangedPayload {
  state: JobState;
}
export interface MetricsReportedPayload {
  stage: string;
  step: number;
  totalSteps: number;
  metrics: { name: string; value: number }[];
  secondsPerStep: number | null;
  etaSeconds: number | null;
}
export interface LogWrittenPayload {
  level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  message: string;
}
export interface CheckpointSavedPayload {
  step: number;
}
export type JobEventPayload = StateChangedPayload | MetricsReportedPayload | LogWrittenPayload | CheckpointSavedPayload;

/** Append-only; `seq` counts 1, 2, 3 … per job without gaps. A job ends once. */
@Entity('job_event')
@Index('IDX_job_event_end', ['jobId'], {
  unique: true,
  where: "type = 'STATE_CHANGED' AND payload->>'state' IN ('COMPLETED', 'FAILED', 'CANCELLED')",
})
export class JobEventEntity {
  @PrimaryColumn('uuid', { name: 'job_id' })
  jobId: string;

  @ManyToOne(() => JobEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id' })
  job?: Relation<JobEntity>;

  @PrimaryColumn('integer')
  seq: number;

  @Column('integer')
  attempt: number;

  @Column('text')
  type: JobEventType;

  @Column('jsonb')
  payload: JobEventPayload;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at: Date;
}
