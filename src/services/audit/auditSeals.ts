import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { AuditSealEntity } from '../../database/entities/index.js';
import { isUniqueViolation } from '../../database/index.js';

/** "audi" in ASCII; the trigger that numbers lines takes the same one, shared. */
const auditLock = 0x61756469;

const batchSize = 1_000;

/** The digest before the first seal. */
const noDigest = '0'.repeat(64);

/**
 * Seals the lines behind the last seal: SHA-256 over that seal's digest and every line, so that whoever changes, adds or removes one later
 * would have to change every seal behind it. One process at a time succeeds; another finds nothing left.
 * @returns the new seal, or undefined when there was nothing to seal.
 */
export async function sealAuditEvents(dataSource: DataSource): Promise<AuditSealEntity | undefined> {
  const seals = dataSource.getRepository(AuditSealEntity);
  const [last] = await seals.find({ order: { number: 'DESC' }, take: 1 });
  const from = last?.lastSeq ?? 0;
  const to = await lastCommitted(dataSource);
  const { digest, events } = await digestOfEvents(dataSource, last?.digest ?? noDigest, from, to);
  if (events === 0) return undefined;
  try {
    const seal = { number: (last?.number ?? 0) + 1, lastSeq: to, events, digest };
    await seals.insert(seal);
    return await seals.findOneByOrFail({ number: seal.number });
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

/** The last line of which no earlier one can still appear: those that have a number hold the lock until they are committed. */
function lastCommitted(dataSource: DataSource): Promise<number> {
  return dataSource.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [auditLock]);
    const [row] = await manager.query<{ seq: string | null }[]>('SELECT max(seq) AS seq FROM audit_event');
    return Number(row?.seq ?? 0);
  });
}

/** What the seals say of the log. */
export interface AuditReport {
  events: number;
  seals: number;
  /** Lines behind the last seal. */
  unsealed: number;
  /** Digest of the last seal: kept elsewhere, it shows whether the end of the log was cut off. Null without seals. */
  lastDigest: string | null;
  /** Where the log is not what was sealed, in words. */
  problems: string[];
}

/** Compares every line with the seals. An earlier release has neither. */
export async function verifyAuditEvents(dataSource: DataSource): Promise<AuditReport> {
  const [table] = await dataSource.query<{ exists: boolean }[]>(
    `SELECT to_regclass('audit_seal') IS NOT NULL AS exists`,
  );
  if (!table!.exists) return { events: 0, seals: 0, unsealed: 0, lastDigest: null, problems: [] };
  const seals = await dataSource.getRepository(AuditSealEntity).find({ order: { number: 'ASC' } });
  const problems: string[] = [];
  let before = { number: 0, lastSeq: 0, digest: noDigest };
  for (const seal of seals) {
    if (seal.number !== before.number + 1)
      problems.push(`seals ${before.number + 1} to ${seal.number - 1} are missing`);
    const found = await digestOfEvents(dataSource, before.digest, before.lastSeq, seal.lastSeq);
    const lines = `lines ${before.lastSeq + 1} to ${seal.lastSeq}`;
    if (found.events !== seal.events) {
      problems.push(`seal ${seal.number}: ${lines} were ${seal.events}, and are ${found.events}`);
    } else if (found.digest !== seal.digest) problems.push(`seal ${seal.number}: ${lines} are not what was sealed`);
    before = seal;
  }
  const [row] = await dataSource.query<{ events: number; unsealed: number; early: number }[]>(
    `SELECT count(*)::int AS events, (count(*) FILTER (WHERE seq > $1))::int AS unsealed,
       (count(*) FILTER (WHERE seq < 1))::int AS early FROM audit_event`,
    [before.lastSeq],
  );
  const { events, unsealed, early } = row!;
  if (early > 0) problems.push(`${early} ${early === 1 ? 'line stands' : 'lines stand'} before all that was sealed`);
  return { events, unsealed, seals: seals.length, lastDigest: seals.at(-1)?.digest ?? null, problems };
}

/** SHA-256 over a digest and the lines of `(from, to]`, one JSON array each; read in batches. */
async function digestOfEvents(
  dataSource: DataSource,
  before: string,
  from: number,
  to: number,
): Promise<{ digest: string; events: number }> {
  const hash = createHash('sha256').update(before);
  let events = 0;
  for (let seq = from; seq < to;) {
    const rows = await dataSource.query<{ seq: string; line: string }[]>(linesSql, [seq, to, batchSize]);
    if (rows.length === 0) break;
    for (const { line } of rows) hash.update(`\n${line}`);
    events += rows.length;
    seq = Number(rows.at(-1)!.seq);
  }
  return { digest: hash.digest('hex'), events };
}

/** Times as seconds: as text they would depend on the zone of the connection. */
const linesSql = `
  SELECT seq, jsonb_build_array(seq, extract(epoch FROM at), principal_id, via, address, project_id, action, targets, outcome,
    details, request_id)::text AS line
  FROM audit_event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`;
