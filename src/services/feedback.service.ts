import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { AccessScope } from '../access/index.js';
import {
  AnnotationEntity,
  type DatasetEntity,
  ImageEntity,
  PredictionFeedbackEntity,
  type FeedbackVerdict,
  type Split,
} from '../database/entities/index.js';
import { isUniqueViolation, noteForAudit } from '../database/index.js';
import { imagePathProblem, shown, type BlobStore, type ImageLimits } from '../files/index.js';
import { notFound, problem, throwIfProblems, type Problem } from '../shared/errors.js';
import type { DatasetsService } from './datasets.service.js';
import { textFault } from './names.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import { draftBoxes, labelOf, originOf } from './prediction-log/imageOfPrediction.js';
import type { LoggedPrediction, PredictionLogService } from './prediction-log.service.js';
import type { QuotasService } from './quotas.service.js';

/** What somebody says of a prediction. */
export interface GivenFeedback {
  /** UUID. */
  predictionId: string;
  verdict: FeedbackVerdict;
  note?: string | null | undefined;
  /** Who says it. */
  author: string | null;
}

/** A logged prediction that shall become an image. */
export interface PredictionToAdd {
  /** UUIDs. */
  predictionId: string;
  datasetId: string;
  split: Split;
  /** Path inside the data set; `feedback/<id>` with the file's ending when left out. */
  filename?: string | null | undefined;
}

interface Dependencies {
  dataSource: DataSource;
  blobs: BlobStore;
  pixels: PixelProcesses;
  datasets: Pick<DatasetsService, 'require'>;
  quotas: Pick<QuotasService, 'requireRoom'>;
  predictionLog: Pick<PredictionLogService, 'byIds'>;
  limits: ImageLimits;
}

/** Characters of a note, at most. */
const longestNote = 1_000;

/** What people say of predictions, and what becomes of it. */
export class FeedbackService {
  constructor(private readonly parts: Dependencies) {}

  /**
   * Keeps the last word on a prediction.
   * @throws ProblemError NOT_FOUND; BAD_USER_INPUT for a false alarm where none was raised, or a miss where one was; TEXT_INVALID.
   */
  async give(
    scope: AccessScope,
    { predictionId, verdict, note = null, author }: GivenFeedback,
  ): Promise<LoggedPrediction> {
    const prediction = await this.require(scope, predictionId);
    throwIfProblems([...verdictProblems(verdict, prediction), ...noteProblems(note)]);
    await this.parts.dataSource.transaction(async (manager) => {
      const row = { predictionId, verdict, note, author, at: () => 'now()' };
      await manager.upsert(PredictionFeedbackEntity, row, ['predictionId']);
      const before = prediction.feedback && { verdict: prediction.feedback.verdict, note: prediction.feedback.note };
      noteForAudit({ projectId: prediction.projectId, details: { before, after: { verdict, note } } });
    });
    return this.require(scope, predictionId);
  }

  /**
   * Makes an image of a data set of a logged prediction, labelled by its feedback, with its regions as draft boxes where it is
   * anomalous. Done again, it answers the same image.
   * @throws ProblemError NOT_FOUND; IMAGE_MISSING when no picture was kept; BAD_USER_INPUT for a data set of another project;
   *   FILENAME_INVALID, NAME_TAKEN, QUOTA_EXCEEDED.
   */
  async addToDataset(scope: AccessScope, input: PredictionToAdd): Promise<ImageEntity> {
    const prediction = await this.require(scope, input.predictionId);
    const dataset = await this.parts.datasets.require(scope, input.datasetId);
    throwIfProblems(placeProblems(prediction, dataset));
    const known = await madeBefore(this.parts.dataSource.manager, prediction.id, dataset.id);
    if (known) return known;
    const image = await this.newImage(prediction, dataset, input);
    try {
      return await this.parts.dataSource.transaction((manager) => this.store(manager, prediction, dataset, image));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const message = `an image named '${shown(image.filename)}' exists already in the data set`;
      throw problem('NAME_TAKEN', message, { field: ['input', 'filename'], item: shown(image.filename) });
    }
  }

