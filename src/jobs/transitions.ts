import { storableJson } from '../database/index.js';
import type { EntityManager } from 'typeorm';
import { JobEntity, type JobState } from '../database/entities/index.js';
import type { Problem } from '../shared/errors.js';
import { type AttemptFence, recordState } from './jobEventLog.js';
import { leaseSeconds } from './leaseKeeper.js';

/** How an attempt ends. */
export type JobEnd = { state: 'COMPLETED' | 'CANCELLED'; failure?: undefined } | { state: 'FAILED'; failure: Problem };

/** Who holds a lease: its secret, and where that is. */
export interface LeaseHolder {
  leaseToken: string;
  /** Machine and process, for people. */
  holder: string;
}

/**
 * Begins an attempt: the job runs, and only who knows `leaseToken` may write to it from now on.
 * @returns undefined when the job does not wait for one, e.g. because it was cancelled.
 */
export async function beginAttempt(
  manager: EntityManager,
  jobId: string,
  { leaseToken, holder }: LeaseHolder,
): Promise<JobEntity | undefined> {
  const began = await changeState(
    manager,
    'RUNNING',
    `attempt = attempt + 1, lease_token = $3, lease_holder = $4, started_at = COALESCE(started_at, now()),
     lease_expires_at = clock_timestamp() + $5 * interval '1 second'`,
    `state IN ('QUEUED', 'RETRYING')`,
    [jobId, leaseToken, holder, leaseSeconds],
  );
  return began ? manager.getRepository(JobEntity).findOneByOrFail({ id: jobId }) : undefined;
}

/**
 * Locks the job of an attempt, so that it stays the current one until the transaction ends.
 * @returns undefined when it is not any more.
 */
export async function lockAttempt(
  manager: EntityManager,
  { jobId, leaseToken }: AttemptFence,
): Promise<JobEntity | undefined> {
  const where = { id: jobId, leaseToken, state: 'RUNNING' } as const;
  const job = await manager.getRepository(JobEntity).findOne({ where, lock: { mode: 'pessimistic_write' } });
  return job ?? undefined;
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

/** Ends the attempt of a locked job, but not the job: another attempt follows. */
export async function releaseJob(manager: EntityManager, job: JobEntity, state: 'QUEUED' | 'RETRYING'): Promise<void> {
  const lost = state === 'RETRYING' ? ', lost_attempts = lost_attempts + 1' : '';
  await changeState(manager, state, `lease_token = NULL, lease_expires_at = NULL ${lost}`, `state = 'RUNNING'`, [
    job.id,
  ]);
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
