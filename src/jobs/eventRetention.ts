import type { DataSource } from 'typeorm';
import { terminalJobStates } from '../database/entities/index.js';
import { deleteInBatches, deletionBatch } from './deleteInBatches.js';
import { PeriodicLook } from './periodicLook.js';

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
    work: () => deleteInBatches(dataSource, deleteStatement, [days, deletionBatch, terminalJobStates]),
    remark: (deleted) => (deleted > 0 ? `deleted job events that were older than ${days} days` : undefined),
  });
}

/**
 * Deletes the changes of projects that happened long ago, oldest first, all but the last one of each project: what is kept is
 * always the unbroken end of the log. Every ten minutes, at most 100,000 changes.
 * @param days that changes stay.
 */
export function changeRetention(dataSource: DataSource, days: number): PeriodicLook<number> {
  return new PeriodicLook(dataSource, {
    name: 'retention',
    // "chan" in ASCII.
    lock: 0x6368616e,
    pauseMilliseconds: 10 * 60_000,
    aim: 'deleting old changes of projects',
    work: () => deleteInBatches(dataSource, deleteChanges, [days, deletionBatch]),
    remark: (deleted) => (deleted > 0 ? `deleted changes of projects that were older than ${days} days` : undefined),
  });
}

const deleteStatement = `
  DELETE FROM job_event USING (
    SELECT event.job_id, event.seq
    FROM job JOIN job_event AS event ON event.job_id = job.id AND event.seq < job.last_seq
    WHERE job.state = ANY ($3) AND job.finished_at < now() - $1 * interval '1 day'
    ORDER BY event.job_id, event.seq LIMIT $2
  ) AS expired
  WHERE job_event.job_id = expired.job_id AND job_event.seq = expired.seq`;

/** A change stays behind an older one that stays: clocks that were set back leave no gap. */
const deleteChanges = `
  DELETE FROM project_change USING (
    SELECT head.project_id, oldest.seq FROM project_change_head head CROSS JOIN LATERAL (
      SELECT seq, bool_and(at < now() - $1 * interval '1 day') OVER (ORDER BY seq) AS expired
      FROM (SELECT seq, at FROM project_change WHERE project_id = head.project_id AND seq < head.last_seq
            ORDER BY seq LIMIT $2) AS first
    ) AS oldest
    WHERE oldest.expired ORDER BY head.project_id, oldest.seq LIMIT $2
  ) AS expired
  WHERE project_change.project_id = expired.project_id AND project_change.seq = expired.seq`;
