import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import type { RecordedFile, RecordedModelFile, Supervision, TrainingSettings } from '../../shared/training.js';
import type { AnnotationKind } from '../../shared/labels.js';
import type { PluginRecord } from '../../shared/pluginRecord.js';
import { JobOwnedEntity } from './job-owned.entity.js';
import { ModelVersionEntity } from './model.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';

export type { PluginRecord };

@Entity('training_run')
export class TrainingRunEntity extends JobOwnedEntity {
  @Index()
  @Column('uuid', { name: 'snapshot_id' })
  snapshotId: string;

  @ManyToOne(() => SnapshotEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'snapshot_id' })
  snapshot?: Relation<SnapshotEntity>;

  /** Most bits that values of the snapshot's images use: what stands for white in 16-bit samples. Null: their high bytes are read. */
  @Column('smallint', { name: 'sample_bits', nullable: true })
  sampleBits: number | null;

  @Column('text', { name: 'model_name' })
  modelName: string;

  @Column('text')
  supervision: Supervision;

  /** Which labels of the anomalous images are read. */
  @Column('text', { nullable: true })
  labels: AnnotationKind | null;

  @Column('integer')
  seed: number;

  @Column('text', { nullable: true })
  preset: string | null;

  @Column('jsonb')
  detector: PluginRecord;

  /** null for a detector that uses no features. */
  @Column('jsonb', { name: 'feature_extractor', nullable: true })
  featureExtractor: PluginRecord | null;

  /** Of the feature extractor; empty when it reads none, or before a worker has read them. */
  @Column('jsonb', { name: 'model_files', default: () => "'[]'" })
  modelFiles: RecordedModelFile[];

  @Column('jsonb')
  augmentations: PluginRecord[];

  /** Images of the folders that augmentations name: `<folder>/<path>`, in the order of their names. */
  @Column('jsonb', { name: 'texture_files', default: () => "'[]'" })
  textureFiles: RecordedFile[];

  @Column('jsonb', { nullable: true })
  loss: PluginRecord | null;

  @Column('jsonb')
  settings: TrainingSettings;

  /** Compute engine, its version, threads and device; empty before the first attempt. */
  @Column('jsonb', { default: () => "'{}'" })
  environment: Record<string, string | number>;

  @Column('uuid', { name: 'from_model_version_id', nullable: true })
  fromModelVersionId: string | null;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({ name: 'from_model_version_id' })
  fromModelVersion?: Relation<ModelVersionEntity>;
}
