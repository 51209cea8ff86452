import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { CurvePoint, DefectTypeMetrics, EvaluationMetrics, Region } from '../../shared/evaluation.js';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { ImageEntity } from './image.entity.js';
import { JobOwnedEntity } from './job-owned.entity.js';
import { ModelVersionEntity } from './model.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';

export type { CurvePoint, DefectTypeMetrics, EvaluationMetrics, Region } from '../../shared/evaluation.js';

export interface EvaluationCurves {
  roc: CurvePoint[];
  precisionRecall: CurvePoint[];
  pro: CurvePoint[];
}
@Entity('evaluation')
export class EvaluationEntity extends JobOwnedEntity {
  @Index()
  @Column('uuid', { name: 'model_version_id' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'model_version_id' })
  modelVersion?: Relation<ModelVersionEntity>;

  @Index()
  @Column('uuid', { name: 'snapshot_id' })
  snapshotId: string;

  @ManyToOne(() => SnapshotEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'snapshot_id' })
  snapshot?: Relation<SnapshotEntity>;

  @Column('text')
  split: Split;

  /** Null until completed. */
  @Column('jsonb', { nullable: true })
  metrics: EvaluationMetrics | null;

  @Column('jsonb', { name: 'by_defect_type', nullable: true })
  byDefectType: DefectTypeMetrics[] | null;

  @Column('jsonb', { nullable: true })
  curves: EvaluationCurves | null;

  /** What its regions and overlays were cut at; null until completed. */
  @Column('double precision', { name: 'pixel_threshold', nullable: true })
  pixelThreshold: number | null;

  /** Pixel scores of its normal images at `quantileShares`; null until completed, or without normal images. */
  @Column('jsonb', { name: 'normal_pixel_quantiles', nullable: true })
  normalPixelQuantiles: number[] | null;

  /** Anomalous images that no pixel label says more of; null until completed, and where it was not counted yet. */
  @Column('integer', { name: 'images_without_mask', nullable: true })
  imagesWithoutMask: number | null;
}

@Entity('evaluated_image')
export class EvaluatedImageEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid')
  id: string;

  @Index()
  @Column('uuid', { name: 'evaluation_id' })
  evaluationId: string;

  @ManyToOne(() => EvaluationEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'evaluation_id' })
  evaluation?: Relation<EvaluationEntity>;

  @Index()
  @Column('uuid', { name: 'image_id' })
  imageId: string;

  @ManyToOne(() => ImageEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'image_id' })
  image?: Relation<ImageEntity>;

  /** The image's, kept here to sort by. */
  @Column('text')
  filename: string;

  /** As the snapshot froze it: with the score, what a verdict at any threshold follows from. */
  @Column('text')
  label: ImageLabel;

  /** As the snapshot froze it. */
  @Column('text', { name: 'defect_type', nullable: true })
  defectType: string | null;

  @Column('double precision', { name: 'anomaly_score' })
  anomalyScore: number;

  /** 16-bit grey PNG of the map at the image's size: 0 is score 0, 65535 is `anomalyMapScale`. */
  @Column('text', { name: 'anomaly_map_sha256' })
  anomalyMapSha256: string;

  /** Score of the map's white. */
  @Column('double precision', { name: 'anomaly_map_scale' })
  anomalyMapScale: number;

  @Column('text', { name: 'overlay_sha256' })
  overlaySha256: string;

  @Column('jsonb')
  regions: Region[];
}
