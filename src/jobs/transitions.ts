import type { EntityManager } from 'typeorm';
import { JobEntity, type JobState } from '../database/entities/index.js';
import type { Problem } from '../shared/errors.js';
import { type AttemptFence, recordState } from './jobEventLog.js';
import { storableJson } from './storableJson.js';

/** How an attempt ends. */
export type JobEnd = { state: 'COMPLETED' | 'CANCELLED'; failure?: undefined } | { state: 'FAILED'; failure: Problem };

/**
 * Begins an attempt: the job runs, and only who knows `leaseToken` may write to it from now on.
 * @returns undefined when the job does not wait for one, e.g. because it was cancelled.
 */
export async function beginAttempt(
  manager: EntityManager,
  jobId: string,
  leaseToken: string,
): Promise<JobEntity | undefined> {
  const began = await changeState(
    manager,
    'RUNNING',
    `attempt = attempt + 1, lease_token = $3, started_at = COALESCE(started_at, now())`,
    `state IN ('QUEUED', 'RETRYING')`,
    [jobId, leaseToken],
  );
  return began ? manager.getRepository(JobEntity).findOneByOrFail({ id: jobId }) : undefined;
}

/**
 * Ends the current attempt and with it the job.
 * @returns false when the attempt is not the current one, or when COMPLETED is refused because the job is to be cancelled.
 */
export async function endAttempt(manager: EntityManager, fence: AttemptFence, end: JobEnd): Promise<boolean> {
  const completed = end.state === 'COMPLETED';
  return changeState(
    manager,
    end.state,
    `finished_at = now(), failure = $4::jsonb, lease_token = NULL, lease_expires_at = NULL
     ${completed ? ', progress = 1' : ''}`,
    `lease_token = $3 AND state = 'RUNNING' ${completed ? 'AND cancel_requested_at IS NULL' : ''}`,
    [fence.jobId, fence.leaseToken, end.failure ? storableJson(end.failure) : null],
  );
}

/** Ends a job that no worker has taken yet. @returns false when one has. */
export async function cancelWaiting(manager: EntityManager, jobId: string): Promise<boolean> {
  return changeState(
    manager,
    'CANCELLED',
    `finished_at = now(), cancel_requested_at = now()`,
    `state IN ('QUEUED', 'RETRYING')`,
    [jobId],
  );
}

/** Takes the next number of the job's events and stores the event of its new state. */
async function changeState(
  manager: EntityManager,
  state: JobState,
  assignments: string,
  condition: string,
  [jobId, ...rest]: [string, ...unknown[]],
): Promise<boolean> {
  const [rows] = await manager.query<[{ seq: number; attempt: number }[], number]>(
    `UPDATE job SET state = $2, last_seq = last_seq + 1, ${assignments}
     WHERE id = $1 AND ${condition} RETURNING last_seq AS seq, attempt`,
    [jobId, state, ...rest],
  );
  const row = rows[0];
  if (!row) return false;
  await recordState(manager, { id: jobId, state, ...row });
  return true;
}
