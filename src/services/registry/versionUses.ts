import type { EntityManager } from 'typeorm';
import { terminalJobStates } from '../../database/entities/index.js';
import { problem, type ProblemError } from '../../shared/errors.js';

/** How many uses a refusal names. */
const namedUses = 10;

/**
 * What points at model versions and would be left hanging without them, in words; each with the version's number. A job that ended
 * without a result does not count.
 */
async function usesOf(manager: EntityManager, versionIds: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ version: number; use: string }[]>(
    `SELECT version.version, use FROM (
       SELECT model_version_id AS id, 1 AS rank, 'alias "' || name || '"' AS use, NULL AS job_id, true AS has_result FROM model_alias
       UNION ALL SELECT model_version_id, 2, 'evaluation on ' || split || ' (' || job_id || ')', job_id, NULL FROM evaluation
       UNION ALL SELECT from_model_version_id, 3, 'fine-tuned run of "' || model_name || '" (' || job_id || ')', job_id,
         EXISTS (SELECT FROM model_version made WHERE made.training_run_id = job_id) FROM training_run
       UNION ALL SELECT model_version_id, 4, 'prediction of a data set (' || job_id || ')', job_id, NULL FROM dataset_prediction
       UNION ALL SELECT model_version_id, 5, 'export that has not ended (' || job_id || ')', job_id, false FROM model_export
     ) uses JOIN model_version version ON version.id = uses.id LEFT JOIN job ON job.id = uses.job_id
     WHERE uses.id = ANY ($1) AND (coalesce(has_result, job.state = 'COMPLETED') OR job.state <> ALL ($2))
     ORDER BY version.version, rank, use`,
    [versionIds, terminalJobStates],
  );
  return rows.map(({ version, use }) => `version ${version}: ${use}`);
}

/** The CONFLICT that names what uses the versions; undefined when nothing does. */
export async function conflictOfUses(
  manager: EntityManager,
  modelName: string,
  versionIds: readonly string[],
): Promise<ProblemError | undefined> {
  const uses = await usesOf(manager, versionIds);
  if (uses.length === 0) return undefined;
  const more = uses.length > namedUses ? `; and ${uses.length - namedUses} more` : '';
  const message = `the model ${JSON.stringify(modelName)} is in use: ${uses.slice(0, namedUses).join('; ')}${more}`;
  return problem('CONFLICT', message, { field: ['input', 'id'], item: modelName });
}

/** Deletes what only was about versions that are about to go: exports, whose files stay with whoever fetched them, and jobs without a result. */
export async function deleteJobsAbout(manager: EntityManager, versionIds: readonly string[]): Promise<void> {
  await manager.query(
    `DELETE FROM job WHERE id IN (
       SELECT job_id FROM model_export WHERE model_version_id = ANY($1)
       UNION ALL SELECT job_id FROM evaluation WHERE model_version_id = ANY($1)
       UNION ALL SELECT job_id FROM dataset_prediction WHERE model_version_id = ANY($1)
       UNION ALL SELECT job_id FROM training_run WHERE from_model_version_id = ANY($1))`,
    [versionIds],
  );
}
