import type { DataSource } from 'typeorm';
import { deleteInBatches, deletionBatch, PeriodicLook } from '../../jobs/index.js';
import { usualPolicy } from './logPolicy.js';

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
      const old = await deleteInBatches(dataSource, deleteOld, [usualPolicy.retentionDays, deletionBatch]);
      return old + (await deleteInBatches(dataSource, deleteExcess, [usualPolicy.mostPredictions, deletionBatch]));
    },
    remark: (deleted) => (deleted > 0 ? 'deleted logged predictions as their projects say' : undefined),
  });
}

const deleteOld = `
  DELETE FROM logged_prediction WHERE id IN (
    SELECT logged.id FROM logged_prediction logged LEFT JOIN prediction_log_policy policy USING (project_id)
    WHERE logged.at < now() - coalesce(policy.retention_days, $1) * interval '1 day' LIMIT $2)`;

/** What a sink has not been told yet stays, until it is too old or the sink is paused. */
const deleteExcess = `
  DELETE FROM logged_prediction WHERE id IN (
    SELECT excess.id FROM project LEFT JOIN prediction_log_policy policy ON policy.project_id = project.id
    CROSS JOIN LATERAL (
      SELECT id, seq FROM logged_prediction WHERE project_id = project.id
      ORDER BY id DESC OFFSET coalesce(policy.most_predictions, $1)
    ) AS excess
    WHERE NOT EXISTS (SELECT FROM sink WHERE project_id = project.id AND paused_at IS NULL AND last_seq < excess.seq)
    LIMIT $2)`;
