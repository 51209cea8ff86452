/**
 * Why the work on a job has to stop:
 * - `CANCELLED`: somebody asked for it;
 * - `LEASE_LOST`: the attempt is not the current one any more, nothing may be written;
 * - `WORKER_STOPPING`: the worker ends before the job does;
 * - `DATABASE_LOST`: events could not be stored for too long.
 */
export type AbortCause = 'CANCELLED' | 'LEASE_LOST' | 'WORKER_STOPPING' | 'DATABASE_LOST';

/** Reason of an aborted {@link JobAttempt.signal}; what `signal.throwIfAborted()` throws. */
export class JobAborted extends Error {
  override readonly name = 'JobAborted';

  constructor(readonly because: AbortCause) {
    super(`the work on the job has to stop: ${because}`);
  }
}
