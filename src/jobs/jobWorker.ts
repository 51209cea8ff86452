import { randomUUID } from 'node:crypto';
import type PgBoss from 'pg-boss';
import type { DataSource } from 'typeorm';
import { type JobEntity, type JobKind } from '../database/entities/index.js';
import { queueOf, transactionExecutor } from '../database/index.js';
import { createLogger, withLogContext } from '../shared/logger.js';
import { type SpanOptions, traced } from '../shared/tracing.js';
import { Attempt } from './attempt.js';
import type { JobEventLog } from './jobEventLog.js';
import type { JobHandler } from './jobRun.js';
import { beginAttempt } from './transitions.js';
import { QueueLoop } from './queueLoop.js';

interface Claim {
  job: JobEntity;
  leaseToken: string;
  /** Of the queue's entry. */
  entryId: string;
}

/** Takes jobs of some kinds from the queue, one at a time, and runs them. */
export class JobWorker {
  private readonly loop: QueueLoop;
  /** What this worker does at the moment. */
  current: Attempt | undefined;
  private abandoned = false;
  private readonly logger = createLogger('jobs');

  constructor(
    private readonly dataSource: DataSource,
    private readonly boss: PgBoss,
    private readonly log: JobEventLog,
    private readonly kinds: readonly JobKind[],
    private readonly handler: JobHandler,
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
    const claim = await this.claimNext();
    if (claim) await this.run(claim);
    return claim !== undefined;
  }

  private async claimNext(): Promise<Claim | undefined> {
    for (const kind of this.kinds) {
      const claim = await this.claim(kind);
      if (claim) return claim;
    }
    return undefined;
  }

  /** Takes the queue's entry and begins the attempt in one transaction: a worker that dies in between leaves both as they were. */
  private async claim(kind: JobKind): Promise<Claim | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const db = transactionExecutor(manager);
      for (;;) {
        const [entry] = await this.boss.fetch<{ jobId: string }>(queueOf(kind), { db });
        if (!entry) return undefined;
        const leaseToken = randomUUID();
        const job = await beginAttempt(manager, entry.data.jobId, leaseToken);
        if (job) return { job, leaseToken, entryId: entry.id };
        // Cancelled while it waited, or deleted.
        await this.boss.complete(queueOf(kind), entry.id, { db });
      }
    });
  }

  private async run({ job, leaseToken, entryId }: Claim): Promise<void> {
    this.current = new Attempt(this.dataSource, this.log, job, leaseToken, async (manager) => {
      await this.boss.complete(queueOf(job.kind), entryId, {}, { db: transactionExecutor(manager) });
    });
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
