import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { JobEntity, type LogWrittenPayload, type MetricsReportedPayload } from '../database/entities/index.js';
import { type Problem, ProblemError } from '../shared/errors.js';
import { createLogger } from '../shared/logger.js';
import { EventBuffer } from './eventBuffer.js';
import { type AbortCause, JobAborted } from './jobAborted.js';
import type { JobEventLog } from './jobEventLog.js';
import type { JobHandler, JobProgress, JobRun } from './jobRun.js';
import { PhaseClock } from './phaseClock.js';
import { endAttempt, type JobEnd } from './transitions.js';

/** How often a running job is looked up, for handlers that report rarely and signals that got lost. */
const watchMilliseconds = 1000;

/** Longer messages are cut: an event is a line, not a file. */
const longestMessage = 10_000;

/** How often, with growing pauses, the end of a job is tried to be stored: about a minute. */
const endTries = 12;

/** One attempt of this process at a job: runs the handler and turns its outcome into the job's end. */
export class Attempt implements JobRun {
  readonly signal: AbortSignal;
  readonly pluginLog: JobRun['pluginLog'] = {
    info: (message) => {
      this.log('INFO', message);
    },
    warn: (message) => {
      this.log('WARN', message);
    },
  };
  private readonly controller = new AbortController();
  private readonly clock = new PhaseClock();
  private readonly buffer: EventBuffer;
  private readonly logger = createLogger('jobs');
  private ended = false;

  /** @param settle settles the queue's entry, in the transaction that ends the job. */
  constructor(
    private readonly dataSource: DataSource,
    log: JobEventLog,
    readonly job: JobEntity,
    private readonly leaseToken: string,
    private readonly settle: (manager: EntityManager) => Promise<void>,
  ) {
    this.signal = this.controller.signal;
    this.buffer = new EventBuffer(
      log,
      { jobId: job.id, leaseToken },
      {
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
      },
    );
  }

  /** Tells the handler to stop. The first cause counts. */
  abort(because: AbortCause): void {
    if (!this.signal.aborted) this.controller.abort(new JobAborted(because));
  }

  /** Resolves when the job's end is stored, or cannot be; never rejects. */
  async run(handler: JobHandler): Promise<void> {
    const watch = setInterval(() => void this.look(), watchMilliseconds);
    try {
      await handler(this);
      if (!this.ended) await this.complete(() => Promise.resolve());
    } catch (error) {
      if (!this.ended) await this.end(error);
      else
        this.logger.error({ jobId: this.job.id, error: describe(error) }, 'a handler failed after its job had ended');
    } finally {
      clearInterval(watch);
    }
  }

  report(progress: JobProgress): void {
    const { phase, step, totalSteps, metrics = {}, fraction } = progress;
    const payload: MetricsReportedPayload = {
      phase,
      step,
      totalSteps,
      metrics: Object.entries(metrics).flatMap(([name, value]) => (Number.isFinite(value) ? [{ name, value }] : [])),
      ...this.clock.measure(progress, performance.now() / 1000),
    };
    this.buffer.add('METRICS_REPORTED', payload, Math.min(1, Math.max(0, fraction || 0)));
  }

  log(level: LogWrittenPayload['level'], message: string): void {
    const cut = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
    this.buffer.add('LOG_WRITTEN', { level, message: cut });
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
    await this.settle(manager);
  }

  /** Looks whether the job is to be cancelled, or is not ours any more. */
  async look(manager: EntityManager = this.dataSource.manager): Promise<void> {
    const job = await manager
      .getRepository(JobEntity)
      .findOne({ where: { id: this.job.id }, select: { id: true, leaseToken: true, cancelRequestedAt: true } })
      // Without an answer nothing is known; the next look or write will tell.
      .catch(() => undefined);
    if (job === undefined || this.ended) return;
    if (job?.leaseToken !== this.leaseToken) this.abort('LEASE_LOST');
    else if (job.cancelRequestedAt) this.abort('CANCELLED');
  }

  /** Stores how the job ended. Repeats itself while the database does not answer. */
  private async end(error: unknown): Promise<void> {
    const end = this.endOf(error);
    if (!end) {
      this.logger.warn({ jobId: this.job.id, code: 'LEASE_LOST' }, 'another attempt has taken over');
      return;
    }
    await this.buffer.close();
    for (let tried = 1; ; tried++) {
      try {
        await this.dataSource.transaction(async (manager) => {
          if (await endAttempt(manager, this.fence, end)) await this.settle(manager);
        });
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
  private endOf(error: unknown): JobEnd | undefined {
    // complete() throws it without the signal when only its last write found out.
    const aborted = error instanceof JobAborted ? error : (this.signal.reason as JobAborted | undefined);
    if (aborted?.because === 'LEASE_LOST') return undefined;
    if (aborted?.because === 'CANCELLED') return { state: 'CANCELLED' };
    if (error instanceof ProblemError) return { state: 'FAILED', failure: this.firstProblem(error) };
    if (aborted?.because === 'WORKER_STOPPING') {
      const message = 'The worker was stopped before the job had ended. Start it again.';
      return { state: 'FAILED', failure: { code: 'WORKER_CRASHED', message } };
    }
    const reference = randomUUID();
    this.logger.error({ jobId: this.job.id, reference, error: describe(error) }, 'a job failed');
    const message = `Internal error. Reference: ${reference}`;
    return { state: 'FAILED', failure: { code: 'WORKER_CRASHED', message } };
  }

  /** A job has room for one problem; its log has room for all. */
  private firstProblem({ problems }: ProblemError): Problem {
    for (const { code, message } of problems.slice(0, 100)) this.log('ERROR', `${code}: ${message}`);
    return problems[0]!;
  }

  private get fence() {
    return { jobId: this.job.id, leaseToken: this.leaseToken };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
