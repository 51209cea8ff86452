import type { EntityManager } from 'typeorm';

/**
 * How many images of each evaluation hold bytes that its model version, or one it continued from, was trained on; null where the
 * training images are not here, as of an imported model. In the order of `evaluationIds`.
 */
export async function imagesTrainedOn(
  manager: EntityManager,
  evaluationIds: readonly string[],
): Promise<(number | null)[]> {
  const rows: { id: string; isKnown: boolean; images: number }[] = await manager.query(statement, [evaluationIds]);
  const byId = new Map(rows.map(({ id, isKnown, images }) => [id, isKnown ? images : null]));
  return evaluationIds.map((id) => byId.get(id) ?? null);
}

/** A training reads the normal images of TRAIN, and the anomalous ones that carry labels of the kind it was to read. */
const statement = `
  WITH RECURSIVE lineage (owner, version_id) AS (
    SELECT job_id, model_version_id FROM evaluation WHERE job_id = ANY($1)
    UNION
    SELECT lineage.owner, run.from_model_version_id FROM lineage
    JOIN model_version version ON version.id = lineage.version_id
    JOIN training_run run ON run.job_id = version.training_run_id
    WHERE run.from_model_version_id IS NOT NULL
  ), trained AS (
    SELECT DISTINCT lineage.owner, image.sha256 FROM lineage
    JOIN model_version version ON version.id = lineage.version_id
    JOIN training_run run ON run.job_id = version.training_run_id
    JOIN snapshot_image frozen ON frozen.snapshot_id = version.snapshot_id AND frozen.split = 'TRAIN'
    JOIN image ON image.id = frozen.image_id
    WHERE frozen.label = 'NORMAL' OR (frozen.label = 'ANOMALOUS' AND EXISTS (
      SELECT FROM annotation WHERE annotation.id = ANY(frozen.annotation_ids) AND annotation.kind = run.labels))
  )
  SELECT evaluation.job_id AS id,
    NOT EXISTS (
      SELECT FROM lineage JOIN model_version version ON version.id = lineage.version_id
      WHERE lineage.owner = evaluation.job_id
        AND NOT EXISTS (SELECT FROM snapshot_image WHERE snapshot_id = version.snapshot_id)) AS "isKnown",
    (SELECT count(*)::int FROM snapshot_image tested JOIN image ON image.id = tested.image_id
     JOIN trained ON trained.owner = evaluation.job_id AND trained.sha256 = image.sha256
     WHERE tested.snapshot_id = evaluation.snapshot_id AND tested.split = evaluation.split) AS images
  FROM evaluation WHERE evaluation.job_id = ANY($1)`;
