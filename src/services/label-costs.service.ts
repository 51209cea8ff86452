import type { DataSource } from 'typeorm';
import { ModelVersionEntity, DatasetEntity } from '../database/entities/index.js';
import type { AccessScope } from '../access/index.js';
import { isOpenSql } from './label-sessions/openSessions.js';
import type { AnnotationCost } from './records.js';
import { idsIn } from './scoped.js';
import { meanInterval } from './statistics/meanInterval.js';

/** What labels cost, from the seconds their authors measured. A time nobody measured is never filled in. */
export class LabelCostsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The labels of several data sets: every revision counts, since each took its time. In the order of `datasetIds`. */
  async ofDatasets(scope: AccessScope, datasetIds: readonly string[]): Promise<AnnotationCost[][]> {
    const own = await idsIn(scope, this.dataSource.manager, DatasetEntity, datasetIds);
    const costs = await this.costs(
      own,
      `SELECT image.dataset_id AS owner, annotation.*
       FROM annotation JOIN image ON image.id = annotation.image_id
       WHERE image.dataset_id = ANY($1) AND image.removed_at IS NULL`,
    );
    const beside = await this.dataSource.query<SecondsBeside[]>(secondsBeside, [own]);
    return datasetIds.map((id) =>
      withSecondsBeside(
        costs.get(id) ?? [],
        beside.filter(({ owner }) => owner === id),
      ),
    );
  }

  /**
   * The labels several model versions were trained on: of the anomalous training images of the snapshot, the kind the
   * training read, up to the revision that was frozen; those of the versions it continued from included. In the order of
   * `modelVersionIds`.
   */
  async ofModelVersions(scope: AccessScope, modelVersionIds: readonly string[]): Promise<AnnotationCost[][]> {
    const own = await idsIn(scope, this.dataSource.manager, ModelVersionEntity, modelVersionIds);
    const costs = await this.costs(own, revisionsBehindVersions);
    return modelVersionIds.map((id) => costs.get(id) ?? []);
  }

  /** @param own those of the owners to look at. @param revisions SQL of the revisions to count, each with its `owner`; `$1` are the owners. */
  private async costs(own: readonly string[], revisions: string): Promise<Map<string, AnnotationCost[]>> {
    const rows: CostRow[] = await this.dataSource.query(
      `SELECT owner, kind, count(*) FILTER (WHERE NOT gone)::int AS images,
         count(*) FILTER (WHERE complete)::int AS "measuredImages",
         count(*) FILTER (WHERE derived)::int AS "derivedImages",
         coalesce(sum(seconds), 0) AS "activeSeconds",
         avg(seconds) FILTER (WHERE complete) AS "secondsPerImage",
         percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE complete) AS "medianSecondsPerImage",
         coalesce(array_agg(seconds) FILTER (WHERE complete), '{}') AS measured,
         coalesce(sum(assisted), 0) AS "secondsWithSuggestion",
         coalesce(sum(implausible), 0) AS "implausibleSeconds"
       FROM (
         SELECT owner, kind, image_id,
           sum(active_seconds) FILTER (WHERE counts) AS seconds,
           sum(active_seconds) FILTER (WHERE counts AND assistance IS NOT NULL) AS assisted,
           sum(active_seconds) FILTER (WHERE NOT counts) AS implausible,
           bool_and(active_seconds IS NOT NULL AND counts) AND NOT (array_agg(removed ORDER BY revision DESC))[1] AS complete,
           (array_agg(source ORDER BY revision DESC))[1] IN ('DERIVED', 'PREDICTED') AS derived,
           (array_agg(removed ORDER BY revision DESC))[1] AS gone
         FROM (SELECT *, timing IS DISTINCT FROM 'IMPLAUSIBLE' AS counts FROM (${revisions}) AS given) AS revision
         GROUP BY owner, kind, image_id
       ) AS image GROUP BY owner, kind ORDER BY kind`,
      [own],
    );
    const costs = new Map<string, AnnotationCost[]>();
    for (const { owner, ...row } of rows) costs.set(owner, [...(costs.get(owner) ?? []), costOf(row)]);
    return costs;
  }
}

type CostRow = Omit<
  AnnotationCost,
  'secondsPerImageInterval' | 'secondsWithoutSuggestion' | 'lostSeconds' | 'reviewSeconds'
> & {
  owner: string;
  /** Seconds of each measured image. */
  measured: number[];
};

function costOf({ measured, ...row }: Omit<CostRow, 'owner'>): AnnotationCost {
  return {
    ...row,
    secondsPerImageInterval: meanInterval(measured.map((seconds) => [seconds])),
    secondsWithoutSuggestion: row.activeSeconds - row.secondsWithSuggestion,
    lostSeconds: null,
    reviewSeconds: null,
  };
}

/** Time that made no label. */
interface SecondsBeside {
  owner: string;
  kind: AnnotationCost['kind'];
  lost: number;
  review: number;
}

/** Kinds that cost time and have no label yet are told, too. */
function withSecondsBeside(costs: readonly AnnotationCost[], beside: readonly SecondsBeside[]): AnnotationCost[] {
  const kinds = [...new Set([...costs, ...beside].map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const found = beside.find((one) => one.kind === kind);
    const cost = costs.find((one) => one.kind === kind) ?? { ...noCost, kind };
    return { ...cost, lostSeconds: found?.lost ?? 0, reviewSeconds: found?.review ?? 0 };
  });
}

const noCost = {
  ...{ images: 0, measuredImages: 0, derivedImages: 0, activeSeconds: 0 },
  ...{ secondsPerImage: null, medianSecondsPerImage: null, secondsPerImageInterval: null },
  ...{ secondsWithSuggestion: 0, secondsWithoutSuggestion: 0, implausibleSeconds: 0 },
};

/** Lost: of sessions that were given up or expired. Review: of judgements. */
const secondsBeside = `
  SELECT owner, kind, sum(lost) AS lost, sum(review) AS review FROM (
    SELECT image.dataset_id AS owner, session.kind, session.active_seconds AS lost, 0 AS review
    FROM label_session session JOIN image ON image.id = session.image_id
    WHERE image.dataset_id = ANY($1) AND image.removed_at IS NULL AND session.purpose = 'LABEL'
      AND session.timing IS DISTINCT FROM 'IMPLAUSIBLE'
      AND (session.outcome = 'GIVEN_UP' OR (session.closed_at IS NULL AND NOT ${isOpenSql('session')}))
    UNION ALL
    SELECT image.dataset_id, label.kind, 0, review.active_seconds
    FROM annotation_review review JOIN annotation label ON label.id = review.annotation_id
    JOIN image ON image.id = label.image_id
    WHERE image.dataset_id = ANY($1) AND image.removed_at IS NULL AND review.timing IN ('STATED', 'MEASURED')
  ) AS work GROUP BY owner, kind HAVING sum(lost) > 0 OR sum(review) > 0`;

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
