import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { JobEntity, type LogWrittenPayload, type MetricsReportedPayload } from '../database/entities/index.js';
import { ComputeFailure } from '../shared/computeFailure.js';
import { type Problem, ProblemError } from '../shared/errors.js';
import { failpoint } from '../shared/failpoints.js';
import { createLogger } from '../shared/logger.js';
import { EventBuffer } from './eventBuffer.js';
import { checkpointsOf, type StoredCheckpoint, storeCheckpoint } from './checkpoints.js';
import { type AbortCause, JobAborted } from './jobAborted.js';
import { type AttemptFence, type JobEventLog, reportedSteps } from './jobEventLog.js';
import type { JobHandler, JobProgress, JobAttempt, Watchdog } from './jobAttempt.js';
import { StageClock } from './stageClock.js';
import type { LeaseKeeper } from './leaseKeeper.js';
import { type Loss, loseAttempt } from './lostAttempts.js';
import type { QueueEntries } from './queueEntries.js';
import { endAttempt, type JobEnd, lockAttempt, releaseJob } from './transitions.js';

/** How often a running job is looked up, for handlers that report rarely and signals that got lost. */
const watchMilliseconds = 1000;

/** Longer messages are cut: an event is a line, not a file. */
const longestMessage = 10_000;

/** How often, with growing pauses, the end of a job is tried to be stored: about a minute. */
const endTries = 12;

/** What the attempts of a process share. */
export interface AttemptParts {
  dataSource: DataSource;
  log: JobEventLog;
  leases: LeaseKeeper;
  entries: QueueEntries;
  /** Seconds before the second, third … attempt. */
  pauses: readonly number[];
}

/** One attempt of this process at a job: runs the handler and turns its outcome into the job's end. */
export class Attempt implements JobAttempt {
  readonly signal: AbortSignal;
  readonly pluginLog: JobAttempt['pluginLog'] = {
    info: (message) => {
      this.log('INFO', message);
    },
    warn: (message) => {
      this.log('WARN', message);
    },
  };
  private readonly controller = new AbortController();
  private readonly clock = new StageClock();
  private readonly buffer: EventBuffer;
  private readonly logger = createLogger('jobs');
  private readonly dataSource: DataSource;
  private readonly fence: AttemptFence;
  /** Highest step of each stage that earlier attempts have reported. */
  private reported = new Map<string, number>();
  private ended = false;

  constructor(
    private readonly parts: AttemptParts,
    readonly job: JobEntity,
  ) {
    this.dataSource = parts.dataSource;
    this.fence = { jobId: job.id, leaseToken: job.leaseToken! };
    this.signal = this.controller.signal;
    this.buffer = new EventBuffer(parts.log, this.fence, {
      stored: ({ cancelRequestedAt }) => {
        if (cancelRequestedAt) this.abort('CANCELLED');
      },
      fenced: () => {
        this.abort('LEASE_LOST');
      },
      failed: (error) => {
        this.logger.error({ jobId: job.id, error: String(error) }, 'events could not be stored');
        this.abort('DATABASE_LOST');
      },
    });
  }

  /** Tells the handler to stop. The first cause counts. */
  abort(because: AbortCause): void {
    if (!this.signal.aborted) this.controller.abort(new JobAborted(because));
  }

  /** Resolves when the attempt's end is stored, or cannot be; never rejects. */
  async run(handler: JobHandler): Promise<void> {
    const { leaseToken } = this.fence;
    const watch = setInterval(() => void this.look(), watchMilliseconds);
    this.parts.leases.hold(leaseToken, () => {
      this.abort('LEASE_LOST');
    });
    try {
      if (this.job.attempt > 1) this.reported = await reportedSteps(this.dataSource.manager, this.job.id);
      await handler(this);
      if (!this.ended) await this.complete(() => Promise.resolve());
    } catch (error) {
      if (!this.ended) await this.end(error);
      else
        this.logger.error({ jobId: this.job.id, error: describe(error) }, 'a handler failed after its job had ended');
    } finally {
      clearInterval(watch);
      this.parts.leases.release(leaseToken);
    }
  }

  report(progress: JobProgress): void {
    const { stage, step, totalSteps, metrics = {}, fraction } = progress;
    const pace = this.clock.measure(progress, performance.now() / 1000);
    if (step <= (this.reported.get(stage) ?? 0)) return;
    const payload: MetricsReportedPayload = {
      stage,
      step,
      totalSteps,
      metrics: Object.entries(metrics).flatMap(([name, value]) => (Number.isFinite(value) ? [{ name, value }] : [])),
      ...pace,
    };
    this.buffer.add('METRICS_REPORTED', payload, Math.min(1, Math.max(0, fraction || 0)));
  }

  log(level: LogWrittenPayload['level'], message: string): void {
    const cut = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
    this.buffer.add('LOG_WRITTEN', { level, message: cut });
  }

