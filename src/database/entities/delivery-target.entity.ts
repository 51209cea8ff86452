import { Column, CreateDateColumn } from 'typeorm';

/** Somebody who is told what stands in a log, one entry after the other. The log is its queue. */
export abstract class DeliveryTargetEntity {
  @Column('text')
  name: string;

  /** Entries up to this number were taken, or were not meant for it. */
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

/** One attempt to tell a target something. Only the newest of each target are kept. */
export abstract class DeliveryAttemptEntity {
  /** Of the entry; null for a test. */
  @Column('integer', { nullable: true })
  seq: number | null;

  /** The same in every attempt at an entry. */
  @Column('text', { name: 'message_id' })
  messageId: string;

  /** 1, 2, 3 … */
  @Column('integer')
  attempt: number;

  /** HTTP status of the answer; null when none came, or the receiver has none. */
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
