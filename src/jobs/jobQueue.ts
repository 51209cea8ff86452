import PgBoss from 'pg-boss';
import type { DataSource, EntityManager } from 'typeorm';
import { JobEntity, type JobKind, terminalJobStates } from '../database/entities/index.js';
import { poolExecutor, queueOf, transactionExecutor } from '../database/index.js';
import { problem } from '../shared/errors.js';
import { createLogger } from '../shared/logger.js';
import { currentTraceparent } from '../shared/tracing.js';
import { JobEventLog, recordState } from './jobEventLog.js';
import type { JobHandler } from './jobRun.js';
import { JobWorker } from './jobWorker.js';
import type { DatabaseSignals } from './signals.js';
import { cancelWaiting } from './transitions.js';

export interface NewJob {
  /** UUID version 7. */
  id: string;
  kind: JobKind;
  /** Chosen by the caller; needs an `inputDigest`. */
  idempotencyKey?: string | null | undefined;
  /** sha256 of the input that came with the key. */
  inputDigest?: string | null | undefined;
}

/** Queues jobs, and runs them in the processes that ask for them. */
export class JobQueue {
  private readonly log: JobEventLog;
  private readonly logger = createLogger('jobs');
  private readonly workers: JobWorker[] = [];
  private readonly stopListening: (() => void)[];
  /** Started, for its upkeep of the queues, only where jobs are run. */
  private readonly boss: PgBoss;

  constructor(
    private readonly dataSource: DataSource,
    signals: DatabaseSignals,
  ) {
    this.log = new JobEventLog(dataSource);
    this.boss = new PgBoss({ db: poolExecutor(dataSource), migrate: false, schedule: false });
    this.boss.on('error', (error) => {
      this.logger.warn({ error: error.message }, 'the upkeep of the queues failed');
    });
    this.stopListening = [
      signals.listen('job_queued', (kind) => {
        for (const worker of this.workers) worker.wake(kind);
      }),
      signals.listen('job_cancel', (jobId) => {
        for (const { current } of this.workers) {
          if (current && (jobId === undefined || jobId === current.job.id)) void current.look();
        }
      }),
    ];
  }

  /**
   * Stores a job, its first event and its place in the queue in the caller's transaction; a worker takes it when that
   * commits. When the key is known with the same digest, the job that has it is returned: compare the ids.
   * @throws ProblemError IDEMPOTENCY_CONFLICT when the key came with another input, or for another kind of job.
   */
  async enqueue(manager: EntityManager, job: NewJob): Promise<JobEntity> {
    const { id, kind, idempotencyKey = null, inputDigest = null } = job;
    const inserted = await manager.query<unknown[]>(
      `INSERT INTO job (id, kind, state, last_seq, idempotency_key, input_digest, trace_parent)
       VALUES ($1, $2, 'QUEUED', 1, $3, $4, $5)
       ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING RETURNING id`,
      [id, kind, idempotencyKey, inputDigest, currentTraceparent() ?? null],
    );
    const jobs = manager.getRepository(JobEntity);
    if (inserted.length === 0) {
      const existing = await jobs.findOneByOrFail({ idempotencyKey: idempotencyKey! });
      if (existing.kind === kind && existing.inputDigest === inputDigest) return existing;
      throw problem('IDEMPOTENCY_CONFLICT', `the idempotency key "${idempotencyKey}" was used with another input`, {
        field: ['input', 'idempotencyKey'],
        item: idempotencyKey!,
      });
    }
    await recordState(manager, { id, seq: 1, attempt: 0, state: 'QUEUED' });
    const entry = await this.boss.send(queueOf(kind), { jobId: id }, { db: transactionExecutor(manager) });
    if (entry === null) throw new Error(`there is no queue for ${kind} jobs: run the migrations`);
    await manager.query(`SELECT pg_notify('job_queued', $1)`, [kind]);
    return jobs.findOneByOrFail({ id });
  }

  /**
   * Runs jobs of these kinds in this process, one at a time; call it once for each group that may run side by side.
   * What `handler` throws decides how a job ends: a ProblemError fails it with its first problem; anything else fails
   * it with a masked message and a reference into the log; whatever it throws after a cancellation cancels it.
   */
  async work(kinds: readonly JobKind[], handler: JobHandler): Promise<void> {
    await this.boss.start();
    this.workers.push(new JobWorker(this.dataSource, this.boss, this.log, kinds, handler));
  }

  /** Jobs that run in this process now. */
  get runningCount(): number {
    return this.workers.filter(({ current }) => current !== undefined).length;
  }

  /**
   * A job that waits is cancelled at once. One that runs is asked to stop: its worker cancels it within about 2 s, or later
   * when the handler does not look at its signal.
   * @throws ProblemError NOT_FOUND, or CONFLICT naming the state when the job has ended.
   */
  async cancel(jobId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // The queue's entry stays: touching it here could deadlock with a worker that is taking it.
      if (await cancelWaiting(manager, jobId)) return;
      const [requested] = await manager.query<[unknown[], number]>(
        `UPDATE job SET cancel_requested_at = COALESCE(cancel_requested_at, now())
         WHERE id = $1 AND state <> ALL ($2) RETURNING id`,
        [jobId, terminalJobStates],
      );
      if (requested.length === 0) throw await whyNotCancelled(manager, jobId);
      await manager.query(`SELECT pg_notify('job_cancel', $1)`, [jobId]);
    });
  }

  /**
   * Takes no more jobs and waits up to `graceSeconds` (default 10) for those that run; then tells them to stop and waits
   * once more. What has not ended then keeps the state RUNNING in the database.
   */
  async stop({ graceSeconds = 10 }: { graceSeconds?: number } = {}): Promise<void> {
    const stopped = Promise.all(this.workers.map((worker) => worker.stop()));
    if (!(await within(stopped, graceSeconds))) {
      for (const worker of this.workers) worker.abandon();
      await within(stopped, 10);
    }
    for (const stop of this.stopListening) stop();
    await this.boss.stop({ graceful: false });
  }
}

async function whyNotCancelled(manager: EntityManager, jobId: string): Promise<Error> {
  const job = await manager.getRepository(JobEntity).findOneBy({ id: jobId });
  const location = { field: ['input', 'id'], item: jobId };
  return job
    ? problem('CONFLICT', `the job is ${job.state} already; only a job that has not ended can be cancelled`, location)
    : problem('NOT_FOUND', 'there is no job with this id', location);
}

async function within(work: Promise<unknown>, seconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
