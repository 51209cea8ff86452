import type { DataSource } from 'typeorm';
import { ModelVersionEntity, DatasetEntity } from '../database/entities/index.js';
import type { AccessScope } from '../access/index.js';
import type { AnnotationCost } from './records.js';
import { idsIn } from './scoped.js';

/** What labels cost, from the seconds their authors measured. A time nobody measured is never filled in. */
export class LabelCostsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The labels of several data sets: every revision counts, since each took its time. In the order of `datasetIds`. */
  async ofDatasets(scope: AccessScope, datasetIds: readonly string[]): Promise<AnnotationCost[][]> {
    return this.costs(
      datasetIds,
      await idsIn(scope, this.dataSource.manager, DatasetEntity, datasetIds),
      `SELECT image.dataset_id AS owner, annotation.*
       FROM annotation JOIN image ON image.id = annotation.image_id
       WHERE image.dataset_id = ANY($1) AND image.removed_at IS NULL`,
    );
  }

  /**
   * The labels several model versions were trained on: of the anomalous training images of the snapshot, the kind the
   * training read, up to the revision that was frozen; those of the versions it continued from included. In the order of
   * `modelVersionIds`.
   */
  async ofModelVersions(scope: AccessScope, modelVersionIds: readonly string[]): Promise<AnnotationCost[][]> {
    const own = await idsIn(scope, this.dataSource.manager, ModelVersionEntity, modelVersionIds);
    return this.costs(modelVersionIds, own, revisionsBehindVersions);
  }

  /** @param own those of the owners to look at. @param revisions SQL of the revisions to count, each with its `owner`; `$1` are the owners. */
  private async costs(
    owners: readonly string[],
    own: readonly string[],
    revisions: string,
  ): Promise<AnnotationCost[][]> {
    const rows: (AnnotationCost & { owner: string })[] = await this.dataSource.query(
      `SELECT owner, kind, count(*)::int AS images,
         count(*) FILTER (WHERE complete)::int AS "measuredImages",
         count(*) FILTER (WHERE derived)::int AS "derivedImages",
         coalesce(sum(seconds), 0) AS "activeSeconds",
         avg(seconds) FILTER (WHERE complete) AS "secondsPerImage"
       FROM (
         SELECT owner, kind, image_id, sum(active_seconds) AS seconds, bool_and(active_seconds IS NOT NULL) AS complete,
           (array_agg(source ORDER BY revision DESC))[1] = 'DERIVED' AS derived
         FROM (${revisions}) AS revision GROUP BY owner, kind, image_id
       ) AS image GROUP BY owner, kind ORDER BY kind`,
      [own],
    );
    return owners.map((wanted) => rows.filter(({ owner }) => owner === wanted).map(({ owner: _, ...cost }) => cost));
  }
}

const revisionsBehindVersions = `
  WITH RECURSIVE lineage (owner, version_id) AS (
    SELECT id, id FROM model_version WHERE id = ANY($1)
    UNION
    SELECT lineage.owner, run.from_model_version_id FROM lineage
    JOIN model_version version ON version.id = lineage.version_id
    JOIN training_run run ON run.job_id = version.training_run_id
    WHERE run.from_model_version_id IS NOT NULL
  ), used AS (
    SELECT lineage.owner, label.image_id, label.kind, max(label.revision) AS revision FROM lineage
    JOIN model_version version ON version.id = lineage.version_id
    JOIN training_run run ON run.job_id = version.training_run_id
    JOIN snapshot_image frozen
      ON frozen.snapshot_id = version.snapshot_id AND frozen.split = 'TRAIN' AND frozen.label = 'ANOMALOUS'
    CROSS JOIN LATERAL unnest(frozen.annotation_ids) AS frozen_label (id)
    JOIN annotation label ON label.id = frozen_label.id AND label.kind = run.labels
    GROUP BY lineage.owner, label.image_id, label.kind
  )
  SELECT used.owner, annotation.* FROM used JOIN annotation
    ON annotation.image_id = used.image_id AND annotation.kind = used.kind AND annotation.revision <= used.revision`;
