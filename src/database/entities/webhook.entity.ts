import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ProjectEntity } from './dataset.entity.js';
import type { ChangeKind } from './project-change.entity.js';

/** An address that is told of a project's changes, one after the other. The log of changes is its queue. */
@Entity('webhook')
@Index('IDX_webhook_due', ['dueAt'], { where: 'paused_at IS NULL' })
export class WebhookEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_webhook' })
  id: string;

  @Index('IDX_webhook_project')
  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'FK_webhook_project' })
  project?: Relation<ProjectEntity>;

  @Column('text')
  name: string;

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

  /** Changes up to this number were taken, or were not meant for it. */
  @Column('integer', { name: 'last_seq' })
  lastSeq: number;

  /** Attempts that failed since the last one that did not. */
  @Column('integer', { default: 0 })
  failures: number;

  /** When the next attempt may begin; while one runs, when it counts as lost. */
  @Column('timestamptz', { name: 'due_at', default: () => 'now()' })
  dueAt: Date;

  /** Known to whoever delivers at the moment. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  @Column('timestamptz', { name: 'paused_at', nullable: true })
  pausedAt: Date | null;

  /** In words; null unless paused. */
  @Column('text', { name: 'pause_reason', nullable: true })
  pauseReason: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

/** One attempt to tell a webhook something. Only the newest of each webhook are kept. */
@Entity('webhook_delivery')
@Index('IDX_webhook_delivery_webhook', ['webhookId', 'id'])
export class WebhookDeliveryEntity {
  /** UUID version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_webhook_delivery' })
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @ManyToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'FK_webhook_delivery_webhook' })
  webhook?: Relation<WebhookEntity>;

  /** Of the change; null for a test. */
  @Column('integer', { nullable: true })
  seq: number | null;

  /** `webhook-id`: the same in every attempt at a change. */
  @Column('text', { name: 'message_id' })
  messageId: string;

  /** 1, 2, 3 … */
  @Column('integer')
  attempt: number;

  /** HTTP status of the answer; null when none came. */
  @Column('integer', { nullable: true })
  status: number | null;

  /** Why it failed, in words; null when it did not. */
  @Column('text', { nullable: true })
  failure: string | null;

  @Column('double precision')
  seconds: number;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;
}
