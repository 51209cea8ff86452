import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { JobOwnedEntity } from './job-owned.entity.js';
import { ModelVersionEntity } from './model.entity.js';

/** `onnx`: one file that predicts by itself. `bundle`: everything another Residua needs to predict and to go on training. */
export const modelExportFormats = ['onnx', 'bundle'] as const;
export type ModelExportFormat = (typeof modelExportFormats)[number];

@Entity('model_export')
export class ModelExportEntity extends JobOwnedEntity {
  @Index('IDX_model_export_model_version')
  @Column('uuid', { name: 'model_version_id' })
  modelVersionId: string;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_model_export_model_version' })
  modelVersion?: Relation<ModelVersionEntity>;

  @Column('text')
  format: ModelExportFormat;

  /** Blob of the file; null until the job is complete. */
  @Column('text', { name: 'artifact_sha256', nullable: true })
  artifactSha256: string | null;

  /** Its size; a double for the same reason as in `dataset_export`. */
  @Column('double precision', { name: 'artifact_bytes', nullable: true })
  artifactBytes: number | null;
}
