import type { DataSource } from 'typeorm';
import { terminalJobStates } from '../database/entities/index.js';
import { createLogger } from '../shared/logger.js';

const pauseMilliseconds = 10 * 60_000;

/** Deleted by one statement, and by one look; the rest waits for the next look. */
const batchSize = 5_000;
const mostBatches = 20;

/** Any number, the same in every process: "even" in ASCII. */
const retentionLock = 0x6576656e;

/**
 * Deletes the events of jobs that ended long ago, oldest first, all but the last one of each job: what is kept is always the
 * unbroken end of the log, and a follower still learns how the job ended. Every worker runs it; one at a time works.
 */
export class EventRetention {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<unknown> = Promise.resolve();
  private readonly logger = createLogger('retention');

  /** @param days that events stay after their job has ended. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly days: number,
  ) {}

  /** Looks now and then every ten minutes. */
  start(): void {
    this.look();
    this.timer = setInterval(() => this.look(), pauseMilliseconds);
  }

  /** Resolves when the look under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** Deletes what is too old, at most 100,000 events. @returns how many were deleted. */
  async deleteExpired(): Promise<number> {
    let deleted = 0;
    for (let batch = 0; batch < mostBatches; batch++) {
      const count = await this.deleteBatch();
      deleted += count;
      if (count < batchSize) break;
    }
    return deleted;
  }

  private look(): void {
    this.looking = this.deleteExpired().then(
      (deleted) => deleted > 0 && this.logger.info({ deleted, days: this.days }, 'deleted old job events'),
      (error: unknown) => this.logger.warn({ err: error }, 'old job events could not be deleted'),
    );
  }

  private deleteBatch(): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const [lock] = await manager.query<{ taken: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
        retentionLock,
      ]);
      if (!lock!.taken) return 0;
      const [, count] = await manager.query<[unknown[], number]>(deleteStatement, [
        this.days,
        batchSize,
        terminalJobStates,
      ]);
      return count;
    });
  }
}

const deleteStatement = `
  DELETE FROM job_event USING (
    SELECT event.job_id, event.seq
    FROM job JOIN job_event AS event ON event.job_id = job.id AND event.seq < job.last_seq
    WHERE job.state = ANY ($3) AND job.finished_at < now() - $1 * interval '1 day'
    ORDER BY event.job_id, event.seq LIMIT $2
  ) AS expired
  WHERE job_event.job_id = expired.job_id AND job_event.seq = expired.seq`;