  watchdog(limit: Watchdog | undefined): void {
    this.parts.leases.watch(this.fence.leaseToken, limit);
  }

  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      if (!(await lockAttempt(manager, this.fence))) {
        this.abort('LEASE_LOST');
        throw new JobAborted('LEASE_LOST');
      }
      return work(manager);
    });
  }

  checkpoints(): Promise<StoredCheckpoint[]> {
    return checkpointsOf(this.dataSource.manager, this.job.id);
  }

  async saveCheckpoint(checkpoint: StoredCheckpoint): Promise<string[]> {
    await this.buffer.hold();
    try {
      return await this.write((manager) => storeCheckpoint(manager, this.job, checkpoint));
    } finally {
      this.buffer.resume();
    }
  }

  async complete(write: (manager: EntityManager) => Promise<void>): Promise<void> {
    this.throwIfBarred();
    if (this.ended) throw new Error('the job has ended already');
    // The end is the last event: what was said before goes first, what is said meanwhile is dropped with it.
    await this.buffer.hold();
    try {
      this.throwIfBarred();
      await this.dataSource.transaction((manager) => this.storeCompletion(manager, write));
    } catch (error) {
      this.buffer.resume();
      throw error;
    }
    this.ended = true;
    this.buffer.discard();
    failpoint('finish.after_commit');
  }

  /** A worker that stops may still complete what is done. */
  private throwIfBarred(): void {
    const reason = this.signal.reason as JobAborted | undefined;
    if (reason && reason.because !== 'WORKER_STOPPING') throw reason;
  }

  private async storeCompletion(
    manager: EntityManager,
    write: (manager: EntityManager) => Promise<void>,
  ): Promise<void> {
    // Early, so that a stale attempt does not collide with what the current one writes; the update below decides.
    await this.look(manager);
    this.throwIfBarred();
    await write(manager);
    if (!(await endAttempt(manager, this.fence, { state: 'COMPLETED' }))) {
      await this.look(manager);
      this.throwIfBarred();
      throw new JobAborted('LEASE_LOST');
    }
    failpoint('finish.before_commit');
  }

  /** Looks whether the job is to be cancelled, or is not ours any more. */
  async look(manager: EntityManager = this.dataSource.manager): Promise<void> {
    const job = await manager
      .getRepository(JobEntity)
      .findOne({ where: { id: this.job.id }, select: { id: true, leaseToken: true, cancelRequestedAt: true } })
      // Without an answer nothing is known; the next look or write will tell.
      .catch(() => undefined);
    if (job === undefined || this.ended) return;
    if (job?.leaseToken !== this.fence.leaseToken) this.abort('LEASE_LOST');
    else if (job.cancelRequestedAt) this.abort('CANCELLED');
  }

  /** Gives the lease back although the handler has not ended: the process is about to. What the handler still does is fenced. */
  async handBack(): Promise<void> {
    await this.storeEnd((manager) => this.giveBack(manager));
  }

  /** Stores how the attempt ended, once everything it reported is. */
  private async end(error: unknown): Promise<void> {
    const store = this.endOf(error);
    if (!store) {
      this.logger.warn({ jobId: this.job.id, code: 'LEASE_LOST' }, 'another attempt has taken over');
      return;
    }
    await this.buffer.close();
    await this.storeEnd(store);
  }

  /** Repeats itself while the database does not answer; when it never does, the lease runs out. */
  private async storeEnd(store: (manager: EntityManager) => Promise<void>): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        await this.dataSource.transaction(store);
        this.ended = true;
        return;
      } catch (failure) {
        if (tried === endTries) {
          this.logger.error({ jobId: this.job.id, error: describe(failure) }, 'the end of a job could not be stored');
          return;
        }
        await delay(Math.min(100 * 2 ** tried, 10_000));
      }
    }
  }

  /** Undefined when nothing may be written any more. */
  private endOf(error: unknown): ((manager: EntityManager) => Promise<void>) | undefined {
    // complete() and write() throw it without the signal when only they found out.
    const aborted = error instanceof JobAborted ? error : (this.signal.reason as JobAborted | undefined);
    if (aborted?.because === 'LEASE_LOST') return undefined;
    if (aborted?.because === 'CANCELLED') return (manager) => this.store(manager, { state: 'CANCELLED' });
    if (error instanceof ComputeFailure && error.code === 'COMPUTE_FAILED') {
      return (manager) => this.loseOnGpu(manager, error.problem);
    }
    if (error instanceof ProblemError || error instanceof ComputeFailure) {
      const failure = this.firstProblem('problems' in error ? error.problems : [error.problem]);
      return (manager) => this.store(manager, { state: 'FAILED', failure });
    }
    if (aborted?.because === 'WORKER_STOPPING') return (manager) => this.giveBack(manager);
    const reference = randomUUID();
    this.logger.error({ jobId: this.job.id, reference, error: describe(error) }, 'an attempt failed');
    return (manager) => this.lose(manager, reference);
  }

  private async store(manager: EntityManager, end: JobEnd): Promise<void> {
    await endAttempt(manager, this.fence, end);
  }

  private async giveBack(manager: EntityManager): Promise<void> {
    const job = await lockAttempt(manager, this.fence);
    if (!job) return;
    if (job.cancelRequestedAt) return this.store(manager, { state: 'CANCELLED' });
    await releaseJob(manager, job, 'QUEUED');
    await this.parts.entries.add(manager, job);
  }

  private async lose(manager: EntityManager, reference: string): Promise<void> {
    const how = `Internal error. Reference: ${reference}`;
    await this.loseBy(manager, { how, advice: "The reference is in the worker's log, with the cause." });
  }

  private async loseOnGpu(manager: EntityManager, { code, message }: Problem): Promise<void> {
    const advice = 'Look at the GPU, its driver and its temperature, or start it with the device CPU.';
    await this.loseBy(manager, { how: message, advice, code, gpuFailed: true });
  }

  private async loseBy(manager: EntityManager, loss: Loss): Promise<void> {
    const job = await lockAttempt(manager, this.fence);
    if (job) await loseAttempt(manager, this.parts.entries, job, loss, this.parts.pauses);
  }

  /** A job has room for one problem; its log has room for all. */
  private firstProblem(problems: readonly Problem[]): Problem {
    for (const { code, message } of problems.slice(0, 100)) this.log('ERROR', `${code}: ${message}`);
    return problems[0]!;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
