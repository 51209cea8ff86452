import type { DataSource } from 'typeorm';
import { terminalJobStates } from '../database/entities/index.js';
import { PeriodicLook } from './periodicLook.js';

/** Deleted by one statement, and by one look; the rest waits for the next look. */
const batchSize = 5_000;
const mostBatches = 20;

/**
 * Deletes the events of jobs that ended long ago, oldest first, all but the last one of each job: what is kept is always the
 * unbroken end of the log, and a follower still learns how the job ended. Every ten minutes, at most 100,000 events.
 * @param days that events stay after their job has ended.
 * @returns a look that gives how many were deleted.
 */
export function eventRetention(dataSource: DataSource, days: number): PeriodicLook<number> {
  return new PeriodicLook(dataSource, {
    name: 'retention',
    // "even" in ASCII.
    lock: 0x6576656e,
    pauseMilliseconds: 10 * 60_000,
    aim: 'deleting old job events',
    work: () => deleteExpired(dataSource, days),
    remark: (deleted) => (deleted > 0 ? `deleted job events that were older than ${days} days` : undefined),
  });
}

async function deleteExpired(dataSource: DataSource, days: number): Promise<number> {
  let deleted = 0;
  for (let batch = 0; batch < mostBatches; batch++) {
    const values = [days, batchSize, terminalJobStates];
    const [, count] = await dataSource.query<[unknown[], number]>(deleteStatement, values);
    deleted += count;
    if (count < batchSize) break;
  }
  return deleted;
}

const deleteStatement = `
  DELETE FROM job_event USING (
    SELECT event.job_id, event.seq
    FROM job JOIN job_event AS event ON event.job_id = job.id AND event.seq < job.last_seq
    WHERE job.state = ANY ($3) AND job.finished_at < now() - $1 * interval '1 day'
    ORDER BY event.job_id, event.seq LIMIT $2
  ) AS expired
  WHERE job_event.job_id = expired.job_id AND job_event.seq = expired.seq`;
