import type { DataSource } from 'typeorm';
import { deleteInBatches, deletionBatch, PeriodicLook } from '../../jobs/index.js';
import { settleAlerts, type Judged } from './alerts.js';
import { centreOf } from './controlLimits.js';
import { readBaseline } from './hours.js';
import { judgeDrifts, judgeRate, judgeSilence, type JudgedWindow } from './judge.js';
import { normalValueColumns, type NormalValues } from './normalValues.js';
import { longestWindowHours, usualRule } from './rule.js';

/** Days that hours are counted for, and that closed alerts stay. */
const hourDays = 92;
const alertDays = 365;

/** What a look did. */
export interface Looked {
  opened: number;
  closed: number;
}

/**
 * Judges the models that are asked, every minute: opens alerts, closes those that are over, and forgets old counts.
 * @param now for tests.
 */
export function monitoringLook(dataSource: DataSource, now = () => new Date()): PeriodicLook<Looked> {
  return new PeriodicLook(dataSource, {
    name: 'monitoring',
    // "moni" in ASCII.
    lock: 0x6d6f6e69,
    pauseMilliseconds: 60_000,
    aim: 'judging the models that are asked',
    work: async () => {
      const at = now();
      const judged = [...(await judgeWindows(dataSource, at)), ...(await judgeSilences(dataSource, at))];
      const done = await settleAlerts(dataSource, judged, at);
      await deleteInBatches(dataSource, oldHours, [at, hourDays, deletionBatch]);
      await deleteInBatches(dataSource, oldAlerts, [at, alertDays, deletionBatch]);
      return done;
    },
    remark: ({ opened, closed }) => (opened + closed > 0 ? 'alerts of models were opened or closed' : undefined),
  });
}

/** A window of one version and station. */
interface Window extends JudgedWindow, NormalValues {
  projectId: string;
  modelId: string;
  modelVersionId: string;
  station: string;
  leastPredictions: number;
  expectedAnomalyRate: number | null;
}

async function judgeWindows(dataSource: DataSource, now: Date): Promise<Judged[]> {
  const { isOn, windowHours, leastPredictions } = usualRule;
  const windows = await dataSource.query<Window[]>(windowStatement, [
    ...[now, longestWindowHours, isOn, windowHours, leastPredictions],
  ]);
  const judged: Judged[] = [];
  for (const window of windows) {
    const { modelVersionId, station, expectedAnomalyRate } = window;
    const baseline = await readBaseline(dataSource.manager, { modelVersionId, station });
    const known = baseline.predictions >= window.leastPredictions ? centreOf(baseline) : null;
    const centre = expectedAnomalyRate ?? known;
    const judgements = [...judgeDrifts(window, window), ...(centre === null ? [] : [judgeRate(window, centre)])];
    judged.push(...judgements.map((one) => ({ ...window, ...one })));
  }
  return judged;
}

/** Windows with enough predictions to be judged. Hours are counted, never the log. */
const windowStatement = `
  SELECT found.*, ${normalValueColumns}
  FROM (
    SELECT hour.project_id AS "projectId", version.model_id AS "modelId", version.id AS "modelVersionId", hour.station,
           coalesce(rule.least_predictions, $5) AS "leastPredictions", rule.expected_anomaly_rate AS "expectedAnomalyRate",
           sum(hour.predictions)::integer AS predictions, sum(hour.anomalous)::integer AS anomalous,
           sum_bins(hour.normal_bins) AS "normalBins", sum_bins(hour.bank_bins) AS "bankBins"
    FROM prediction_hour hour
    JOIN model_version version ON version.id = hour.model_version_id
    LEFT JOIN monitoring_rule rule ON rule.model_id = version.model_id
    WHERE hour.hour > $1::timestamptz - $2 * interval '1 hour' AND hour.hour <= $1 AND coalesce(rule.is_on, $3)
      AND hour.hour > $1::timestamptz - coalesce(rule.window_hours, $4) * interval '1 hour'
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING sum(hour.predictions) >= coalesce(rule.least_predictions, $5)
  ) AS found JOIN model_version version ON version.id = found."modelVersionId"`;

async function judgeSilences(dataSource: DataSource, now: Date): Promise<Judged[]> {
  const models = await dataSource.query<
    {
      projectId: string;
      modelId: string;
      modelVersionId: string;
      silenceMinutes: number;
      minutes: number;
    }[]
  >(silenceStatement, [now]);
  return models.map(({ minutes, silenceMinutes, ...about }) => ({
    ...{ ...about, station: '', predictions: 0 },
    ...judgeSilence(minutes, silenceMinutes),
  }));
}

/** When models that may not be silent were last asked, and which version; those never asked are not silent. */
const silenceStatement = `
  SELECT model.project_id AS "projectId", model.id AS "modelId", last.model_version_id AS "modelVersionId",
         rule.silence_minutes AS "silenceMinutes", extract(epoch FROM $1::timestamptz - last.last_at)::double precision / 60 AS minutes
  FROM monitoring_rule rule JOIN model ON model.id = rule.model_id
  CROSS JOIN LATERAL (
    SELECT newest.* FROM model_version version CROSS JOIN LATERAL (
      SELECT model_version_id, last_at FROM prediction_hour
      WHERE model_version_id = version.id ORDER BY hour DESC, last_at DESC LIMIT 1
    ) AS newest
    WHERE version.model_id = model.id ORDER BY newest.last_at DESC LIMIT 1
  ) AS last
  WHERE rule.is_on AND rule.silence_minutes IS NOT NULL`;

const oldHours = `
  DELETE FROM prediction_hour WHERE ctid IN (
    SELECT ctid FROM prediction_hour WHERE hour < $1::timestamptz - $2 * interval '1 day' LIMIT $3)`;

const oldAlerts = `
  DELETE FROM monitoring_alert WHERE id IN (
    SELECT id FROM monitoring_alert WHERE closed_at < $1::timestamptz - $2 * interval '1 day' LIMIT $3)`;
