import type { EntityManager } from 'typeorm';
import type { MonitoringStep } from '../monitoring.service.js';
import { normalValueColumns, type NormalValues } from './normalValues.js';

/** Predictions of some hours, counted. */
export interface PredictionCounts {
  predictions: number;
  anomalous: number;
  scoreSum: number;
  /** See `PredictionHourEntity`. */
  normalBins: number[];
  bankBins: number[];
  latencyBins: number[];
}

/** Which hours: those that begin in the stretch, the first one as a whole. */
export interface AskedHours {
  modelVersionId: string;
  from: Date;
  to: Date;
  step: MonitoringStep;
  station: string | null;
}

/** Counts of a version by hour or day, oldest first, with the stations and what it is compared with. */
export async function readHours(manager: EntityManager, { modelVersionId, from, to, step, station }: AskedHours) {
  const unit = step === 'HOUR' ? 'hour' : 'day';
  const rows = await manager.query<(PredictionCounts & { start: Date; end: Date })[]>(
    `SELECT date_trunc($4, hour, 'UTC') AS start, date_trunc($4, hour, 'UTC') + ('1 ' || $4)::interval AS end,
            ${countColumns}
     FROM prediction_hour
     WHERE model_version_id = $1 AND hour >= date_trunc('hour', $2::timestamptz) AND hour < $3 AND ${ofStation('$5')}
     GROUP BY 1 ORDER BY 1`,
    [modelVersionId, from, to, unit, station],
  );
  const [about] = await manager.query<(NormalValues & { stations: string[] })[]>(
    `SELECT ${normalValueColumns}, ARRAY(
       SELECT DISTINCT station FROM prediction_hour
       WHERE model_version_id = $1 AND hour >= date_trunc('hour', $2::timestamptz) AND hour < $3 AND station <> '' ORDER BY 1
     ) AS stations FROM model_version version WHERE id = $1`,
    [modelVersionId, from, to],
  );
  const buckets = rows.map(({ start, end, ...counts }) => ({ from: start, to: end, counts }));
  const { stations, ...normal } = about!;
  return { buckets, stations, normal };
}

/** The first predictions kept that say what a process in control does, at most. */
const baselinePredictions = 1_000;

/** The first predictions of a version that are kept: about a thousand, in whole hours. They say what share of anomalous images to expect. */
export async function readBaseline(
  manager: EntityManager,
  { modelVersionId, station }: { modelVersionId: string; station: string | null },
): Promise<{ predictions: number; anomalous: number }> {
  const [found] = await manager.query<{ predictions: number; anomalous: number }[]>(
    `SELECT coalesce(sum(predictions), 0)::integer AS predictions, coalesce(sum(anomalous), 0)::integer AS anomalous
     FROM (
       SELECT predictions, anomalous, sum(predictions) OVER (ORDER BY hour, station) - predictions AS before
       FROM (SELECT * FROM prediction_hour WHERE model_version_id = $1 AND ${ofStation('$2')}
             ORDER BY hour, station LIMIT ${baselinePredictions}) AS oldest
     ) AS first WHERE before < ${baselinePredictions}`,
    [modelVersionId, station],
  );
  return found!;
}

/** SQL of the sums of {@link PredictionCounts}. */
export const countColumns = `sum(predictions)::integer AS predictions, sum(anomalous)::integer AS anomalous,
  sum(score_sum) AS "scoreSum", sum_bins(normal_bins) AS "normalBins", sum_bins(bank_bins) AS "bankBins",
  sum_bins(latency_bins) AS "latencyBins"`;

const ofStation = (place: string) => `(${place}::text IS NULL OR station = ${place})`;
