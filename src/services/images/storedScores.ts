/**
 * SQL of everything that predictions of data sets and evaluations have stored about images, newest last by `id`. A verdict is the one
 * that was given then; an evaluation gives none, so it is judged by its version's threshold of today.
 */
export const storedScores = `(
  SELECT result.id, result.image_id, given.model_version_id, given.job_id, 'DatasetPrediction' AS noun,
         result.anomaly_score, result.is_anomalous, result.anomaly_map_sha256, result.anomaly_map_scale,
         result.overlay_sha256, result.regions
  FROM predicted_image result JOIN dataset_prediction given ON given.job_id = result.prediction_id
  UNION ALL
  SELECT result.id, result.image_id, given.model_version_id, given.job_id, 'Evaluation',
         result.anomaly_score, result.anomaly_score >= coalesce(version.image_threshold, 0),
         result.anomaly_map_sha256, result.anomaly_map_scale, result.overlay_sha256, result.regions
  FROM evaluated_image result JOIN evaluation given ON given.job_id = result.evaluation_id
  JOIN model_version version ON version.id = given.model_version_id
)`;

/** SQL of the newest score that a model version gave a row `image`; null where it gave none. @param version name of the parameter. */
export function newestScore(version: string): string {
  return `(SELECT stored.anomaly_score FROM ${storedScores} AS stored
    WHERE stored.image_id = image.id AND stored.model_version_id = :${version} ORDER BY stored.id DESC LIMIT 1)`;
}
