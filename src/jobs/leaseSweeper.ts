import type { DataSource, EntityManager } from 'typeorm';
import { JobEntity } from '../database/entities/index.js';
import { createLogger } from '../shared/logger.js';
import { forgetWorkers } from './liveWorkers.js';
import { loseAttempt } from './lostAttempts.js';
import { endAttempt } from './transitions.js';
import type { QueueEntries } from './queueEntries.js';

const sweepMilliseconds = 5000;

const workerGone = {
  how: 'its worker was not heard of any more',
  advice:
    "Look for the cause in that worker's log and in its machine's memory: a process that is killed for want of memory leaves no line.",
};

/**
 * Finds attempts whose lease has run out, whichever process held it, and lets another attempt follow; forgets workers that are
 * gone. Runs in every process.
 */
export class LeaseSweeper {
  private readonly logger = createLogger('leases');
  private readonly timer: NodeJS.Timeout;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly entries: QueueEntries,
    private readonly pauses: readonly number[],
  ) {
    this.timer = setInterval(() => {
      // One that waits for the database must not be joined by others.
      this.sweeping ??= this.sweepQuietly();
    }, sweepMilliseconds).unref();
  }

  /** Resolves when a sweep that runs is over. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Takes note of every lost attempt. Rows that others have locked are theirs. */
  async sweep(): Promise<void> {
    // First: a job that its worker has lost is then warned once, as it begins to wait.
    await this.dataSource.transaction((manager) => forgetWorkers(manager));
    while (await this.dataSource.transaction((manager) => this.sweepOne(manager)));
  }

  private async sweepQuietly(): Promise<void> {
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn({ error: String(error) }, 'leases could not be looked at');
    } finally {
      this.sweeping = undefined;
    }
  }

  private async sweepOne(manager: EntityManager): Promise<boolean> {
    const job = await manager
      .getRepository(JobEntity)
      .createQueryBuilder('job')
      .where("job.state = 'RUNNING' AND job.lease_expires_at < clock_timestamp()")
      .orderBy('job.lease_expires_at')
      .limit(1)
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .getOne();
    if (!job) return false;
    this.logger.warn({ jobId: job.id, attempt: job.attempt, holder: job.leaseHolder }, 'a lease has run out');
    // Its own worker has said why, as it gave up.
    if (job.failure)
      await endAttempt(
        manager,
        { jobId: job.id, leaseToken: job.leaseToken! },
        { state: 'FAILED', failure: job.failure },
      );
    else await loseAttempt(manager, this.entries, job, workerGone, this.pauses);
    return true;
  }
}
