import { Column, Entity, Index, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ModelVersionEntity } from './model.entity.js';
import { LoggedPredictionEntity } from './prediction-log.entity.js';

/** What a challenger said of the image of a logged prediction, behind its answer. */
@Entity('shadow_prediction')
@Index('IDX_shadow_prediction_disagreement', ['modelVersionId', 'disagreement', 'predictionId'])
export class ShadowPredictionEntity {
  @PrimaryColumn('uuid', { name: 'prediction_id', primaryKeyConstraintName: 'PK_shadow_prediction' })
  predictionId: string;

  @OneToOne(() => LoggedPredictionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'prediction_id', foreignKeyConstraintName: 'FK_shadow_prediction_logged_prediction' })
  prediction?: Relation<LoggedPredictionEntity>;

  /** The challenger. */
  @Column('uuid', { name: 'model_version_id' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_shadow_prediction_model_version' })
  modelVersion?: Relation<ModelVersionEntity>;

  @Column('double precision', { name: 'anomaly_score' })
  anomalyScore: number;

  @Column('boolean', { name: 'is_anomalous' })
  isAnomalous: boolean;

  @Column('double precision', { name: 'image_threshold', nullable: true })
  imageThreshold: number | null;

  /** Whether the verdicts are not the same. */
  @Column('boolean')
  differs: boolean;

  /** What pages are ordered by, see `disagreementOf`. */
  @Column('double precision')
  disagreement: number;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}

/** How often a challenger said the same; kept longer than what it said. */
@Entity('shadow_count')
export class ShadowCountEntity {
  @PrimaryColumn('uuid', { name: 'model_version_id', primaryKeyConstraintName: 'PK_shadow_count' })
  modelVersionId: string;

  @OneToOne(() => ModelVersionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_shadow_count_model_version' })
  modelVersion?: Relation<ModelVersionEntity>;

  @Column('integer', { name: 'both_anomalous' })
  bothAnomalous: number;

  /** Anomalous says the version that was asked, and the challenger does not. */
  @Column('integer', { name: 'only_served' })
  onlyServed: number;

  @Column('integer', { name: 'only_shadow' })
  onlyShadow: number;

  @Column('integer', { name: 'both_normal' })
  bothNormal: number;

  /** Not scored: too many waited. */
  @Column('integer')
  dropped: number;

  /** Not scored: no worker answered, or the challenger could not. */
  @Column('integer')
  failed: number;
}
