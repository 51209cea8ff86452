import type { DataSource } from 'typeorm';
import { PeriodicLook } from '../../jobs/index.js';
import { usualPolicy } from './logPolicy.js';

/** Deleted by one statement, and by one look; the rest waits for the next look. */
const batchSize = 5_000;
const mostBatches = 20;

/**
 * Deletes logged predictions that are older than their project keeps them, and the oldest of those that are too many, every ten
 * minutes. Their pictures are collected when nothing else refers to them.
 * @returns a look that gives how many were deleted.
 */
export function predictionLogRetention(dataSource: DataSource): PeriodicLook<number> {
  return new PeriodicLook(dataSource, {
    name: 'retention',
    // "plog" in ASCII.
    lock: 0x706c6f67,
    pauseMilliseconds: 10 * 60_000,
    aim: 'deleting old logged predictions',
    work: async () => {
      const old = await deleteBatches(dataSource, deleteOld, [usualPolicy.retentionDays, batchSize]);
      return old + (await deleteBatches(dataSource, deleteExcess, [usualPolicy.mostPredictions, batchSize]));
    },
    remark: (deleted) => (deleted > 0 ? 'deleted logged predictions as their projects say' : undefined),
  });
}

async function deleteBatches(dataSource: DataSource, statement: string, values: unknown[]): Promise<number> {
  let deleted = 0;
  for (let batch = 0; batch < mostBatches; batch++) {
    const [, count] = await dataSource.query<[unknown[], number]>(statement, values);
    deleted += count;
    if (count < batchSize) break;
  }
  return deleted;
}

const deleteOld = `
  DELETE FROM logged_prediction WHERE id IN (
    SELECT logged.id FROM logged_prediction logged LEFT JOIN prediction_log_policy policy USING (project_id)
    WHERE logged.at < now() - coalesce(policy.retention_days, $1) * interval '1 day' LIMIT $2)`;

const deleteExcess = `
  DELETE FROM logged_prediction WHERE id IN (
    SELECT excess.id FROM project LEFT JOIN prediction_log_policy policy ON policy.project_id = project.id
    CROSS JOIN LATERAL (
      SELECT id FROM logged_prediction WHERE project_id = project.id
      ORDER BY id DESC OFFSET coalesce(policy.most_predictions, $1) LIMIT $2
    ) AS excess LIMIT $2)`;
