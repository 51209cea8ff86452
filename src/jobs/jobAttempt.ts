import type { EntityManager } from 'typeorm';
import type { JobEntity, LogWrittenPayload } from '../database/entities/index.js';
import type { Problem } from '../shared/errors.js';
import type { StoredCheckpoint } from './checkpoints.js';

/** What a handler reports while it works. */
export interface JobProgress {
  /** `feature-extraction`, `memory-bank`, `training`, … */
  stage: string;
  /** 1-based, of this stage. */
  step: number;
  totalSteps: number;
  /** Values that are not finite are left out: they cannot be drawn, and JSON has no words for them. */
  metrics?: Readonly<Record<string, number>> | undefined;
  /** Done of the whole job, 0 to 1. A smaller value than before changes nothing. */
  fraction: number;
}

/** Ends an attempt that no longer makes progress. */
export interface Watchdog {
  limitSeconds: number;
  failure: Problem;
}

/** One attempt at a job, as its handler sees it. */
export interface JobAttempt {
  /** As it was when the attempt began. */
  readonly job: JobEntity;
  /**
   * Aborted with a `JobAborted` when the job is cancelled, at most about 2 s after it was asked for; when the worker stops;
   * and when another attempt has taken over.
   */
  readonly signal: AbortSignal;
  /**
   * Becomes a METRICS_REPORTED event. Cheap, never waits; every report is stored, but a step of a stage that an earlier
   * attempt has reported is not reported again. Ignored after the end.
   */
  report(progress: JobProgress): void;
  /** Becomes a LOG_WRITTEN event. Ignored after the end. */
  log(level: LogWrittenPayload['level'], message: string): void;
  /**
   * What becomes of the job when this process's event loop stands still for longer than the limit, as when a plugin loops
   * without end: it fails with `failure`, and the process is killed, since nothing else stops such a loop. Cheap, may be called
   * every step; undefined ends the watch.
   */
  watchdog(limit: Watchdog | undefined): void;
  /** {@link log} in the shape that plugins are given. */
  readonly pluginLog: { info(message: string): void; warn(message: string): void };
  /**
   * Writes while the job runs. The job stays this attempt's until the transaction ends.
   * @throws JobAborted when another attempt has taken over; then nothing was written.
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Where this attempt may go on: what earlier attempts left, the best first. */
  checkpoints(): Promise<StoredCheckpoint[]>;
  /**
   * Stores a checkpoint whose content the blob store holds; becomes a CHECKPOINT_SAVED event behind all that was reported.
   * @returns sha256 of contents that nothing refers to any more.
   * @throws JobAborted when another attempt has taken over; then nothing was written.
   */
  saveCheckpoint(checkpoint: StoredCheckpoint): Promise<string[]>;
  /**
   * Ends the job: what `write` writes through its manager, the state COMPLETED and the last event become visible in one
   * transaction, or none of them. A handler that returns without it completes with nothing to write.
   * A worker that is stopping may still complete.
   * @throws JobAborted when the job was cancelled or another attempt has taken over; then nothing was written.
   */
  complete(write: (manager: EntityManager) => Promise<void>): Promise<void>;
}

/** Does the work of a job. What it throws decides how the job ends, see `JobQueue.work`. */
export type JobHandler = (attempt: JobAttempt) => Promise<void>;
