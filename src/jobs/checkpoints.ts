import type { EntityManager } from 'typeorm';
import { CheckpointEntity } from '../database/entities/index.js';
import { recordEvent } from './jobEventLog.js';

/** A checkpoint whose content lies in the blob store. */
export interface StoredCheckpoint {
  /** Steps done. */
  step: number;
  sha256: string;
  bytes: number;
}

/** The newest one and, should its content turn out damaged, the one before. */
const keptCheckpoints = 2;

/**
 * Stores a checkpoint of a job whose row the caller has locked, its event beside it, and forgets the old ones.
 * @returns sha256 of contents that nothing refers to any more.
 */
export async function storeCheckpoint(
  manager: EntityManager,
  { id: jobId, attempt }: { id: string; attempt: number },
  { step, sha256, bytes }: StoredCheckpoint,
): Promise<string[]> {
  const seq = await recordEvent(manager, jobId, 'CHECKPOINT_SAVED', { step });
  await manager.insert(CheckpointEntity, { jobId, seq, attempt, step, sha256, bytes: String(bytes) });
  const [rows] = await manager.query<[{ sha256: string }[], number]>(
    `DELETE FROM checkpoint WHERE job_id = $1 AND seq NOT IN (
       SELECT seq FROM checkpoint WHERE job_id = $1 ORDER BY seq DESC LIMIT $2
     ) RETURNING sha256`,
    [jobId, keptCheckpoints],
  );
  return rows.map((row) => row.sha256);
}

/** Checkpoints a job may go on from, the best first: its own, then those of the job it does again. */
export async function checkpointsOf(manager: EntityManager, jobId: string): Promise<StoredCheckpoint[]> {
  const rows = await manager.query<{ step: number; sha256: string; bytes: string }[]>(
    `${ancestry} SELECT step, sha256, bytes FROM checkpoint JOIN ancestry ON ancestry.id = checkpoint.job_id
     ORDER BY age, seq DESC`,
    [jobId],
  );
  return rows.map(({ step, sha256, bytes }) => ({ step, sha256, bytes: Number(bytes) }));
}

/** Forgets the checkpoints of a job that is done, and of those it did again. @returns sha256 of their contents. */
export async function forgetCheckpoints(manager: EntityManager, jobId: string): Promise<string[]> {
  const [rows] = await manager.query<[{ sha256: string }[], number]>(
    `${ancestry} DELETE FROM checkpoint USING ancestry WHERE ancestry.id = checkpoint.job_id RETURNING sha256`,
    [jobId],
  );
  return rows.map((row) => row.sha256);
}

/** A job, the one it does again, and so on. */
const ancestry = `
  WITH RECURSIVE ancestry AS (
    SELECT id, retry_of, 0 AS age FROM job WHERE id = $1
    UNION ALL
    SELECT job.id, job.retry_of, age + 1 FROM job JOIN ancestry ON job.id = ancestry.retry_of
  )`;
