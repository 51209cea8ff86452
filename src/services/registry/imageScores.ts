/**
 * SQL of the newest score that a model version gave each image, from predictions and evaluations: rows of `image_id` and `score`.
 * @param version SQL of the version's id. @param images SQL of a condition on `image_id`.
 */
export function imageScoresSql(version: string, images = 'true'): string {
  return `(SELECT DISTINCT ON (image_id) image_id, score FROM (
      SELECT predicted.id, predicted.image_id, predicted.anomaly_score AS score FROM predicted_image predicted
      JOIN dataset_prediction job ON job.job_id = predicted.prediction_id WHERE job.model_version_id = ${version}
      UNION ALL
      SELECT evaluated.id, evaluated.image_id, evaluated.anomaly_score AS score FROM evaluated_image evaluated
      JOIN evaluation job ON job.job_id = evaluated.evaluation_id WHERE job.model_version_id = ${version}
    ) AS given WHERE ${images} ORDER BY image_id, id DESC)`;
}
