import type { EntityManager } from 'typeorm';
import { terminalJobStates } from '../../database/entities/index.js';

/** What is kept for a time that a project chooses. */
export const retainedKinds = ['UPLOADS', 'EXPORTS', 'PREDICTIONS', 'CHECKPOINTS'] as const;
export type RetainedKind = (typeof retainedKinds)[number];

/** How rows of a kind are found, counted and deleted. */
interface Retained {
  /** SQL over `due`, the rows of a project ($1) that are older than some days ($2) and that nobody uses: `id`s, and `$3` the ended states. */
  due: string;
  /** SQL of files of due rows: address and bytes, null where only the store knows them. */
  files: string;
  /** SQL that deletes rows whose `id` is in `due`. */
  remove: string;
}

const endedJobs = (kinds: string) =>
  `SELECT id FROM job WHERE project_id = $1 AND kind IN (${kinds}) AND state = ANY($3)
     AND coalesce(finished_at, created_at) < now() - $2 * interval '1 day'`;

const removeJobs = 'DELETE FROM job WHERE id IN (SELECT id FROM due)';

const retained: Readonly<Record<RetainedKind, Retained>> = {
  UPLOADS: {
    due: `SELECT id FROM upload WHERE project_id = $1 AND created_at < now() - $2 * interval '1 day' AND NOT EXISTS (
            SELECT FROM dataset_import JOIN job ON job.id = dataset_import.job_id
            WHERE dataset_import.source ->> 'uploadId' = upload.id::text AND job.state <> ALL($3))`,
    files: 'SELECT sha256, bytes::double precision FROM upload JOIN due USING (id) WHERE completed_at IS NOT NULL',
    remove: 'DELETE FROM upload WHERE id IN (SELECT id FROM due)',
  },
  EXPORTS: {
    due: endedJobs(`'DATASET_EXPORT', 'MODEL_EXPORT'`),
    files: `SELECT artifact_sha256 AS sha256, artifact_bytes AS bytes FROM dataset_export JOIN due ON due.id = job_id
            WHERE artifact_sha256 IS NOT NULL
            UNION ALL SELECT artifact_sha256, artifact_bytes FROM model_export JOIN due ON due.id = job_id
            WHERE artifact_sha256 IS NOT NULL`,
    remove: removeJobs,
  },
  PREDICTIONS: {
    due: endedJobs(`'PREDICTION'`),
    files: `SELECT file AS sha256, NULL::double precision AS bytes FROM predicted_image JOIN due ON due.id = prediction_id
            CROSS JOIN LATERAL unnest(ARRAY[anomaly_map_sha256, overlay_sha256]) AS file`,
    remove: removeJobs,
  },
  CHECKPOINTS: {
    due: endedJobs(`'TRAINING'`),
    files: 'SELECT sha256, bytes::double precision FROM checkpoint JOIN due ON due.id = job_id',
    remove: 'DELETE FROM checkpoint WHERE job_id IN (SELECT id FROM due)',
  },
};

/** Rows of one statement. */
const batchSize = 500;

/** Files whose sizes are asked of the store, at most; those beyond are taken for as large as these. */
const mostAsked = 1_000;

/** What would go. */
export interface DueRows {
  /** Uploads, jobs, or checkpoints. */
  rows: number;
  /** Files that they alone name. */
  files: number;
  bytes: number;
  /** Whether bytes are estimated from some of the files. */
  isEstimated: boolean;
}

/** Counts what is older than some days. @param sizeOf what the store says of a file. */
export async function countDue(
  manager: EntityManager,
  { kind, projectId, days }: { kind: RetainedKind; projectId: string; days: number },
  sizeOf: (sha256: string) => Promise<number | undefined>,
): Promise<DueRows> {
  const { due, files } = retained[kind];
  const values = [projectId, days, terminalJobStates];
  const counted =
    kind === 'CHECKPOINTS' ? 'SELECT job_id FROM checkpoint JOIN due ON due.id = job_id' : 'SELECT FROM due';
  const [found] = await manager.query<{ rows: number }[]>(
    `WITH due AS (${due}) SELECT count(*)::integer AS rows FROM (${counted}) AS one`,
    values,
  );
  const named = await manager.query<{ sha256: string; bytes: number | null }[]>(
    `WITH due AS (${due}) SELECT sha256, max(bytes) AS bytes FROM (${files}) AS named GROUP BY sha256`,
    values,
  );
  const unknown = named.filter(({ bytes }) => bytes === null).slice(0, mostAsked);
  let asked = 0;
  for (const { sha256 } of unknown) asked += (await sizeOf(sha256)) ?? 0;
  const known = named.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const open = named.filter(({ bytes }) => bytes === null).length;
  const bytes = known + (unknown.length > 0 ? Math.round((asked / unknown.length) * open) : 0);
  return { rows: found!.rows, files: named.length, bytes, isEstimated: open > unknown.length };
}

/** Deletes a batch of what is older than some days; its files go with the next collection. @returns rows deleted. */
export async function deleteDue(
  manager: EntityManager,
  { kind, projectId, days }: { kind: RetainedKind; projectId: string; days: number },
): Promise<number> {
  const { due, remove } = retained[kind];
  const limited = `${due} LIMIT ${batchSize}`;
  const [, count] = await manager.query<[unknown[], number]>(
    // A job that only held checkpoints which are gone is not found again.
    `WITH due AS (${kind === 'CHECKPOINTS' ? `${due} AND id IN (SELECT job_id FROM checkpoint) LIMIT ${batchSize}` : limited}) ${remove}`,
    [projectId, days, terminalJobStates],
  );
  return count;
}
