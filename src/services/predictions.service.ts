import type { DataSource } from 'typeorm';
import { ImageEntity, ModelVersionEntity, type Region } from '../database/entities/index.js';
import { inspectImage, type BlobStore, type ImageLimits } from '../files/index.js';
import type { WorkerCalls } from '../jobs/index.js';
import { notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import type { UploadsService } from './uploads.service.js';

/** Exactly one of `imageId` and `uploadId`. */
export interface PredictionRequest {
  modelVersionId: string;
  imageId?: string | null | undefined;
  uploadId?: string | null | undefined;
}

/** What a worker is asked: which model version, which bytes. */
export interface PredictionQuestion {
  modelVersionId: string;
  /** Blob of the image, which has been inspected. */
  sha256: string;
  /** Named in errors. */
  filename: string;
  /** Pictures to store of the answer. */
  keep: 'MAP_AND_OVERLAY' | 'MAP' | 'NOTHING';
}

export interface PredictionAnswer {
  anomalyScore: number;
  isAnomalous: boolean;
  regions: Region[];
  /** What it was judged and cut at. */
  imageThreshold: number | null;
  pixelThreshold: number | null;
  /** Where it was kept. */
  anomalyMapSha256?: string;
  /** Score of the map's white. */
  anomalyMapScale?: number;
  overlaySha256?: string;
  /** Wall-clock time in the worker. */
  seconds: number;
}

/** An image that comes along with the question. */
export interface SentImage {
  modelVersionId: string;
  bytes: Uint8Array;
  /** Whether its map shall be stored. */
  keepMap: boolean;
}

/** Asks a worker about single images; nothing is computed in the API. */
export class PredictionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calls: WorkerCalls,
    private readonly uploads: UploadsService,
    private readonly blobs: BlobStore,
    private readonly limits: ImageLimits,
  ) {}

  /**
   * @throws ProblemError BAD_USER_INPUT when not exactly one image is named, NOT_FOUND, the codes of a bad image; FaultError
   * SERVICE_UNAVAILABLE when no worker answers.
   */
  async predict(request: PredictionRequest): Promise<PredictionAnswer> {
    const { modelVersionId } = request;
    const problems: Problem[] = [];
    if (!(await this.dataSource.manager.existsBy(ModelVersionEntity, { id: modelVersionId }))) {
      problems.push(...notFound('model version', modelVersionId, ['input', 'modelVersionId']).problems);
    }
    if ((request.imageId ? 1 : 0) + (request.uploadId ? 1 : 0) !== 1) {
      const message = 'exactly one of imageId and uploadId must be given';
      problems.push({ code: 'BAD_USER_INPUT', message, field: ['input'] });
    }
    throwIfProblems(problems);
    const image = request.imageId ? await this.image(request.imageId) : await this.upload(request.uploadId!);
    return this.ask({ modelVersionId, sha256: image.sha256, filename: image.filename, keep: 'MAP_AND_OVERLAY' });
  }

  /**
   * The same for bytes at hand. A bad image is refused before anything is stored or asked.
   * @throws ProblemError with the codes of a bad image; FaultError SERVICE_UNAVAILABLE.
   */
  async predictSent({ modelVersionId, bytes, keepMap }: SentImage): Promise<PredictionAnswer> {
    await inspectImage(bytes, { limits: this.limits });
    const { sha256 } = await this.blobs.put(bytes);
    return this.ask({ modelVersionId, sha256, filename: 'the image sent', keep: keepMap ? 'MAP' : 'NOTHING' });
  }

  private ask(question: PredictionQuestion): Promise<PredictionAnswer> {
    return this.calls.call<PredictionAnswer>('predict', question);
  }

  private async upload(id: string): Promise<{ sha256: string; filename: string }> {
    const upload = await this.uploads.take(id);
    await inspectImage(await this.blobs.read(upload.sha256), { item: upload.filename, limits: this.limits });
    return upload;
  }

  private async image(id: string): Promise<{ sha256: string; filename: string }> {
    const found = await this.dataSource.getRepository(ImageEntity).findOneBy({ id });
    if (!found) throw notFound('image', id, ['input', 'imageId']);
    return found;
  }
}
