import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AnnotationKind } from '../../shared/labels.js';
import type { Supervision } from '../../shared/training.js';
import { ProjectEntity } from './dataset.entity.js';
import { JobEntity } from './job.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';

/** What trials are judged by, on the validation split. */
export const sweepMetrics = ['IMAGE_AUROC', 'IMAGE_AP', 'PIXEL_AP', 'PRO'] as const;
export type SweepMetric = (typeof sweepMetrics)[number];

export const sweepStates = ['RUNNING', 'COMPLETED', 'CANCELLED'] as const;
export type SweepState = (typeof sweepStates)[number];

/** Why a sweep is over. */
export const sweepEnds = ['ALL_TRIED', 'BUDGET', 'CANCELLED'] as const;
export type SweepEnd = (typeof sweepEnds)[number];

/** One way of training that a sweep tries. */
export interface SweepCandidateRecord {
  /** With the parameters that stay as they were given. */
  detector: { id: string; params?: Readonly<Record<string, unknown>> | null | undefined };
  supervision: Supervision;
  /** Labels that it reads; null for those that the supervision reads by itself. */
  labels: AnnotationKind | null;
  /** Parameters of the detector that it changes, by dotted name. */
  changes: Record<string, unknown>;
}

/** A search for a better method or better parameters of one. Its trials are ordinary trainings and evaluations, one at a time. */
@Entity('sweep')
@Index('IDX_sweep_project', ['projectId', 'id'])
@Index('IDX_sweep_running', ['id'], { where: "state = 'RUNNING'" })
export class SweepEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_sweep' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_sweep_project' })
  project?: Relation<ProjectEntity>;

  @Column('uuid', { name: 'snapshot_id' })
  snapshotId: string;

  @ManyToOne(() => SnapshotEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'snapshot_id', foreignKeyConstraintName: 'FK_sweep_snapshot' })
  snapshot?: Relation<SnapshotEntity>;

  /** Of the model that gets the versions of the trials. */
  @Column('text', { name: 'model_name' })
  modelName: string;

  /** What all trials have in common: a training without what a candidate says, snapshot, name and seed. */
  @Column('jsonb')
  choice: Record<string, unknown>;

  /** What is tried; the others are compared with the first. */
  @Column('jsonb')
  candidates: SweepCandidateRecord[];

  @Column('integer', { array: true })
  seeds: number[];

  @Column('text')
  metric: SweepMetric;

  @Column('integer', { name: 'budget_minutes' })
  budgetMinutes: number;

  @Column('text')
  state: SweepState;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: SweepEnd | null;

  @Column('text', { nullable: true })
  author: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}

export const trialStates = ['WAITING', 'TRAINING', 'EVALUATING', 'DONE', 'FAILED', 'SKIPPED'] as const;
export type TrialState = (typeof trialStates)[number];

/** One candidate with one seed. */
@Entity('sweep_trial')
export class SweepTrialEntity {
  @PrimaryColumn('uuid', { name: 'sweep_id', primaryKeyConstraintName: 'PK_sweep_trial' })
  sweepId: string;

  @ManyToOne(() => SweepEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'sweep_id', foreignKeyConstraintName: 'FK_sweep_trial_sweep' })
  sweep?: Relation<SweepEntity>;

  /** In the order of their turns: all candidates with one seed before the next. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_sweep_trial' })
  position: number;

  /** Place in `SweepEntity.candidates`. */
  @Column('integer')
  candidate: number;

  @Column('integer')
  seed: number;

  @Column('text')
  state: TrialState;

  @Column('uuid', { name: 'training_run_id', nullable: true })
  trainingRunId: string | null;

  @ManyToOne(() => JobEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'training_run_id', foreignKeyConstraintName: 'FK_sweep_trial_training' })
  trainingRun?: Relation<JobEntity> | null;

  @Column('uuid', { name: 'evaluation_id', nullable: true })
  evaluationId: string | null;

  @ManyToOne(() => JobEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'evaluation_id', foreignKeyConstraintName: 'FK_sweep_trial_evaluation' })
  evaluation?: Relation<JobEntity> | null;

  /** The metric; null before, and where it is not defined. */
  @Column('double precision', { nullable: true })
  value: number | null;

  /** Why it failed. */
  @Column('text', { nullable: true })
  problem: string | null;
}
