import type { EntityManager } from 'typeorm';
import { alertKinds } from '../../database/entities/index.js';
import { normalValueColumns, type NormalValues } from './normalValues.js';
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
  bankDistanceDrift: number | null;
}

/** Versions that were asked most, at most: each is a label of metrics. */
const mostVersions = 100;

/** The versions of the whole installation that were asked most in the last 24 hours, and how many alerts of each kind are open. */
export async function servedModels(manager: EntityManager) {
  const rows = await manager.query<
    (NormalValues &
      Pick<ServedVersion, 'project' | 'model' | 'version' | 'predictions'> & {
        anomalous: number;
        normalBins: number[];
        bankBins: number[];
      })[]
  >(servedStatement);
  const versions = rows.map((row): ServedVersion => {
    const { project, model, version, predictions } = row;
    return {
      ...{ project, model, version, predictions, anomalyRate: row.anomalous / predictions },
      scoreDistance: scoreDrift(row.normalBins, row.scoreEdges, row.normalScores)?.distance ?? null,
      bankDistanceDrift: scoreDrift(row.bankBins, row.bankEdges, row.normalDistances)?.distance ?? null,
    };
  });
  const counts = await manager.query<{ kind: string; count: number }[]>(
    'SELECT kind, count(*)::integer AS count FROM monitoring_alert WHERE closed_at IS NULL GROUP BY kind',
  );
  const openAlerts = alertKinds.map((kind) => ({ kind, count: counts.find((one) => one.kind === kind)?.count ?? 0 }));
  return { versions, openAlerts };
}

const servedStatement = `
  SELECT project.name AS project, model.name AS model, version.version, asked.predictions, asked.anomalous, asked."normalBins",
         asked."bankBins", ${normalValueColumns}
  FROM (
    SELECT model_version_id AS id, sum(predictions)::integer AS predictions, sum(anomalous)::integer AS anomalous,
           sum_bins(normal_bins) AS "normalBins", sum_bins(bank_bins) AS "bankBins"
    FROM prediction_hour WHERE hour > now() - interval '24 hours' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostVersions}
  ) AS asked
  JOIN model_version version ON version.id = asked.id JOIN model ON model.id = version.model_id
  JOIN project ON project.id = model.project_id`;
