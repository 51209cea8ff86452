import PgBoss from 'pg-boss';
import type { DataSource, EntityManager } from 'typeorm';
import type { JobEntity, JobKind } from '../database/entities/index.js';
import { poolExecutor, queueOf, transactionExecutor } from '../database/index.js';
import type { Device } from '../shared/devices.js';
import { createLogger } from '../shared/logger.js';
import { warnWithoutWorker } from './liveWorkers.js';

/**
 * The places of jobs in the queues. An entry says that an attempt may begin, and is spent by the attempt that it begins: what
 * happens afterwards stands in the job's own row. So an entry too many does no harm.
 */
export class QueueEntries {
  private readonly boss: PgBoss;

  constructor(dataSource: DataSource) {
    const logger = createLogger('queue');
    this.boss = new PgBoss({ db: poolExecutor(dataSource), migrate: false, schedule: false });
    this.boss.on('error', (error) => {
      logger.warn({ error: error.message }, 'the upkeep of the queues failed');
    });
  }

  /** Starts the upkeep of the queues: only where jobs are run. */
  async start(): Promise<void> {
    await this.boss.start();
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false });
  }

  /**
   * Lets an attempt at a job begin, now or after a pause, once the caller's transaction commits, which has written its row.
   * The job's log says so when no live worker has the device it needs.
   */
  async add(
    manager: EntityManager,
    job: Pick<JobEntity, 'id' | 'kind' | 'priority' | 'device'> & { createdAt?: Date },
    afterSeconds = 0,
  ): Promise<void> {
    const { id, kind, priority, createdAt } = job;
    const options = { priority, startAfter: afterSeconds, db: transactionExecutor(manager) };
    const entry = await this.boss.send(queueOf(kind), { jobId: id }, options);
    if (entry === null) throw new Error(`there is no queue for ${kind} jobs: run the migrations`);
    // A job that comes back, from a worker that stops or after a lost attempt, stands where it stood.
    if (createdAt) {
      const place = 'UPDATE pgboss.job SET created_on = $3 WHERE name = $1 AND id = $2';
      await manager.query(place, [queueOf(kind), entry, createdAt]);
    }
    await warnWithoutWorker(manager, job);
    if (afterSeconds === 0) await manager.query(`SELECT pg_notify('job_queued', $1)`, [kind]);
  }

  /**
   * Takes the entry of the highest priority, the oldest among them, of a job that may run on this device. pg-boss chooses
   * without a look at the job, so the choice is made here.
   * @returns its job's id; undefined when there is none.
   */
  async take(manager: EntityManager, kind: JobKind, device: Device): Promise<string | undefined> {
    const [entry] = await manager.query<{ id: string; jobId: string }[]>(nextStatement, [queueOf(kind), device]);
    if (!entry) return undefined;
    await this.boss.deleteJob(queueOf(kind), entry.id, { db: transactionExecutor(manager) });
    return entry.jobId;
  }
}

/** The entry of a job that was deleted is for anyone, to be spent. */
const nextStatement = `
  SELECT entry.id, entry.data->>'jobId' AS "jobId"
  FROM pgboss.job AS entry LEFT JOIN job ON job.id = (entry.data->>'jobId')::uuid
  WHERE entry.name = $1 AND entry.state < 'active' AND entry.start_after < now()
    AND COALESCE(job.device, 'ANY') IN ('ANY', $2)
  ORDER BY entry.priority DESC, entry.created_on, entry.id
  LIMIT 1 FOR UPDATE OF entry SKIP LOCKED`;
