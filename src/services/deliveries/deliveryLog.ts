import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';

/** Attempts of each target that are kept, the newest. */
const mostKept = 200;

/** Tables of targets. Attempts of webhooks are kept in `webhook_delivery`, by `webhook_id`; the same of sinks. */
export type TargetTable = 'webhook' | 'sink';

/** What came of an attempt. */
export interface DeliveryOutcome {
  /** HTTP status of the answer; null when none came, or the receiver has none. */
  status: number | null;
  /** In words; null when the receiver took it. */
  failure: string | null;
  seconds: number;
}

/** An attempt that was made. */
export interface MadeAttempt {
  targetId: string;
  /** Of the entry; null for a test. */
  seq: number | null;
  messageId: string;
  /** 1, 2, 3 … */
  attempt: number;
  outcome: DeliveryOutcome;
}

/** What is kept of an attempt. */
export type KeptAttempt = Pick<MadeAttempt, 'seq' | 'messageId' | 'attempt'> &
  DeliveryOutcome & { id: string; at: Date };

/** Keeps what came of an attempt, and forgets the oldest ones. Nothing is kept of a target that was deleted meanwhile. */
export async function logDelivery(
  dataSource: DataSource,
  target: TargetTable,
  { targetId, seq, messageId, attempt, outcome }: MadeAttempt,
): Promise<KeptAttempt> {
  const id = uuid();
  const { status, failure, seconds } = outcome;
  const [table, column] = [`${target}_delivery`, `${target}_id`];
  await dataSource.query(
    `INSERT INTO ${table} (id, ${column}, seq, message_id, attempt, status, failure, seconds)
     SELECT $1, id, $3, $4, $5, $6, $7, $8 FROM ${target} WHERE id = $2`,
    [id, targetId, seq, messageId, attempt, status, failure?.slice(0, 500) ?? null, seconds],
  );
  await dataSource.query(
    `DELETE FROM ${table} WHERE id IN (
       SELECT id FROM ${table} WHERE ${column} = $1 ORDER BY id DESC OFFSET $2)`,
    [targetId, mostKept],
  );
  return { id, seq, messageId, attempt, status, failure, seconds, at: new Date() };
}
