import type { DataSource } from 'typeorm';

/** Why a prediction was not counted. */
export interface PredictionRefusal {
  quota: number;
  /** Within the last minute. */
  used: number;
  /** Undefined where none is ever allowed. */
  retryAfterSeconds: number | undefined;
}

/** Counts a prediction of a project unless that would exceed its quota. @returns why not, or undefined. */
export async function countPrediction(
  dataSource: DataSource,
  projectId: string,
): Promise<PredictionRefusal | undefined> {
  const counted = await dataSource.query<unknown[]>(countSql, [projectId]);
  if (counted.length > 0) return undefined;
  const [now] = await dataSource.query<Counted[]>(lookSql, [projectId]);
  // Taken away, or waited out, in between.
  if (!now || now.quota === null) return undefined;
  const { quota, count, before, second } = now;
  const used = count + Math.ceil((before * (60 - second)) / 60);
  return { quota, used, retryAfterSeconds: secondsUntilRoom(quota, now) };
}

interface Counted {
  quota: number | null;
  /** Of this minute. */
  count: number;
  /** Of the minute before. */
  before: number;
  /** 0 to 60: how old this minute is. */
  second: number;
}

/** When one more fits: later in this minute, as less of the one before counts, or in the next one, where this is the one before. */
function secondsUntilRoom(quota: number, { count, before, second }: Omit<Counted, 'quota'>): number | undefined {
  if (quota === 0) return undefined;
  const room = quota - 1 - count;
  const at = room >= 0 ? 60 * (1 - room / Math.max(before, 1)) : 60 + 60 * (1 - (quota - 1) / count);
  return Math.max(1, Math.ceil(at - second));
}

/** How old the minute of this statement is, seconds; the rows of a project's count begin with its minutes. */
const second = `extract(second FROM now())::float8`;
const thisMinute = `date_trunc('minute', now())`;

/** What the row says of this minute and the one before. A statement that began in the minute before it counts as of this one. */
const countNow = `CASE WHEN c.minute >= ${thisMinute} THEN c.count ELSE 0 END`;
const beforeNow = `CASE WHEN c.minute >= ${thisMinute} THEN c.before
  WHEN c.minute >= ${thisMinute} - interval '1 minute' THEN c.count ELSE 0 END`;

/** One statement: the row's lock decides between predictions that come together. */
const countSql = `
  INSERT INTO prediction_count AS c (project_id, minute, count, before)
  SELECT $1::uuid, ${thisMinute}, 1, 0
    WHERE NOT EXISTS (SELECT FROM project_quota WHERE project_id = $1 AND predictions_per_minute < 1)
  ON CONFLICT (project_id) DO UPDATE SET
    minute = greatest(c.minute, ${thisMinute}), count = ${countNow} + 1, before = ${beforeNow}
  WHERE ${countNow} + 1 + ceil((${beforeNow}) * (60 - ${second}) / 60)
    <= coalesce((SELECT predictions_per_minute FROM project_quota WHERE project_id = $1), 2147483647)
  RETURNING 1`;

const lookSql = `
  SELECT quota.predictions_per_minute AS quota, coalesce(${countNow}, 0) AS count, coalesce(${beforeNow}, 0) AS before,
    ${second} AS second
  FROM project_quota quota LEFT JOIN prediction_count c ON c.project_id = quota.project_id
  WHERE quota.project_id = $1`;
