import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { JobEntity, type JobKind, terminalJobStates } from '../database/entities/index.js';
import type { NeededDevice } from '../shared/devices.js';
import { notFound, problem } from '../shared/errors.js';
import { currentTraceparent } from '../shared/tracing.js';
import { JobEventLog, recordState } from './jobEventLog.js';
import type { JobHandler } from './jobAttempt.js';
import { holder, JobWorker } from './jobWorker.js';
import { LeaseKeeper } from './leaseKeeper.js';
import { LeaseSweeper } from './leaseSweeper.js';
import { forgetWorkers, signOfLife, signOfLifeStatement, type WorkerDevice } from './liveWorkers.js';
import { QueueEntries } from './queueEntries.js';
import type { DatabaseSignals } from './signals.js';
import { cancelWaiting } from './transitions.js';

/** A job to enqueue. */
export interface NewJob {
  /** UUID version 7. */
  id: string;
  kind: JobKind;
  /** UUID of the project of what it is about. */
  projectId: string;
  /** Chosen by the caller; needs an `inputDigest`. */
  idempotencyKey?: string | null | undefined;
  /** sha256 of the input that came with the key. */
  inputDigest?: string | null | undefined;
  /** Higher ones are taken first; default 0. */
  priority?: number | null | undefined;
  /** Only workers that compute on it take the job; default ANY. */
  device?: NeededDevice | null | undefined;
  /** The ended job that this one does again. */
  retryOf?: string | undefined;
}

/** How a queue retries and expires its jobs. */
export interface JobQueueOptions {
  /** Seconds before the second, third … attempt at a job that lost one; default 5 and 20. */
  retryPauses?: readonly number[];
}

