import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Region } from '../../shared/evaluation.js';
import type { ImageLabel, Split } from '../../shared/labels.js';
import { ImageEntity } from './image.entity.js';
import { JobOwnedEntity } from './job-owned.entity.js';
import { ModelVersionEntity } from './model.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';

/** A model version asked about many images at once. */
@Entity('dataset_prediction')
export class DatasetPredictionEntity extends JobOwnedEntity {
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

  /** Null for every split. */
  @Column('text', { nullable: true })
  split: Split | null;

  /** Null for every label. */
  @Column('text', { nullable: true })
  label: ImageLabel | null;

  /** The version's when the work was done: verdicts are kept as they were given. Null until completed. */
  @Column('double precision', { name: 'image_threshold', nullable: true })
  imageThreshold: number | null;

  @Column('double precision', { name: 'pixel_threshold', nullable: true })
  pixelThreshold: number | null;
}

@Entity('predicted_image')
@Index(['predictionId', 'anomalyScore', 'id'])
export class PredictedImageEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'prediction_id' })
  predictionId: string;

  @ManyToOne(() => DatasetPredictionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'prediction_id' })
  prediction?: Relation<DatasetPredictionEntity>;

  @Index()
  @Column('uuid', { name: 'image_id' })
  imageId: string;

  @ManyToOne(() => ImageEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'image_id' })
  image?: Relation<ImageEntity>;

  /** The image's, kept here to sort by. */
  @Column('text')
  filename: string;

  @Column('double precision', { name: 'anomaly_score' })
  anomalyScore: number;

  @Column('boolean', { name: 'is_anomalous' })
  isAnomalous: boolean;

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
