import type { EntityManager } from 'typeorm';
import { usualPolicy } from './logPolicy.js';

/**
 * Logs what a prediction of a data set said, in the transaction that stores it. Its pictures are stored anyway: they are named by the
 * same rule as those of single predictions, and take no place of the day's quota, as nothing is added.
 */
export async function logDatasetPrediction(manager: EntityManager, jobId: string): Promise<void> {
  const { isOn, nearThreshold, otherShare, picturesPerDay } = usualPolicy;
  await manager.query(logStatement, [jobId, isOn, nearThreshold, otherShare, picturesPerDay]);
}

/** Ids of result rows, which are UUIDs of version 7 made in this order, are given again. */
const logStatement = `
  INSERT INTO logged_prediction (id, project_id, model_version_id, model, version, source, filename, anomaly_score, is_anomalous,
    image_threshold, pixel_threshold, regions, image_sha256, anomaly_map_sha256, anomaly_map_scale)
  SELECT result.id, model.project_id, version.id, model.name, version.version, 'DATASET', result.filename, result.anomaly_score,
    result.is_anomalous, given.image_threshold, given.pixel_threshold, result.regions,
    CASE WHEN sampled THEN image.sha256 END, CASE WHEN sampled THEN result.anomaly_map_sha256 END,
    CASE WHEN sampled THEN result.anomaly_map_scale END
  FROM predicted_image result
  JOIN dataset_prediction given ON given.job_id = result.prediction_id
  JOIN model_version version ON version.id = given.model_version_id
  JOIN model ON model.id = version.model_id
  JOIN image ON image.id = result.image_id
  LEFT JOIN prediction_log_policy policy ON policy.project_id = model.project_id
  CROSS JOIN LATERAL (SELECT coalesce(policy.pictures_per_day, $5) > 0 AND (
    random() < coalesce(policy.other_share, $4)
    OR coalesce(given.image_threshold, 0) > 0
      AND abs(result.anomaly_score / nullif(given.image_threshold, 0) - 1) <= coalesce(policy.near_threshold, $3)
  ) AS sampled) AS sample
  WHERE result.prediction_id = $1 AND coalesce(policy.is_on, $2)`;
