import type { EntityManager } from 'typeorm';

/** What is counted of a project, and may be bounded. */
export const quotaNames = ['bytes', 'images', 'predictionsPerMinute', 'trainingMinutes'] as const;
export type QuotaName = (typeof quotaNames)[number];

/** What a project uses. */
export type ProjectUsage = Readonly<Record<QuotaName, number>>;

/** Days for which training time counts. */
export const trainingDays = 30;

/** Files by their content, once each: a file that is an upload, and the image it became, is there once. */
const bytesSql = `
  SELECT coalesce(sum(bytes), 0) FROM (
    SELECT image.sha256, image.bytes::float8 FROM image JOIN dataset ON dataset.id = image.dataset_id
      WHERE dataset.project_id = project.id
    UNION SELECT sha256, bytes::float8 FROM upload
      WHERE project_id = project.id AND (completed_at IS NOT NULL OR expires_at > now())
    UNION SELECT version.artifact_sha256, version.artifact_bytes FROM model_version version
      JOIN model ON model.id = version.model_id WHERE model.project_id = project.id
    UNION SELECT made.artifact_sha256, made.artifact_bytes FROM dataset_export made
      JOIN job ON job.id = made.job_id WHERE job.project_id = project.id AND made.artifact_sha256 IS NOT NULL
    UNION SELECT made.artifact_sha256, made.artifact_bytes FROM model_export made
      JOIN job ON job.id = made.job_id WHERE job.project_id = project.id AND made.artifact_sha256 IS NOT NULL
  ) AS file`;

/** Also those that only snapshots hold. */
const imagesSql = `
  SELECT count(*) FROM image JOIN dataset ON dataset.id = image.dataset_id WHERE dataset.project_id = project.id`;

/** Of the minute of the last one, and what still counts of the minute before it. */
const predictionsSql = `
  SELECT coalesce(sum(CASE
    WHEN minute >= date_trunc('minute', now()) THEN count + ceil(before * (60 - extract(second FROM now())) / 60)
    WHEN minute >= date_trunc('minute', now()) - interval '1 minute'
      THEN ceil(count * (60 - extract(second FROM now())) / 60)
    ELSE 0 END), 0)
  FROM prediction_count WHERE project_id = project.id`;

/** From the first start of each to its end or to now, as far as it lies within the days that count; of deleted ones, too. */
const trainingSql = `
  SELECT coalesce(sum(extract(epoch FROM finished_at - greatest(started_at, now() - interval '${trainingDays} days'))), 0) / 60
  FROM (
    SELECT started_at, coalesce(finished_at, now()) AS finished_at FROM job
      WHERE project_id = project.id AND kind = 'TRAINING' AND started_at IS NOT NULL
    UNION ALL SELECT started_at, finished_at FROM deleted_training WHERE project_id = project.id
  ) AS training WHERE finished_at > now() - interval '${trainingDays} days'`;

const sqlOf: Readonly<Record<QuotaName, string>> = {
  bytes: bytesSql,
  images: imagesSql,
  predictionsPerMinute: predictionsSql,
  trainingMinutes: trainingSql,
};

/** What projects use, in the order of `ids`. @param names counts only these; the others are 0. */
export async function usageOf(
  manager: EntityManager,
  ids: readonly string[],
  names: readonly QuotaName[] = quotaNames,
): Promise<ProjectUsage[]> {
  const columns = quotaNames.map((name) => `(${names.includes(name) ? sqlOf[name] : 'SELECT 0'})::float8 AS "${name}"`);
  const rows = await manager.query<(ProjectUsage & { id: string })[]>(
    `SELECT project.id, ${columns.join(', ')} FROM project WHERE project.id = ANY($1)`,
    [ids],
  );
  const byId = new Map(rows.map(({ id, ...usage }) => [id, usage]));
  return ids.map((id) => byId.get(id) ?? nothing);
}

const nothing: ProjectUsage = { bytes: 0, images: 0, predictionsPerMinute: 0, trainingMinutes: 0 };
