import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  ModelVersionEntity,
  DatasetEntity,
  DatasetPredictionEntity,
  JobEntity,
  PredictedImageEntity,
  SnapshotEntity,
  SnapshotImageEntity,
  type ImageLabel,
  type Split,
} from '../database/entities/index.js';
import type { JobQueue } from '../jobs/index.js';
import type { NeededDevice } from '../shared/devices.js';
import { notFound, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import type { DatasetsService } from './datasets.service.js';
import { explainVerdict } from '../shared/explainVerdict.js';
import { inputDigest } from './inputDigest.js';
import type { ModelsService } from './models.service.js';
import { paginate, type Page, type PageKey, type PageRequest } from './pagination.js';
import type { SnapshotsService } from './snapshots.service.js';
import { keyProblems } from './names.js';
import { logDatasetPrediction } from './prediction-log/logDatasetPrediction.js';
import { inScope, projectOf, rowsIn, projectProblems } from './scoped.js';

/** Exactly one of `snapshotId` and `datasetId`. */
export interface StartDatasetPrediction {
  modelVersionId: string;
  snapshotId?: string | null | undefined;
  /** Frozen into a snapshot first, so that it stays known what was looked at. */
  datasetId?: string | null | undefined;
  /** Only these. */
  split?: Split | null | undefined;
  label?: ImageLabel | null | undefined;
  idempotencyKey?: string | null | undefined;
  /** What it must be computed on; default ANY. */
  device?: NeededDevice | null | undefined;
}

/** The result of one image, as a prediction hands it over. */
/** Why an image is normal although places of it were marked, or anomalous although none was; null when both agree. */
export type ExplainedImage = PredictedImageEntity & { explanation: string | null };

/** What was predicted of one image, before it is stored. */
export type NewPredictedImage = Omit<PredictedImageEntity, 'id' | 'predictionId' | 'prediction' | 'image'>;

/** What is stored of one prediction, whatever it belongs to. */
export type StoredPrediction = Omit<NewPredictedImage, 'imageId' | 'filename'>;

/** How results are ordered: the highest score first, or by name. */
export type PredictedImageOrder = 'SCORE_DESC' | 'FILENAME';

/** Which results of a prediction, and in which order. */
export interface PredictedImagesRequest {
  /** SCORE_DESC when left out. */
  orderBy?: PredictedImageOrder | null | undefined;
  /** Only images called so. */
  isAnomalous?: boolean | null | undefined;
}

const orders: Record<PredictedImageOrder, PageKey> = {
  SCORE_DESC: { column: 'anomalyScore', direction: 'DESC' },
  FILENAME: { column: 'filename', direction: 'ASC' },
};

interface Dependencies {
  dataSource: DataSource;
  queue: Pick<JobQueue, 'enqueue'>;
  models: Pick<ModelsService, 'versionsByIds'>;
  datasets: Pick<DatasetsService, 'byIds'>;
  snapshots: Pick<SnapshotsService, 'create'>;
}

/** Predictions of a whole data set, snapshot or part of it. */
export class DatasetPredictionsService {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Stores prediction and job in one transaction.
   * @throws ProblemError NOT_FOUND for the version, snapshot or data set, BAD_USER_INPUT when not exactly one of the latter is
   * named or no image fits, IDEMPOTENCY_CONFLICT.
   */
  async start(scope: AccessScope, input: StartDatasetPrediction): Promise<DatasetPredictionEntity> {
    throwIfProblems(await this.problems(scope, input));
    const { idempotencyKey, ...content } = input;
    const projectId = await this.projectOf(input);
    const { manager: reader } = this.parts.dataSource;
    const known = idempotencyKey ? await reader.existsBy(JobEntity, { projectId, idempotencyKey }) : false;
    // A repeated call needs no snapshot: it gets what the first one started.
    const snapshotId = input.snapshotId ?? (known ? '' : await this.freeze(scope, input.datasetId!));
    if (!known) await this.refuseNothing(snapshotId, input);
    return this.parts.dataSource.transaction(async (manager) => {
      const predictions = manager.getRepository(DatasetPredictionEntity);
      const jobId = uuid();
      const key = idempotencyKey ? { idempotencyKey, inputDigest: inputDigest(content) } : {};
      const what = { id: jobId, kind: 'PREDICTION', projectId, device: input.device } as const;
      const job = await this.parts.queue.enqueue(manager, { ...what, ...key });
      if (job.id !== jobId) return predictions.findOneByOrFail({ jobId: job.id });
      const { modelVersionId, split = null, label = null } = input;
      await predictions.insert({ jobId, modelVersionId, snapshotId, split, label });
      return predictions.findOneByOrFail({ jobId });
    });
  }

  /** The prediction of a job. @throws ProblemError NOT_FOUND. */
  async require(scope: AccessScope, jobId: string): Promise<DatasetPredictionEntity> {
    const found = await rowsIn(scope, this.parts.dataSource.getRepository(DatasetPredictionEntity), { jobId }).getOne();
    if (!found) throw notFound('prediction', jobId);
    return found;
  }

  /** Stores the thresholds used and the results of every image; part of the transaction that completes the job. */
  async store(
    manager: EntityManager,
    predictionId: string,
    { imageThreshold, pixelThreshold }: Pick<DatasetPredictionEntity, 'imageThreshold' | 'pixelThreshold'>,
    images: readonly NewPredictedImage[],
  ): Promise<void> {
    await manager.update(DatasetPredictionEntity, { jobId: predictionId }, { imageThreshold, pixelThreshold });
    const rows = images.map((image) => manager.create(PredictedImageEntity, { ...image, id: uuid(), predictionId }));
    await manager.save(rows, { chunk: 200 });
    await logDatasetPrediction(manager, predictionId);
  }

  /** Results per image, explained by the thresholds that were used. @throws ProblemError NOT_FOUND for the prediction. */
  async imagesPage(
    scope: AccessScope,
    predictionId: string,
    { orderBy, isAnomalous }: PredictedImagesRequest,
    request: PageRequest,
  ): Promise<Page<ExplainedImage>> {
    const { imageThreshold, pixelThreshold } = await this.require(scope, predictionId);
    const order = orderBy ?? 'SCORE_DESC';
    const query = this.parts.dataSource
      .getRepository(PredictedImageEntity)
      .createQueryBuilder('result')
      .where({ predictionId });
    if (typeof isAnomalous === 'boolean') query.andWhere({ isAnomalous });
    const page = await paginate(inScope(query, scope), {
      connection: `predicted-images:${predictionId}:${order}:${isAnomalous ?? ''}`,
      alias: 'result',
      keys: [orders[order], { column: 'id', direction: orders[order].direction }],
      request,
    });
    const explained = (image: PredictedImageEntity) => ({
      ...image,
      explanation: explainVerdict({ ...image, imageThreshold, pixelThreshold }) ?? null,
    });
    return { ...page, nodes: page.nodes.map(explained) };
  }

  private async problems(scope: AccessScope, input: StartDatasetPrediction): Promise<Problem[]> {
    const { modelVersionId, snapshotId, datasetId } = input;
    const problems = keyProblems(input.idempotencyKey);
    const { models, datasets, dataSource } = this.parts;
    const missing = (name: string, what: string, id: string) =>
      problems.push(...notFound(what, id, ['input', name]).problems);
    if ((await models.versionsByIds(scope, [modelVersionId])).length === 0) {
      missing('modelVersionId', 'model version', modelVersionId);
    }
    const snapshots = dataSource.getRepository(SnapshotEntity);
    if (snapshotId && !(await rowsIn(scope, snapshots, { id: snapshotId }).getExists())) {
      missing('snapshotId', 'snapshot', snapshotId);
    }
    if (datasetId && (await datasets.byIds(scope, [datasetId])).length === 0)
      missing('datasetId', 'data set', datasetId);
    if ((snapshotId ? 1 : 0) + (datasetId ? 1 : 0) !== 1) {
      const message = 'exactly one of snapshotId and datasetId must be given';
      problems.push({ code: 'BAD_USER_INPUT', message, field: ['input'] });
    }
    if (problems.length > 0) return problems;
    const ofVersion = await projectOf(dataSource.manager, ModelVersionEntity, modelVersionId);
    const images = snapshotId ? { noun: 'snapshot', field: 'snapshotId' } : { noun: 'data set', field: 'datasetId' };
    return projectProblems(ofVersion, await this.projectOf(input), images);
  }

  /** Of the images. */
  private projectOf({ snapshotId, datasetId }: StartDatasetPrediction): Promise<string> {
    const { manager } = this.parts.dataSource;
    return snapshotId ? projectOf(manager, SnapshotEntity, snapshotId) : projectOf(manager, DatasetEntity, datasetId!);
  }

  private async freeze(scope: AccessScope, datasetId: string): Promise<string> {
    return (await this.parts.snapshots.create(scope, { datasetId })).id;
  }

  private async refuseNothing(snapshotId: string, { split, label }: StartDatasetPrediction): Promise<void> {
    const where = { snapshotId, ...(split && { split }), ...(label && { label }) };
    if (await this.parts.dataSource.manager.existsBy(SnapshotImageEntity, where)) return;
    const wanted = [split && `in split ${split}`, label && `labelled ${label}`].filter(Boolean).join(' ');
    throw problem('BAD_USER_INPUT', `there is no image ${wanted}: nothing to predict`.replace('  ', ' '), {
      field: ['input'],
    });
  }
}
