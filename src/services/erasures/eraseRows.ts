import type { EntityManager } from 'typeorm';
import { blobColumns } from '../../database/index.js';
import { passErased, sinksBeforeVerdict } from './passErased.js';

/** What was said and drawn of erased images, and where their bytes lie. */
export interface ErasedRows {
  /** Addresses of files that rows of these images named. */
  files: string[];
  /** How many images left a row behind, since a snapshot holds them. */
  tombstones: number;
  /** Rows of the prediction log that went with them. */
  loggedPredictions: number;
}

/**
 * Takes everything of locked images out of the rows of their project that shows them: the images, their previews, maps and overlays of
 * evaluations and predictions, logged predictions of it, with a picture or without, uploads of their bytes, trials of studies. What snapshots hold keeps its size,
 * labels and sha256, and loses its name and its bytes.
 */
export async function eraseRows(
  manager: EntityManager,
  ids: readonly string[],
  projectId: string,
): Promise<ErasedRows> {
  const files = new Set<string>();
  const take = async (statement: string, values: unknown[]) => {
    const rows = await manager.query<[Record<string, string | null>[], number]>(statement, values);
    for (const row of rows[0]) for (const file of Object.values(row)) if (file) files.add(file);
    return rows[1];
  };
  const sinks = await sinksBeforeVerdict(manager, projectId);
  const logged = await take(
    `DELETE FROM logged_prediction logged USING image WHERE image.id = ANY($1) AND logged.project_id = $2
       AND (logged.image_sha256 = image.sha256 OR logged.id::text = image.origin ->> 'predictionId')
     RETURNING logged.image_sha256, logged.anomaly_map_sha256`,
    [ids, projectId],
  );
  // What predictions of data sets said was logged under the ids of their rows.
  const loggedOfDatasets = await take(
    `DELETE FROM logged_prediction logged USING predicted_image said WHERE said.image_id = ANY($1) AND logged.id = said.id
     RETURNING logged.image_sha256, logged.anomaly_map_sha256`,
    [ids],
  );
  await take(
    `DELETE FROM upload USING image WHERE image.id = ANY($1) AND upload.project_id = $2 AND upload.sha256 = image.sha256
     RETURNING upload.sha256`,
    [ids, projectId],
  );
  for (const table of ['evaluated_image', 'predicted_image']) {
    await take(`DELETE FROM ${table} WHERE image_id = ANY($1) RETURNING anomaly_map_sha256, overlay_sha256`, [ids]);
  }
  await passErased(manager, sinks);
  await manager.query('DELETE FROM study_image WHERE image_id = ANY($1)', [ids]);
  const columns = 'sha256, preview_sha256, preview_1024_sha256, preview_2048_sha256';
  const seen = await manager.query<Record<string, string | null>[]>(`SELECT ${columns} FROM image WHERE id = ANY($1)`, [
    ids,
  ]);
  for (const row of seen) for (const file of Object.values(row)) if (file) files.add(file);
  await manager.query(
    `DELETE FROM image WHERE id = ANY($1) AND NOT EXISTS (SELECT FROM snapshot_image held WHERE held.image_id = image.id)`,
    [ids],
  );
  const [, tombstones] = await manager.query<[unknown[], number]>(
    `UPDATE image SET erased_at = now(), removed_at = coalesce(removed_at, now()), filename = 'erased/' || id, origin = NULL,
       preview_sha256 = NULL, preview_1024_sha256 = NULL, preview_2048_sha256 = NULL WHERE id = ANY($1)`,
    [ids],
  );
  return { files: [...files], tombstones, loggedPredictions: logged + loggedOfDatasets };
}

/** Those of these files that some row still names. */
export async function filesInUse(manager: EntityManager, files: readonly string[]): Promise<Set<string>> {
  const uses = blobColumns(manager.connection).map(
    ({ table, column, where }) => `SELECT "${column}" AS file FROM "${table}" WHERE "${column}" = ANY($1) AND ${where}`,
  );
  const rows = await manager.query<{ file: string }[]>(uses.join(' UNION '), [files]);
  return new Set(rows.map(({ file }) => file));
}
