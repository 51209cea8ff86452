import { AsyncLocalStorage } from 'node:async_hooks';
import {
  EventSubscriber,
  type EntityManager,
  type EntitySubscriberInterface,
  type QueryRunner,
  type TransactionCommitEvent,
  type TransactionRollbackEvent,
} from 'typeorm';
import type { AuditOutcome } from './entities/index.js';
import { storableJson } from './storableJson.js';

/** A line of the audit log, before the database gives it a number and a time. */
export interface NewAuditEvent {
  /** UUID; null for nobody who is known. */
  principalId: string | null;
  /** See `AuditEventEntity.via`. */
  via: string | null;
  address: string | null;
  /** UUID. */
  projectId?: string | null | undefined;
  action: string;
  /** `Noun:<UUID>`. */
  targets: readonly string[];
  details: Readonly<Record<string, unknown>>;
  requestId: string | null;
}

/** What the one who changes something knows about it. */
export interface AuditNote {
  /** UUID of who it turned out to be. */
  principalId?: string | undefined;
  /** UUID of the project it belongs to. */
  projectId?: string | undefined;
  /** `Noun:<UUID>` of what was made or changed. */
  targets?: readonly string[];
  /** Small: what was before, what is after. */
  details?: Readonly<Record<string, unknown>>;
}

/** One action whose line goes into the first of its transactions that changes something. */
interface Trail {
  event: NewAuditEvent;
  /** The transaction that carries the line and is not committed yet. */
  carrier?: QueryRunner | undefined;
  written: boolean;
}

const trails = new AsyncLocalStorage<Trail>();

/**
 * Runs an action; its line is committed together with its first change, or not at all.
 * @returns what `work` does, and whether the line is there: an action that changed nothing has left none.
 */
export async function withAuditTrail<T>(
  event: NewAuditEvent,
  work: () => Promise<T>,
): Promise<{ outcome: PromiseSettledResult<T>; written: boolean; event: NewAuditEvent }> {
  const trail: Trail = { event, written: false };
  const [outcome] = await Promise.allSettled([trails.run(trail, work)]);
  return { outcome, written: trail.written, event: trail.event };
}

/** Adds to the line of the action under way, if there is one and it is not written yet. */
export function noteForAudit({ principalId, projectId, targets = [], details = {} }: AuditNote): void {
  const trail = trails.getStore();
  if (!trail) return;
  const { event } = trail;
  trail.event = {
    ...event,
    principalId: principalId ?? event.principalId,
    projectId: projectId ?? event.projectId,
    targets: [...new Set([...event.targets, ...targets])],
    details: { ...event.details, ...details },
  };
}

/** Writes a line. @param onlyIfChanged only where this transaction has changed something. @returns whether it was written. */
export async function writeAuditEvent(
  on: Pick<EntityManager | QueryRunner, 'query'>,
  event: NewAuditEvent,
  outcome: AuditOutcome,
  onlyIfChanged = false,
): Promise<boolean> {
  const { principalId, via, address, projectId = null, action, targets, details, requestId } = event;
  const rows = (await on.query(`${insertSql} ${onlyIfChanged ? ifChanged : ''} RETURNING seq`, [
    ...[principalId, via, address, projectId, action, [...targets], outcome, storableJson(details), requestId],
  ])) as unknown[];
  return rows.length > 0;
}

const insertSql = `
  INSERT INTO audit_event (principal_id, via, address, project_id, action, targets, outcome, details, request_id)
  SELECT $1::uuid, $2, $3, $4::uuid, $5, $6::text[], $7, $8::jsonb, $9::uuid`;

/** A transaction has a number of its own from its first change on. */
const ifChanged = 'WHERE pg_current_xact_id_if_assigned() IS NOT NULL';

/** Puts the line of an action into its transaction, just before the commit: nobody who changes something can forget it. */
@EventSubscriber()
export class AuditSubscriber implements EntitySubscriberInterface {
  async beforeTransactionCommit({ queryRunner }: TransactionCommitEvent): Promise<void> {
    const trail = trails.getStore();
    if (!trail || trail.written || trail.carrier || depthOf(queryRunner) > 1) return;
    trail.carrier = queryRunner;
    if (!(await writeAuditEvent(queryRunner, trail.event, 'DONE', true))) trail.carrier = undefined;
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    const trail = trails.getStore();
    if (trail?.carrier === queryRunner && depthOf(queryRunner) === 0) trail.written = true;
  }

  afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    const trail = trails.getStore();
    if (trail?.carrier === queryRunner && !trail.written) trail.carrier = undefined;
  }
}

/** Transactions and savepoints that are open: what ends counts before its end, and no more behind it. */
function depthOf(queryRunner: QueryRunner): number {
  return (queryRunner as unknown as { transactionDepth: number }).transactionDepth;
}