/** Queues jobs, runs them in the processes that ask for it, and looks after those that lost their worker. */
export class JobQueue {
  private readonly workers: JobWorker[] = [];
  /** Of this process, among the live workers. */
  private readonly workerId = randomUUID();
  private readonly kinds = new Set<JobKind>();
  private readonly stopListening: (() => void)[];
  private readonly entries: QueueEntries;
  private readonly leases: LeaseKeeper;
  private readonly sweeper: LeaseSweeper;
  private readonly pauses: readonly number[];
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    signals: DatabaseSignals,
    options: JobQueueOptions = {},
  ) {
    this.pauses = options.retryPauses ?? [5, 20];
    this.entries = new QueueEntries(dataSource);
    this.leases = new LeaseKeeper(dataSource);
    this.sweeper = new LeaseSweeper(dataSource, this.entries, this.pauses);
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
    const { id, kind, projectId, idempotencyKey = null, inputDigest = null } = job;
    const priority = job.priority ?? 0;
    const device = job.device ?? 'ANY';
    const inserted = await manager.query<unknown[]>(
      `INSERT INTO job (id, kind, state, last_seq, idempotency_key, input_digest, priority, device, retry_of, trace_parent, project_id)
       VALUES ($1, $2, 'QUEUED', 1, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (project_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING RETURNING id`,
      [
        ...[id, kind, idempotencyKey, inputDigest, priority, device, job.retryOf ?? null],
        ...[currentTraceparent() ?? null, projectId],
      ],
    );
    const jobs = manager.getRepository(JobEntity);
    if (inserted.length === 0) {
      const existing = await jobs.findOneByOrFail({ projectId, idempotencyKey: idempotencyKey! });
      if (existing.kind === kind && existing.inputDigest === inputDigest) return existing;
      throw problem('IDEMPOTENCY_CONFLICT', `the idempotency key "${idempotencyKey}" was used with another input`, {
        field: ['input', 'idempotencyKey'],
        item: idempotencyKey!,
      });
    }
    await recordState(manager, { id, seq: 1, attempt: 0, state: 'QUEUED' });
    await this.entries.add(manager, { id, kind, priority, device });
    return jobs.findOneByOrFail({ id });
  }

  /**
   * Queues a new job that does an ended one again, in the caller's transaction; it goes on from the last checkpoint where
   * there is one. When somebody has done so before, that job is returned: compare the ids.
   * @param newId UUID version 7.
   * @throws ProblemError NOT_FOUND, or CONFLICT naming the state unless the job is FAILED or CANCELLED.
   */
  async retry(manager: EntityManager, jobId: string, newId: string): Promise<JobEntity> {
    const jobs = manager.getRepository(JobEntity);
    const location = { field: ['input', 'id'], item: jobId };
    const job = await jobs.findOne({ where: { id: jobId }, lock: { mode: 'pessimistic_write' } });
    if (!job) throw notFound('job', jobId, location.field);
    if (job.state !== 'FAILED' && job.state !== 'CANCELLED') {
      throw problem('CONFLICT', `the job is ${job.state}; only a FAILED or CANCELLED job can be retried`, location);
    }
    const { kind, priority, device, projectId } = job;
    const known = await jobs.findOneBy({ retryOf: jobId });
    return known ?? this.enqueue(manager, { id: newId, kind, projectId, priority, device, retryOf: jobId });
  }

  /**
   * Runs jobs of these kinds in this process, one at a time; call it once for each group that may run side by side. Jobs of
   * the first kind that has any are taken first, in each kind those of the highest priority, then the oldest.
   *
   * What `handler` throws decides how an attempt ends: a ProblemError fails the job with its first problem; whatever it
   * throws after a cancellation cancels it, and while the worker stops puts it back into the queue; anything else loses
   * the attempt, as a GPU that failed does, after which the next one computes on the processor. After three lost attempts the job
   * fails with WORKER_CRASHED, or COMPUTE_FAILED.
   * @param has jobs that need another device are left to others; the same in every call.
   */
  async work(kinds: readonly JobKind[], handler: JobHandler, has: WorkerDevice = onTheCpu): Promise<void> {
    for (const kind of kinds) this.kinds.add(kind);
    const values = signOfLife({ id: this.workerId, name: holder, kinds: [...this.kinds], ...has });
    await this.dataSource.query(signOfLifeStatement, values);
    this.leases.start();
    this.leases.repeat({ statement: signOfLifeStatement, values });
    await this.entries.start();
    const { dataSource, entries, leases, pauses } = this;
    const parts = { dataSource, log: new JobEventLog(dataSource), entries, leases, pauses };
    this.workers.push(new JobWorker(parts, kinds, handler, has.device));
  }

  /** Looks now for attempts whose lease has run out; done by itself every few seconds. */
  sweep(): Promise<void> {
    return this.sweeper.sweep();
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
   * Takes no more jobs and waits up to `graceSeconds` (default 1) for those that run; then tells them to stop and waits once
   * more, up to 10 s, for their checkpoints. What does not end goes back to the queue all the same.
   */
  stop({ graceSeconds = 1 }: { graceSeconds?: number } = {}): Promise<void> {
    this.stopping ??= this.stopAll(graceSeconds);
    return this.stopping;
  }

  private async stopAll(graceSeconds: number): Promise<void> {
    const stopped = Promise.all(this.workers.map((worker) => worker.stop()));
    if (!(await within(stopped, graceSeconds))) {
      for (const worker of this.workers) worker.abandon();
      if (!(await within(stopped, 10))) {
        await Promise.all(this.workers.flatMap(({ current }) => (current ? [current.handBack()] : [])));
      }
    }
    for (const stop of this.stopListening) stop();
    await this.leases.stop();
    await this.sweeper.stop();
    await this.entries.stop();
    if (this.kinds.size === 0) return;
    // Where the database is gone, others forget this worker in a while.
    await this.dataSource.transaction((manager) => forgetWorkers(manager, this.workerId)).catch(() => undefined);
  }
}

const onTheCpu: WorkerDevice = { device: 'CPU', engine: '' };

async function whyNotCancelled(manager: EntityManager, jobId: string): Promise<Error> {
  const job = await manager.getRepository(JobEntity).findOneBy({ id: jobId });
  const location = { field: ['input', 'id'], item: jobId };
  return job
    ? problem('CONFLICT', `the job is ${job.state} already; only a job that has not ended can be cancelled`, location)
    : notFound('job', jobId, location.field);
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