  private async newImage(prediction: LoggedPrediction, dataset: DatasetEntity, { split, filename }: PredictionToAdd) {
    const { blobs, pixels, limits } = this.parts;
    const sha256 = prediction.imageSha256!;
    const item = filename ?? prediction.filename ?? prediction.id;
    const bytes = await blobs.read(sha256);
    const { preview, format, width, height, sampleBits } = await pixels.run('inspect', [bytes, { item, limits }], {
      item,
    });
    const name = (filename ?? `feedback/${prediction.id}.${format === 'jpeg' ? 'jpg' : format}`).normalize('NFC');
    const fault = imagePathProblem(name, { field: ['input', 'filename'] });
    if (fault) throwIfProblems([fault]);
    return Object.assign(new ImageEntity(), {
      ...{ id: uuid(), datasetId: dataset.id, filename: name, sha256, bytes: bytes.length },
      ...{ width, height, sampleBits, upright: true, previewSha256: (await blobs.put(preview)).sha256 },
      ...{ split, label: labelOf(prediction), defectType: null, origin: originOf(prediction) },
    });
  }

  private async store(
    manager: EntityManager,
    prediction: LoggedPrediction,
    { projectId }: DatasetEntity,
    image: ImageEntity,
  ): Promise<ImageEntity> {
    await manager.insert(ImageEntity, image);
    const boxes = image.label === 'ANOMALOUS' ? draftBoxes(prediction, image) : [];
    if (boxes.length > 0) {
      const origin = { source: 'PREDICTED', author: null, activeSeconds: null, derivation: null } as const;
      const label = { id: uuid(), imageId: image.id, kind: 'BOX', revision: 1, payload: { boxes } } as const;
      await manager.insert(AnnotationEntity, { ...label, ...origin });
    }
    await this.parts.quotas.requireRoom(manager, projectId);
    noteForAudit({ projectId, targets: [`Image:${image.id}`] });
    return manager.findOneByOrFail(ImageEntity, { id: image.id });
  }

  private async require(scope: AccessScope, id: string): Promise<LoggedPrediction> {
    const [found] = await this.parts.predictionLog.byIds(scope, [id]);
    if (!found) throw notFound('logged prediction', id, ['input', 'predictionId']);
    return found;
  }
}

function madeBefore(manager: EntityManager, predictionId: string, datasetId: string): Promise<ImageEntity | null> {
  return manager
    .createQueryBuilder(ImageEntity, 'image')
    .where({ datasetId, removedAt: IsNull() })
    .andWhere(`image.origin ->> 'predictionId' = :predictionId`, { predictionId })
    .getOne();
}

function verdictProblems(verdict: FeedbackVerdict, { isAnomalous }: LoggedPrediction): Problem[] {
  const needed = { RIGHT: undefined, FALSE_ALARM: true, MISSED: false }[verdict];
  if (needed === undefined || needed === isAnomalous) return [];
  const said = isAnomalous ? 'anomalous' : 'normal';
  const message = `the verdict is ${verdict}, and the prediction said ${said}; say RIGHT, or ${isAnomalous ? 'FALSE_ALARM' : 'MISSED'}`;
  return [{ code: 'BAD_USER_INPUT', message, field: ['input', 'verdict'] }];
}

function noteProblems(note: string | null): Problem[] {
  const fault = note === null ? undefined : textFault(note, longestNote);
  return fault ? [{ code: 'TEXT_INVALID', message: `the note ${fault}`, field: ['input', 'note'] }] : [];
}

function placeProblems({ imageSha256, projectId, id }: LoggedPrediction, dataset: DatasetEntity): Problem[] {
  const problems: Problem[] = [];
  if (imageSha256 === null) {
    const message = 'no picture of this prediction was kept; the policy of the prediction log says of which ones';
    problems.push({ code: 'IMAGE_MISSING', message, field: ['input', 'predictionId'], item: id });
  }
  if (dataset.projectId !== projectId) {
    const message = 'the data set belongs to another project than the prediction; both must be of one';
    problems.push({ code: 'BAD_USER_INPUT', message, field: ['input', 'datasetId'] });
  }
  return problems;
}
