import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';
import { DeliveryAttemptEntity, DeliveryTargetEntity } from './delivery-target.entity.js';

/** Where verdicts of a project's predictions go, one after the other. The log of predictions is its queue. */
@Entity('sink')
@Index('IDX_sink_due', ['dueAt'], { where: 'paused_at IS NULL' })
export class SinkEntity extends DeliveryTargetEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_sink' })
  id: string;

  @Index('IDX_sink_project')
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_sink_project' })
  project?: Relation<ProjectEntity>;

  /** Name of a plugin of the kind `sink`. */
  @Column('text')
  plugin: string;

  /** Checked, with defaults. */
  @Column('jsonb')
  params: Record<string, unknown>;

  /** What opens the receiver; it cannot be kept as a digest. */
  @Column('text', { nullable: true })
  secret: string | null;

  /** What must have asked; null for all, also those that do not say what they are. */
  @Column('text', { array: true, nullable: true })
  stations: string[] | null;

  /** Between two heartbeats; null for none. */
  @Column('integer', { name: 'heartbeat_seconds', nullable: true })
  heartbeatSeconds: number | null;

  /** Of the last one. */
  @Column('integer', { default: 0 })
  beat: number;

  /** When the next one is due. */
  @Column('timestamptz', { name: 'beat_due_at', default: () => 'now()' })
  beatDueAt: Date;
}

/** One attempt to tell a sink something. Only the newest of each sink are kept. */
@Entity('sink_delivery')
@Index('IDX_sink_delivery_sink', ['sinkId', 'id'])
export class SinkDeliveryEntity extends DeliveryAttemptEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_sink_delivery' })
  id: string;

  @Column('uuid', { name: 'sink_id' })
  sinkId: string;

  @ManyToOne(() => SinkEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'sink_id', foreignKeyConstraintName: 'FK_sink_delivery_sink' })
  sink?: Relation<SinkEntity>;
}
