import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';
import { ModelEntity, ModelVersionEntity } from './model.entity.js';

/**
 * Single predictions that a version served in one hour, for one station: counts of the prediction log, kept longer than its rows.
 * Written by a trigger with them.
 */
@Entity('prediction_hour')
export class PredictionHourEntity {
  @PrimaryColumn('uuid', { name: 'model_version_id', primaryKeyConstraintName: 'PK_prediction_hour' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_prediction_hour_model_version' })
  modelVersion?: Relation<ModelVersionEntity>;

  /** Its beginning. */
  @Index('IDX_prediction_hour_hour')
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'PK_prediction_hour' })
  hour: Date;

  /** Empty for those that named none, and for names beyond the first 50 of an hour. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_prediction_hour' })
  station: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_prediction_hour_project' })
  project?: Relation<ProjectEntity>;

  @Column('integer')
  predictions: number;

  @Column('integer')
  anomalous: number;

  @Column('double precision', { name: 'score_sum' })
  scoreSum: number;

  /** Of those called normal, between the version's normal scores (SQL function `score_edges`): one more than these. */
  @Column('integer', { name: 'normal_bins', array: true })
  normalBins: number[];

  /** Their distances to the memory bank, between those of the version's normal images (SQL function `bank_edges`), where there are any. */
  @Column('integer', { name: 'bank_bins', array: true, default: () => "'{}'" })
  bankBins: number[];

  /** Between the SQL function `latency_edges`. */
  @Column('integer', { name: 'latency_bins', array: true })
  latencyBins: number[];

  @Column('timestamptz', { name: 'last_at' })
  lastAt: Date;
}

/** How a model is watched; without a row the usual, see `usualRule`. */
@Entity('monitoring_rule')
export class MonitoringRuleEntity {
  @PrimaryColumn('uuid', { name: 'model_id', primaryKeyConstraintName: 'PK_monitoring_rule' })
  modelId: string;

  @OneToOne(() => ModelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'FK_monitoring_rule_model' })
  model?: Relation<ModelEntity>;

  @Column('boolean', { name: 'is_on' })
  isOn: boolean;

  /** What is judged: the last hours, the one under way included. */
  @Column('integer', { name: 'window_hours' })
  windowHours: number;

  /** Fewer in the window are not judged. */
  @Column('integer', { name: 'least_predictions' })
  leastPredictions: number;

  /** Centre of the control limits, from 0 to 1; null: that of the first predictions kept. */
  @Column('double precision', { name: 'expected_anomaly_rate', nullable: true })
  expectedAnomalyRate: number | null;

  /** Without a prediction for so long the model is silent; null: it may be. */
  @Column('integer', { name: 'silence_minutes', nullable: true })
  silenceMinutes: number | null;
}

/** Scores, or distances to the memory bank alone, have moved away from the version's normal ones, the share of anomalous images left its limits, or nobody asks any more. */
export const alertKinds = ['SCORE_DRIFT', 'BANK_DRIFT', 'ANOMALY_RATE', 'NO_PREDICTIONS'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** Something that should be looked at; of one kind, version and station one is open at a time. */
@Entity('monitoring_alert')
@Index('IDX_monitoring_alert_project', ['projectId', 'id'])
@Index('IDX_monitoring_alert_open', ['modelVersionId', 'station', 'kind'], { unique: true, where: 'closed_at IS NULL' })
export class MonitoringAlertEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_monitoring_alert' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_monitoring_alert_project' })
  project?: Relation<ProjectEntity>;

  @Column('uuid', { name: 'model_id' })
  modelId: string;

  @ManyToOne(() => ModelEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'FK_monitoring_alert_model' })
  model?: Relation<ModelEntity>;

  @Column('uuid', { name: 'model_version_id' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_monitoring_alert_model_version' })
  modelVersion?: Relation<ModelVersionEntity>;

  /** Empty for those that named none, and of silence. */
  @Column('text')
  station: string;

  @Column('text')
  kind: AlertKind;

  /** When it was last looked at: a distance of distributions, a share, or minutes. */
  @Column('double precision')
  value: number;

  /** Limits then; null where there is none. */
  @Column('double precision', { nullable: true })
  lowest: number | null;

  @Column('double precision', { nullable: true })
  highest: number | null;

  /** That were judged. */
  @Column('integer')
  predictions: number;

  @Column('timestamptz', { name: 'opened_at', default: () => 'now()' })
  openedAt: Date;

  @Column('timestamptz', { name: 'looked_at', default: () => 'now()' })
  lookedAt: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt: Date | null;
}
