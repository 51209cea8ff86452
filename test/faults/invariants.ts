import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { blobReferences } from '../../src/database/index.js';
import type { BlobStore } from '../../src/files/index.js';

/** What a fault test has to show, besides its own. */
export interface Installation {
  dataSource: DataSource;
  blobs: BlobStore;
  /** Folder of a local blob store. */
  blobDirectory?: string;
  /** `seq` of the events that each subscriber has received, by job; for jobs that have ended. */
  received?: readonly { jobId: string; seqs: readonly number[] }[];
}

/** What must hold after any fault, whatever else happened. @returns what does not, in words. */
export async function brokenInvariants(installation: Installation): Promise<string[]> {
  const { dataSource } = installation;
  const found = await Promise.all(
    statements.map(async ([what, sql]) => {
      const rows = await dataSource.query<object[]>(sql);
      return rows.map((row) => `${what}: ${JSON.stringify(row)}`);
    }),
  );
  return [
    ...found.flat(),
    ...(await brokenBlobs(installation)),
    ...(await oldTemporaryFiles(installation)),
    ...(await wrongDeliveries(installation)),
  ];
}

const statements: [string, string][] = [
  [
    'a job that is neither ended, nor waits in the queue, nor is leased',
    `SELECT id, state FROM job WHERE NOT (
       state IN ('COMPLETED', 'FAILED', 'CANCELLED')
       OR state = 'RUNNING' AND lease_token IS NOT NULL AND lease_expires_at > now() - interval '25 seconds'
       OR state IN ('QUEUED', 'RETRYING') AND EXISTS (
         SELECT FROM pgboss.job entry WHERE entry.data->>'jobId' = job.id::text AND entry.state = 'created'))`,
  ],
  [
    'a job whose events do not say its end exactly once, as the last one',
    `SELECT id, state FROM job WHERE state IN ('COMPLETED', 'FAILED', 'CANCELLED') AND (
       SELECT array_agg(payload->>'state' || ' ' || seq) FROM job_event
       WHERE job_id = id AND type = 'STATE_CHANGED' AND payload->>'state' IN ('COMPLETED', 'FAILED', 'CANCELLED')
     ) IS DISTINCT FROM ARRAY[state || ' ' || last_seq]`,
  ],
  [
    'a job whose events have a gap',
    `SELECT id, last_seq FROM job WHERE last_seq <> (SELECT count(*) FROM job_event WHERE job_id = id)
       OR last_seq <> (SELECT max(seq) FROM job_event WHERE job_id = id)`,
  ],
  [
    'a step that was reported twice',
    `SELECT job_id, payload->>'stage' AS stage, payload->>'step' AS step FROM job_event
     WHERE type = 'METRICS_REPORTED' GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  ],
  [
    'an attempt that wrote after its successor had begun',
    `SELECT later.job_id, later.seq FROM job_event earlier JOIN job_event later USING (job_id)
     WHERE earlier.seq < later.seq AND earlier.attempt > later.attempt`,
  ],
  [
    'a session that sits in a transaction',
    `SELECT pid, application_name FROM pg_stat_activity WHERE datname = current_database()
     AND state LIKE 'idle in transaction%' AND state_change < now() - interval '25 seconds'`,
  ],
];

async function brokenBlobs({ dataSource, blobs }: Installation): Promise<string[]> {
  const problems: string[] = [];
  for (const { sha256, usedBy } of await blobReferences(dataSource.manager)) {
    await blobs.verify(sha256).catch((error: unknown) => problems.push(`${usedBy.join()}: ${String(error)}`));
  }
  return problems;
}

/** Milliseconds in which the blob store removes what a dead process left half-written: see `LocalBlobStore.open`. */
const promisedRemoval = 60_000;

async function oldTemporaryFiles({ blobDirectory }: Installation): Promise<string[]> {
  if (!blobDirectory) return [];
  const incoming = path.join(blobDirectory, 'incoming');
  const names = await readdir(incoming).catch(() => []);
  const old: string[] = [];
  for (const name of names) {
    const file = await stat(path.join(incoming, name)).catch(() => undefined);
    if (file && file.mtimeMs < Date.now() - promisedRemoval) old.push(`a temporary file that stayed: ${name}`);
  }
  return old;
}

async function wrongDeliveries({ dataSource, received = [] }: Installation): Promise<string[]> {
  const wrong: string[] = [];
  for (const { jobId, seqs } of received) {
    const rows = await dataSource.query<{ seq: number }[]>('SELECT seq FROM job_event WHERE job_id = $1 ORDER BY seq', [
      jobId,
    ]);
    const stored = rows.map(({ seq }) => seq);
    if (stored.join() === seqs.join()) continue;
    const place = seqs.findIndex((seq, i) => seq !== stored[i]);
    const how = place < 0 ? `the first ${seqs.length}` : `something else from number ${place + 1} on`;
    wrong.push(`job ${jobId} has ${stored.length} events, a subscriber received ${how}`);
  }
  return wrong;
}
