import type { EntityManager } from 'typeorm';
import { alertKinds } from '../../database/entities/index.js';
import { scoreDrift } from './scoreDrift.js';

/** A version that was asked in the last 24 hours. */
export interface ServedVersion {
  /** Names. */
  project: string;
  model: string;
  version: number;
  predictions: number;
  anomalyRate: number;
  /** See `scoreDrift`; null where nothing can be compared. */
  scoreDistance: number | null;
}

/** Versions that were asked most, at most: each is a label of metrics. */
const mostVersions = 100;

/** The versions of the whole installation that were asked most in the last 24 hours, and how many alerts of each kind are open. */
export async function servedModels(manager: EntityManager) {
  const rows = await manager.query<
    (Omit<ServedVersion, 'anomalyRate' | 'scoreDistance'> & {
      anomalous: number;
      bins: number[];
      edges: number[];
      normal: number[];
    })[]
  >(servedStatement);
  const versions = rows.map(({ anomalous, bins, edges, normal, ...served }): ServedVersion => {
    const scoreDistance = scoreDrift(bins, edges, normal)?.distance ?? null;
    return { ...served, anomalyRate: anomalous / served.predictions, scoreDistance };
  });
  const counts = await manager.query<{ kind: string; count: number }[]>(
    'SELECT kind, count(*)::integer AS count FROM monitoring_alert WHERE closed_at IS NULL GROUP BY kind',
  );
  const openAlerts = alertKinds.map((kind) => ({ kind, count: counts.find((one) => one.kind === kind)?.count ?? 0 }));
  return { versions, openAlerts };
}

const servedStatement = `
  SELECT project.name AS project, model.name AS model, version.version, asked.predictions, asked.anomalous, asked.bins,
         score_edges(version.id) AS edges, ARRAY(
           SELECT given.score::double precision FROM jsonb_array_elements_text(version.calibration -> 'imageScores') AS given (score)
           WHERE given.score::double precision < coalesce(version.image_threshold, 'Infinity')
         ) AS normal
  FROM (
    SELECT model_version_id AS id, sum(predictions)::integer AS predictions, sum(anomalous)::integer AS anomalous,
           sum_bins(normal_bins) AS bins
    FROM prediction_hour WHERE hour > now() - interval '24 hours' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostVersions}
  ) AS asked
  JOIN model_version version ON version.id = asked.id JOIN model ON model.id = version.model_id
  JOIN project ON project.id = model.project_id`;
