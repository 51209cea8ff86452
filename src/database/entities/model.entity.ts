import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import type { NormalScores, ThresholdPolicy } from '../../shared/thresholds.js';
import type { Supervision } from '../../shared/training.js';
import { ProjectEntity } from './dataset.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { TrainingRunEntity } from './training-run.entity.js';

@Entity('model')
@Index('IDX_model_name', ['projectId', 'name'], { unique: true })
export class ModelEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'project_id' })
  project?: Relation<ProjectEntity>;

  /** The highest number a version ever had: those of deleted versions are not given out again. */
  @Column('integer', { name: 'last_version', default: 0 })
  lastVersion: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** What a completed training made. Its weights and memory bank are the blob `artifactSha256`. */
@Entity('model_version')
@Index(['modelId', 'version'], { unique: true })
export class ModelVersionEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'model_id' })
  modelId: string;

  @ManyToOne(() => ModelEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'model_id' })
  model?: Relation<ModelEntity>;

  /** 1, 2, 3 … per model. */
  @Column('integer')
  version: number;

  /** Unique through the one-to-one relation below. */
  @Column('uuid', { name: 'training_run_id' })
  trainingRunId: string;

  @OneToOne(() => TrainingRunEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'training_run_id' })
  trainingRun?: Relation<TrainingRunEntity>;

  @Column('uuid', { name: 'snapshot_id' })
  snapshotId: string;

  @ManyToOne(() => SnapshotEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'snapshot_id' })
  snapshot?: Relation<SnapshotEntity>;

  @Column('text')
  supervision: Supervision;

  @Column('text', { name: 'artifact_sha256' })
  artifactSha256: string;

  @Column('bigint', {
    name: 'artifact_bytes',
    transformer: { to: (value: number) => value, from: (value: string) => Number(value) },
  })
  artifactBytes: number;

  /** Free words to find it by, sorted. */
  @Column('text', { array: true, default: () => "'{}'" })
  tags: string[];

  /** An image scoring at or above it is called anomalous. */
  @Column('double precision', { name: 'image_threshold', nullable: true })
  imageThreshold: number | null;

  /** Pixels of the anomaly map at or above it form the regions. */
  @Column('double precision', { name: 'pixel_threshold', nullable: true })
  pixelThreshold: number | null;

  /** How both thresholds were chosen. */
  @Column('jsonb', { name: 'threshold_policy' })
  thresholdPolicy: ThresholdPolicy;

  /** What the training's own thresholds were chosen on; null for versions older than this column. */
  @Column('jsonb', { nullable: true })
  calibration: NormalScores | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

@Entity('model_alias')
export class ModelAliasEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId: string;

  @ManyToOne(() => ModelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_id' })
  model?: Relation<ModelEntity>;

  @PrimaryColumn('text')
  name: string;

  @Index()
  @Column('uuid', { name: 'model_version_id' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'model_version_id' })
  modelVersion?: Relation<ModelVersionEntity>;

  @Column('timestamptz', { name: 'moved_at', default: () => 'now()' })
  movedAt: Date;
}

/** One line of a model's alias log; lines are only ever added. Version numbers, not ids: they outlive their versions. */
@Entity('model_alias_move')
export class ModelAliasMoveEntity {
  @PrimaryColumn('uuid', { name: 'model_id' })
  modelId: string;

  @ManyToOne(() => ModelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_id' })
  model?: Relation<ModelEntity>;

  /** 1, 2, 3 … per model. */
  @PrimaryColumn('integer')
  seq: number;

  @Column('text')
  alias: string;

  /** Null when the alias was new. */
  @Column('integer', { name: 'from_version', nullable: true })
  fromVersion: number | null;

  /** Null when the alias was removed. */
  @Column('integer', { name: 'to_version', nullable: true })
  toVersion: number | null;

  /** As the caller gave it. */
  @Column('text', { nullable: true })
  author: string | null;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at: Date;
}
