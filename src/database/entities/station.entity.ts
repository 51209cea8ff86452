import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';
import { ModelEntity } from './model.entity.js';

/** A place of a line that sends images and is told verdicts by the model it is set to. */
@Entity('station')
@Index('IDX_station_name', ['projectId', 'name'], { unique: true })
export class StationEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_station' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_station_project' })
  project?: Relation<ProjectEntity>;

  @Column('text')
  name: string;

  /** Null once the model was deleted. */
  @Index('IDX_station_model')
  @Column('uuid', { name: 'model_id', nullable: true })
  modelId: string | null;

  @ManyToOne(() => ModelEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'FK_station_model' })
  model?: Relation<ModelEntity> | null;

  /** Of the model: the version behind it answers. */
  @Column('text')
  alias: string;

  /** A verdict that takes longer comes too late. */
  @Column('integer', { name: 'deadline_milliseconds' })
  deadlineMilliseconds: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
