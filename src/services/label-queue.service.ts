import type { DataSource } from 'typeorm';
import type { AccessScope, Principal } from '../access/index.js';
import { DatasetEntity, ModelVersionEntity, type AnnotationKind } from '../database/entities/index.js';
import { FaultError, nothingWithId } from '../shared/errors.js';
import { isOpenSql } from './label-sessions/openSessions.js';
import {
  rankImages,
  seenRegion,
  type Candidate,
  type QueueStrategy,
  type Ranked,
  type SeenRegion,
} from './label-queue/rankImages.js';
import { verdictSql } from './reviews/reviewState.js';
import { liesIn } from './scoped.js';
import { publishedSeconds } from './studies/studyResults.js';

/** Images that one call gives, and those it looks at: the nearest to the threshold. */
export const mostQueued = 200;
const mostCandidates = 5_000;

/** With how many images' weight the paper's seconds stand beside one's own. */
const priorWeight = 5;

/** Which queue. */
export interface LabelQueue {
  datasetId: string;
  kind: AnnotationKind;
  modelVersionId?: string | undefined;
  strategy: QueueStrategy;
  first: number;
  seed: number;
}

/** Which images to label next. */
export class LabelQueueService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Of the TRAIN images that are not known to be normal, have no label of the kind and are open to nobody else, those that help most. Images
   * of other splits are never queued: chosen ones would bend what they measure.
   * @throws FaultError NOT_FOUND, BAD_USER_INPUT.
   */
  async next(scope: AccessScope, by: Principal, queue: LabelQueue): Promise<Ranked[]> {
    const { datasetId, kind, modelVersionId, first, seed } = queue;
    if (!(first >= 1 && first <= mostQueued)) {
      throw new FaultError('BAD_USER_INPUT', `first is ${first}; it must be from 1 to ${mostQueued}.`);
    }
    if (seed < 0) throw new FaultError('BAD_USER_INPUT', `seed is ${seed}; it must be at least 0.`);
    const { manager } = this.dataSource;
    if (!(await liesIn(scope, manager, DatasetEntity, datasetId))) {
      throw nothingWithId('data set');
    }
    if (modelVersionId !== undefined && !(await liesIn(scope, manager, ModelVersionEntity, modelVersionId))) {
      throw nothingWithId('model version');
    }
    const rows = await this.dataSource.query<Row[]>(images, [datasetId, kind, modelVersionId ?? null, by.id]);
    const labelled = rows.filter(({ isLabelled, isReturned }) => isLabelled && !isReturned).map(regionOf);
    const candidates = rows
      .filter(({ isLabelled, isReturned, isFree }) => isFree && (isReturned || !isLabelled))
      .map((row): Candidate => ({ ...row, region: regionOf(row) }));
    return rankImages(candidates, { ...queue, labelled, secondsPerImage: await this.secondsOf(by, queue) });
  }

  /** Own mean of the kind, drawn towards the paper's. */
  private async secondsOf(by: Principal, { datasetId, kind }: LabelQueue): Promise<number> {
    const [found] = await this.dataSource.query<{ seconds: number; count: number }[]>(
      `SELECT coalesce(sum(label.active_seconds), 0) AS seconds, count(*)::int AS count FROM annotation label
       JOIN image ON image.id = label.image_id
       WHERE image.dataset_id = $1 AND label.kind = $2 AND label.principal_id = $3 AND label.timing IN ('STATED', 'MEASURED')`,
      [datasetId, kind, by.id],
    );
    return (found!.seconds + priorWeight * publishedSeconds[kind]) / (found!.count + priorWeight);
  }
}

interface Row extends Omit<Candidate, 'region'> {
  isLabelled: boolean;
  /** Whether nobody else has it open. */
  isFree: boolean;
  width: number;
  height: number;
  box: { x: number; y: number; width: number; height: number } | null;
  pixels: number | null;
}

function regionOf({ box, pixels, ...size }: Row): SeenRegion | null {
  return box && seenRegion(box, pixels, size);
}

/** What a version said of an image the last time, with its regions. $3 the version. */
const seen = (table: string, job: string, of: string) => `
  SELECT told.id, told.image_id, told.anomaly_score AS score, told.regions FROM ${table} told
  JOIN ${job} job ON job.job_id = told.${of} WHERE job.model_version_id = $3::uuid`;

/** $1 data set, $2 kind, $3 version or null, $4 whoever asks. */
const images = `
  WITH said AS (
    SELECT DISTINCT ON (image_id) image_id, score, regions FROM (
      ${seen('predicted_image', 'dataset_prediction', 'prediction_id')} UNION ALL
      ${seen('evaluated_image', 'evaluation', 'evaluation_id')}
    ) AS given ORDER BY image_id, id DESC
  )
  SELECT image.id, image.width, image.height,
    said.score / (SELECT nullif(image_threshold, 0) FROM model_version WHERE id = $3::uuid) AS ratio,
    coalesce(jsonb_array_length(said.regions), 0) AS regions,
    said.regions->0->'box' AS box, (said.regions->0->>'pixels')::double precision AS pixels,
    coalesce(NOT label.removed, false) AS "isLabelled",
    coalesce(${verdictSql('label.id')} = 'RETURNED' AND NOT label.removed, false) AS "isReturned",
    NOT EXISTS (SELECT FROM label_session other WHERE other.image_id = image.id AND other.principal_id <> $4::uuid
      AND ${isOpenSql('other')}) AS "isFree"
  FROM image LEFT JOIN said ON said.image_id = image.id LEFT JOIN LATERAL (
    SELECT id, removed FROM annotation WHERE image_id = image.id AND kind = $2 ORDER BY revision DESC LIMIT 1
  ) AS label ON true
  WHERE image.dataset_id = $1 AND image.removed_at IS NULL AND image.split = 'TRAIN' AND image.label <> 'NORMAL'
  ORDER BY abs(ln(greatest(said.score / (SELECT nullif(image_threshold, 0) FROM model_version WHERE id = $3::uuid), 1e-6)))
    NULLS LAST, image.id
  LIMIT ${mostCandidates}`;
