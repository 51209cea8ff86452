import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Region } from '../../shared/evaluation.js';
import { ProjectEntity } from './dataset.entity.js';
import { ModelVersionEntity } from './model.entity.js';
import { StationEntity } from './station.entity.js';

/** How a model was asked: over plain HTTP, by the mutation `predict`, about a whole data set, or by a station. */
export const predictionSources = ['HTTP', 'GRAPHQL', 'DATASET', 'STATION'] as const;
export type PredictionSource = (typeof predictionSources)[number];

/** One prediction that was served. Kept for a time, see {@link PredictionLogPolicyEntity}. */
@Entity('logged_prediction')
@Index('IDX_logged_prediction_project', ['projectId', 'id'])
@Index('IDX_logged_prediction_seq', ['projectId', 'seq'], { unique: true, where: 'seq IS NOT NULL' })
@Index('IDX_logged_prediction_question', ['stationId', 'questionDigest'], { unique: true })
@Index('IDX_logged_prediction_part', ['projectId', 'partId'], { where: 'part_id IS NOT NULL' })
export class LoggedPredictionEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_logged_prediction' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  /**
   * 1, 2, 3 … per project without gaps, in the order of commits, for whoever follows the verdicts; null of those about whole data sets,
   * and of those from before there were numbers.
   */
  @Column('integer', { nullable: true })
  seq: number | null;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_logged_prediction_project' })
  project?: Relation<ProjectEntity>;

  /** Null once the version was deleted. */
  @Index('IDX_logged_prediction_version')
  @Column('uuid', { name: 'model_version_id', nullable: true })
  modelVersionId: string | null;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_logged_prediction_version' })
  modelVersion?: Relation<ModelVersionEntity> | null;

  /** Name of the model then, and the version's number: they outlive both. */
  @Column('text')
  model: string;

  @Column('integer')
  version: number;

  @Column('text')
  source: PredictionSource;

  /** What asked, as it calls itself. */
  @Column('text', { nullable: true })
  station: string | null;

  /** The station that asked; null for what only calls itself one, and once it was deleted. */
  @Column('uuid', { name: 'station_id', nullable: true })
  stationId: string | null;

  @ManyToOne(() => StationEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'station_id', foreignKeyConstraintName: 'FK_logged_prediction_station' })
  stationRow?: Relation<StationEntity> | null;

  /** Of the part and the bytes, see `questionDigest`: a station asks each question once. */
  @Column('text', { name: 'question_digest', nullable: true })
  questionDigest: string | null;

  /** Whether the line had been told NOK before, as no answer came in time. */
  @Column('boolean', { name: 'is_late', default: false })
  isLate: boolean;

  /** What the image shows, as the station calls it. */
  @Column('text', { name: 'part_id', nullable: true })
  partId: string | null;

  /** Of an image that had a name. */
  @Column('text', { nullable: true })
  filename: string | null;

  @Column('double precision', { name: 'anomaly_score' })
  anomalyScore: number;

  @Column('boolean', { name: 'is_anomalous' })
  isAnomalous: boolean;

  /**
   * Largest distance of a place of the image to its nearest vector of the memory bank; null for methods without one, of those about
   * whole data sets, and of those from before it was kept.
   */
  @Column('double precision', { name: 'bank_distance', nullable: true })
  bankDistance: number | null;

  /** What it was judged and cut at. */
  @Column('double precision', { name: 'image_threshold', nullable: true })
  imageThreshold: number | null;

  @Column('double precision', { name: 'pixel_threshold', nullable: true })
  pixelThreshold: number | null;

  /** In pixels of the image. */
  @Column('jsonb')
  regions: Region[];

  /** From the question to the answer, in the API; null of those about whole data sets. */
  @Column('double precision', { name: 'latency_seconds', nullable: true })
  latencySeconds: number | null;

  /** Bytes of the image, where the sample holds it. */
  @Column('text', { name: 'image_sha256', nullable: true })
  imageSha256: string | null;

  /** 16-bit grey PNG, with the image. */
  @Column('text', { name: 'anomaly_map_sha256', nullable: true })
  anomalyMapSha256: string | null;

  /** Score of the map's white. */
  @Column('double precision', { name: 'anomaly_map_scale', nullable: true })
  anomalyMapScale: number | null;

  @Index('IDX_logged_prediction_at')
  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}

/** The highest number in use of each project. */
@Entity('logged_prediction_head')
export class LoggedPredictionHeadEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_logged_prediction_head' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_logged_prediction_head_project' })
  project?: Relation<ProjectEntity>;

  @Column('integer', { name: 'last_seq' })
  lastSeq: number;
}

/** What a project logs of its predictions; without a row the usual, see `usualPolicy`. */
@Entity('prediction_log_policy')
export class PredictionLogPolicyEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_prediction_log_policy' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_prediction_log_policy_project' })
  project?: Relation<ProjectEntity>;

  @Column('boolean', { name: 'is_on' })
  isOn: boolean;

  @Column('integer', { name: 'retention_days' })
  retentionDays: number;

  /** The oldest beyond it go. */
  @Column('integer', { name: 'most_predictions' })
  mostPredictions: number;

  /** Pictures are kept of every image whose score lies within this share of the threshold. */
  @Column('double precision', { name: 'near_threshold' })
  nearThreshold: number;

  /** And of this share of the others. */
  @Column('double precision', { name: 'other_share' })
  otherShare: number;

  /** At most, UTC days. */
  @Column('integer', { name: 'pictures_per_day' })
  picturesPerDay: number;
}

/** How many pictures a project has kept on the day it last kept one. */
@Entity('logged_pictures')
export class LoggedPicturesEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'PK_logged_pictures' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_logged_pictures_project' })
  project?: Relation<ProjectEntity>;

  @Column('date')
  day: string;

  @Column('integer')
  count: number;
}

/** What somebody who knows the part says of a prediction: it was right, it raised a false alarm, or it missed a defect. */
export const feedbackVerdicts = ['RIGHT', 'FALSE_ALARM', 'MISSED'] as const;
export type FeedbackVerdict = (typeof feedbackVerdicts)[number];

/** The last word on a prediction; the audit log has those before. */
@Entity('prediction_feedback')
export class PredictionFeedbackEntity {
  @PrimaryColumn('uuid', { name: 'prediction_id', primaryKeyConstraintName: 'PK_prediction_feedback' })
  predictionId: string;

  @OneToOne(() => LoggedPredictionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'prediction_id', foreignKeyConstraintName: 'FK_prediction_feedback_prediction' })
  prediction?: Relation<LoggedPredictionEntity>;

  @Column('text')
  verdict: FeedbackVerdict;

  @Column('text', { nullable: true })
  note: string | null;

  @Column('text', { nullable: true })
  author: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
