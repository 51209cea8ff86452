import type { EntityManager } from 'typeorm';

/** What became of images that were taken out of their data sets. */
export interface RemovedImages {
  ids: readonly string[];
  /** How many of them stay readable in snapshots. */
  keptInSnapshots: number;
}

const inNoSnapshot = 'NOT EXISTS (SELECT FROM snapshot_image held WHERE held.image_id = image.id)';

/** Takes locked images out of their data sets: deletes those that no snapshot holds, and marks the others. */
export async function removeImages(manager: EntityManager, ids: readonly string[]): Promise<RemovedImages> {
  await manager.query(`DELETE FROM image WHERE id = ANY($1) AND ${inNoSnapshot}`, [ids]);
  const [, keptInSnapshots] = await manager.query<[unknown[], number]>(
    'UPDATE image SET removed_at = now() WHERE id = ANY($1)',
    [ids],
  );
  return { ids, keptInSnapshots };
}

/** Deletes images that were taken out of these data sets and stayed only for snapshots that are gone now. */
export async function deleteForgottenImages(manager: EntityManager, datasetIds: readonly string[]): Promise<void> {
  await manager.query(`DELETE FROM image WHERE dataset_id = ANY($1) AND removed_at IS NOT NULL AND ${inNoSnapshot}`, [
    datasetIds,
  ]);
}
