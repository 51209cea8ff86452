import type { EntityManager } from 'typeorm';
import { terminalJobStates, type JobKind, type JobState } from '../database/entities/index.js';
import { problem } from '../shared/errors.js';
import { deleteForgottenImages } from './images/removeImages.js';
import { quoted } from './names.js';

/** Jobs named in one message; the rest is counted. */
const maximumNamed = 10;

/** A job that needs a data set or one of its snapshots. */
interface Use {
  kind: JobKind;
  /** Of the model, for what has one. */
  model: string | null;
  /** The model's, when there is one already. */
  version: number | null;
  state: JobState;
  jobId: string;
}

/**
 * Refuses to delete a data set, or one of its snapshots, while something needs it: a model version, the results of an evaluation or of
 * a prediction, or any job that has not ended. What ended without a result needs nothing. Locks the snapshots against new jobs.
 * @param name what is to be deleted, for the message.
 * @param item its own name, or id.
 * @throws ProblemError CONFLICT that names the jobs.
 */
export async function refuseWhenInUse(
  manager: EntityManager,
  of: { datasetId: string } | { snapshotId: string },
  { name, item }: { name: string; item: string },
): Promise<void> {
  const [column, id] = 'datasetId' in of ? ['dataset_id', of.datasetId] : ['id', of.snapshotId];
  const snapshots: { id: string }[] = await manager.query(`SELECT id FROM snapshot WHERE ${column} = $1 FOR UPDATE`, [
    id,
  ]);
  const uses = await findUses(
    manager,
    snapshots.map((snapshot) => snapshot.id),
    'datasetId' in of ? of.datasetId : null,
  );
  if (uses.length === 0) return;
  const named = uses.slice(0, maximumNamed).map(textOf).join(', ');
  const more = uses.length > maximumNamed ? ` and ${uses.length - maximumNamed} more` : '';
  const message = `${name} is in use by ${uses.length} ${uses.length === 1 ? 'job' : 'jobs'}: ${named}${more}`;
  throw problem('CONFLICT', `${message}; it stays readable for them`, { field: ['input', 'id'], item });
}

async function findUses(
  manager: EntityManager,
  snapshotIds: readonly string[],
  datasetId: string | null,
): Promise<Use[]> {
  return manager.query(
    `SELECT job.kind, used.model, used.version, job.state, job.id AS "jobId" FROM (
       SELECT run.job_id, run.model_name AS model, version.version, version.id IS NOT NULL AS has_result
       FROM training_run run LEFT JOIN model_version version ON version.training_run_id = run.job_id
       WHERE run.snapshot_id = ANY($1)
       UNION ALL
       SELECT evaluation.job_id, model.name, version.version, NULL
       FROM evaluation JOIN model_version version ON version.id = evaluation.model_version_id
         JOIN model ON model.id = version.model_id
       WHERE evaluation.snapshot_id = ANY($1)
       UNION ALL
       SELECT prediction.job_id, model.name, version.version, NULL
       FROM dataset_prediction prediction JOIN model_version version ON version.id = prediction.model_version_id
         JOIN model ON model.id = version.model_id
       WHERE prediction.snapshot_id = ANY($1)
       UNION ALL
       SELECT job_id, NULL, NULL, false FROM dataset_import WHERE dataset_id = $2
       UNION ALL
       SELECT job_id, NULL, NULL, false FROM dataset_export WHERE snapshot_id = ANY($1)
     ) used JOIN job ON job.id = used.job_id
     WHERE coalesce(used.has_result, job.state = 'COMPLETED') OR job.state <> ALL($3)
     ORDER BY job.id`,
    [snapshotIds, datasetId, terminalJobStates],
  );
}

function textOf({ kind, model, version, state, jobId }: Use): string {
  const what = kind.toLowerCase().replaceAll('_', ' ');
  if (model === null) return `${what} ${jobId} (${state})`;
  return version === null
    ? `${what} ${jobId} of model ${quoted(model)} (${state})`
    : `${what} of model ${quoted(model)} version ${version}`;
}

/** Deletes snapshots that nothing needs, with the jobs that only were about them and the images that only they held. */
export async function deleteSnapshots(manager: EntityManager, ids: readonly string[]): Promise<void> {
  for (const table of ['training_run', 'evaluation', 'dataset_prediction', 'dataset_export']) {
    await manager.query(`DELETE FROM job WHERE id IN (SELECT job_id FROM ${table} WHERE snapshot_id = ANY($1))`, [ids]);
  }
  const [deleted] = await manager.query<[{ datasetId: string }[], number]>(
    'DELETE FROM snapshot WHERE id = ANY($1) RETURNING dataset_id AS "datasetId"',
    [ids],
  );
  await deleteForgottenImages(
    manager,
    deleted.map(({ datasetId }) => datasetId),
  );
}
