import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type JobEntity, type JobKind } from '../database/entities/index.js';
import type { Device } from '../shared/devices.js';
import { failpoint } from '../shared/failpoints.js';
import { createLogger, withLogContext } from '../shared/logger.js';
import { type SpanOptions, traced } from '../shared/tracing.js';
import { Attempt, type AttemptParts } from './attempt.js';
import type { JobHandler } from './jobAttempt.js';
import { QueueLoop } from './queueLoop.js';
import { beginAttempt } from './transitions.js';

/** Machine and process, for people. */
export const holder = `${hostname()} (process ${process.pid})`;

/** Takes jobs of some kinds from the queue, one at a time, and runs them. */
export class JobWorker {
  private readonly loop: QueueLoop;
  /** What this worker does at the moment. */
  current: Attempt | undefined;
  private abandoned = false;
  private readonly logger = createLogger('jobs');

  /**
   * @param kinds the first that has a job is taken from.
   * @param device what the handler computes on.
   */
  constructor(
    private readonly parts: AttemptParts,
    private readonly kinds: readonly JobKind[],
    private readonly handler: JobHandler,
    private readonly device: Device,
  ) {
    this.loop = new QueueLoop(() => this.takeOne());
  }

  /** Something was queued: of this kind, or of any. */
  wake(kind: string | undefined): void {
    if (kind === undefined || (this.kinds as readonly string[]).includes(kind)) this.loop.wake();
  }

  /** Takes nothing more; resolves when the current job has ended. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Tells the current job, or one that is being taken, to stop. */
  abandon(): void {
    this.abandoned = true;
    this.current?.abort('WORKER_STOPPING');
  }

  private async takeOne(): Promise<boolean> {
    const job = await this.claimNext();
    if (job) await this.run(job);
    return job !== undefined;
  }

  private async claimNext(): Promise<JobEntity | undefined> {
    for (const kind of this.kinds) {
      const job = await this.claim(kind);
      if (job) return job;
    }
    return undefined;
  }

  /** Takes the queue's entry and begins the attempt in one transaction: a worker that dies in between leaves both as they were. */
  private async claim(kind: JobKind): Promise<JobEntity | undefined> {
    const { dataSource, entries } = this.parts;
    const claimed = await dataSource.transaction(async (manager) => {
      for (;;) {
        const jobId = await entries.take(manager, kind, this.device);
        if (!jobId) return undefined;
        const job = await beginAttempt(manager, jobId, { leaseToken: randomUUID(), holder });
        if (job) return job;
        // Cancelled while it waited, deleted, or taken by way of another entry: this one is spent.
      }
    });
    if (claimed) failpoint('claim.after_commit');
    return claimed;
  }

  private async run(job: JobEntity): Promise<void> {
    this.current = new Attempt(this.parts, job);
    if (this.abandoned) this.current.abort('WORKER_STOPPING');
    const { current } = this;
    await withLogContext({ jobId: job.id, attempt: job.attempt }, () =>
      traced(`attempt ${job.kind}`, spanOf(job), async () => {
        this.logger.info({ kind: job.kind }, 'an attempt began');
        await current.run(this.handler);
        this.logger.info({ kind: job.kind }, 'an attempt ended');
      }),
    );
    this.current = undefined;
  }
}

/** The attempt belongs to the request that asked for the job. */
function spanOf({ id, attempt, kind, traceParent }: JobEntity): SpanOptions {
  return {
    attributes: { 'residua.job_id': id, 'residua.attempt': attempt, 'residua.job_kind': kind },
    parent: traceParent,
  };
}
