import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { JobOwnedEntity } from './job-owned.entity.js';
import { ModelVersionEntity } from './model.entity.js';

@Entity('model_import')
export class ModelImportEntity extends JobOwnedEntity {
  /** Of the uploaded bundle, for messages. */
  @Column('text')
  filename: string;

  /** Blob of the bundle; null once the version is registered. */
  @Column('text', { name: 'bundle_sha256', nullable: true })
  bundleSha256: string | null;

  /** Model to add the version to; the bundle's own name when null. */
  @Column('text', { name: 'model_name', nullable: true })
  modelName: string | null;

  /** What was registered; null until the job is complete, and after the version was deleted. */
  @Index('IDX_model_import_model_version')
  @Column('uuid', { name: 'model_version_id', nullable: true })
  modelVersionId: string | null;

  @ManyToOne(() => ModelVersionEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'model_version_id', foreignKeyConstraintName: 'FK_model_import_model_version' })
  modelVersion?: Relation<ModelVersionEntity> | null;
}
