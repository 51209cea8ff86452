import type { DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import type { Region } from '../shared/evaluation.js';
import { FaultError } from '../shared/errors.js';
import { storedScores } from './images/storedScores.js';
import { scopeSql } from './scoped.js';

/** Whose prediction is meant: one version, or that an alias leads to. */
export interface AskedVersion {
  /** UUID. */
  modelVersionId?: string | undefined;
  alias?: string | null | undefined;
  /** Name of the alias's model; when left out, any model of the image's project. */
  model?: string | null | undefined;
}

/** What a model version said about an image, as a prediction of a data set or an evaluation stored it. */
export interface ImagePredictionRecord {
  imageId: string;
  modelVersionId: string;
  /** UUID of the job that stored it, and what kind it is. */
  jobId: string;
  noun: 'DatasetPrediction' | 'Evaluation';
  anomalyScore: number;
  isAnomalous: boolean;
  anomalyMapSha256: string;
  anomalyMapScale: number;
  overlaySha256: string;
  regions: Region[];
}

/** What is stored of predictions, image by image. */
export class ImagePredictionsService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * The newest prediction of each image, in the order of the ids; null where there is none.
   * @throws FaultError BAD_USER_INPUT unless exactly one of version and alias is given.
   */
  async newestOfImages(
    scope: AccessScope,
    imageIds: readonly string[],
    { modelVersionId, alias, model }: AskedVersion,
  ): Promise<(ImagePredictionRecord | null)[]> {
    if ((modelVersionId === undefined) === (alias === null || alias === undefined)) {
      throw new FaultError('BAD_USER_INPUT', 'exactly one of modelVersionId and alias must be given');
    }
    const { sql, value } = scopeSql(scope, 'image', 'image', '$5');
    const rows = await this.dataSource.query<ImagePredictionRecord[]>(`${newestStatement} AND ${sql} ${newestOrder}`, [
      ...[imageIds, modelVersionId ?? null, alias ?? null, model ?? null, value],
    ]);
    const found = new Map(rows.map((row) => [row.imageId, row]));
    return imageIds.map((id) => found.get(id) ?? null);
  }
}

/** An alias of another project leads to versions that have stored nothing about these images. */
const newestStatement = `
  SELECT DISTINCT ON (stored.image_id) stored.image_id AS "imageId", stored.model_version_id AS "modelVersionId",
         stored.job_id AS "jobId", stored.noun, stored.anomaly_score AS "anomalyScore", stored.is_anomalous AS "isAnomalous",
         stored.anomaly_map_sha256 AS "anomalyMapSha256", stored.anomaly_map_scale AS "anomalyMapScale",
         stored.overlay_sha256 AS "overlaySha256", stored.regions
  FROM ${storedScores} AS stored JOIN image ON image.id = stored.image_id
  WHERE stored.image_id = ANY($1::uuid[]) AND (stored.model_version_id = $2::uuid OR stored.model_version_id IN (
    SELECT model_alias.model_version_id FROM model_alias JOIN model ON model.id = model_alias.model_id
    WHERE model_alias.name = $3 AND ($4::text IS NULL OR model.name = $4)
  ))`;
const newestOrder = 'ORDER BY stored.image_id, stored.id DESC';
