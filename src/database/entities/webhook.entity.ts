import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';
import { DeliveryAttemptEntity, DeliveryTargetEntity } from './delivery-target.entity.js';
import type { ChangeKind } from './project-change.entity.js';

/** An address that is told of a project's changes, one after the other. The log of changes is its queue. */
@Entity('webhook')
@Index('IDX_webhook_due', ['dueAt'], { where: 'paused_at IS NULL' })
export class WebhookEntity extends DeliveryTargetEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_webhook' })
  id: string;

  @Index('IDX_webhook_project')
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_webhook_project' })
  project?: Relation<ProjectEntity>;

  @Column('text')
  url: string;

  /** Null for all. */
  @Column('text', { array: true, nullable: true })
  kinds: ChangeKind[] | null;

  /** `whsec_` and base64; it signs, so it cannot be kept as a digest. */
  @Column('text')
  secret: string;

  /** That before the last rotation, which signs beside the new one for a while. */
  @Column('text', { name: 'earlier_secret', nullable: true })
  earlierSecret: string | null;

  @Column('timestamptz', { name: 'earlier_until', nullable: true })
  earlierUntil: Date | null;
}

/** One attempt to tell a webhook something. Only the newest of each webhook are kept. */
@Entity('webhook_delivery')
@Index('IDX_webhook_delivery_webhook', ['webhookId', 'id'])
export class WebhookDeliveryEntity extends DeliveryAttemptEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_webhook_delivery' })
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @ManyToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'FK_webhook_delivery_webhook' })
  webhook?: Relation<WebhookEntity>;
}
