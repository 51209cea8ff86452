import { IsNull, type DataSource } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { ImageEntity, ModelVersionEntity, type PredictionSource, type Region } from '../database/entities/index.js';
import type { BlobStore } from '../files/index.js';
import type { WorkerCalls } from '../jobs/index.js';
import type { Limits } from '../shared/config.js';
import { notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import { explainVerdict } from '../shared/explainVerdict.js';
import { askerProblems } from './prediction-log/askerProblems.js';
import type { LoggedPictures, NewLoggedPrediction, PredictionLogWriter } from './prediction-log/predictionLogWriter.js';
import type { Sampling } from './prediction-log/sampling.js';
import type { PixelProcesses } from './pixel-process/pixelProcesses.js';
import type { QuotasService } from './quotas.service.js';
import { rowsIn } from './scoped.js';
import type { AnsweredQuestion, ShadowScoring } from './shadow/shadowScoring.js';
import { lineVerdict } from './sinks/verdictOf.js';
import { answerAgain, placeOf, questionDigest, type StationAnswer } from './stations/stationAnswer.js';
import { uploadedFile } from './storedFiles.js';
import type { UploadsService } from './uploads.service.js';

/** An image that is stored. Exactly one of `imageId` and `uploadId`. */
export interface PredictionRequest extends Asker {
  modelVersionId: string;
  imageId?: string | null | undefined;
  uploadId?: string | null | undefined;
  /** Whether map and overlay are stored. */
  keepPictures: boolean;
  /** Aborted when whoever asks is gone. */
  signal?: AbortSignal | undefined;
}

/** Who asks and about what, as they call themselves: for the log. */
export interface Asker {
  station?: string | null | undefined;
  partId?: string | null | undefined;
}

/** What a worker is asked: which model version, which image. */
export interface PredictionQuestion {
  modelVersionId: string;
  image: StoredQuestion | SentQuestion;
  /** Pictures to store of the answer, or the map in the answer itself. */
  keep: 'PICTURES' | 'MAP_IN_ANSWER' | 'NOTHING';
  /** When the map is wanted for the log, too. */
  sampling?: Sampling | undefined;
}

/** An image in the store, which has been inspected. */
interface StoredQuestion {
  /** Blob of its bytes. */
  sha256: string;
  /** Named in errors. */
  filename: string;
  upright: boolean;
  sampleBits: number | null;
}

/** An image that is nowhere but in the question, already as small as the model reads it. */
interface SentQuestion {
  /** Of the image as it was sent, upright. */
  width: number;
  height: number;
  /** PNG, base64. */
  scaled: string;
  sampleBits: number;
}

/** What a worker answers. */
export interface WorkerAnswer {
  anomalyScore: number;
  isAnomalous: boolean;
  regions: Region[];
  /** What it was judged and cut at. */
  imageThreshold: number | null;
  pixelThreshold: number | null;
  /** What to know about the answer, e.g. that the image uses other bits than those of the training. */
  warnings: string[];
  /** The map as a PNG, base64, where it was asked for in the answer. */
  anomalyMap?: string;
  /** Where the map was kept. */
  anomalyMapSha256?: string;
  /** Score of the map's white. */
  anomalyMapScale?: number;
  /** Whether the log keeps pictures of it. */
  isSampled?: boolean;
  /** To the memory bank, for the log; null without one, left out by workers of before it was told. */
  bankDistance?: number | null;
  overlaySha256?: string;
  /** Wall-clock time in the worker. */
  seconds: number;
}

/** What a client is told of an image. */
export interface PredictionAnswer extends Omit<WorkerAnswer, 'isSampled' | 'bankDistance'> {
  /** Why verdict and regions do not say the same; null when they do. */
  explanation: string | null;
}

/** An image that comes along with the question. */
export interface SentImage extends Asker {
  modelVersionId: string;
  bytes: Uint8Array;
  /** Whether its map is wanted. */
  withMap: boolean;
  /** Aborted when whoever asks is gone. */
  signal?: AbortSignal | undefined;
}

/** An image that a station sends. */
export interface StationQuestion extends SentImage {
  /** UUID and name of the station. */
  stationId: string;
  station: string;
  partId: string | null;
  /** Whether the line was told NOK already. */
  isLate: boolean;
}

/** What the service needs. */
export interface PredictionsDependencies {
  dataSource: DataSource;
  calls: WorkerCalls;
  uploads: UploadsService;
  blobs: BlobStore;
  quotas: Pick<QuotasService, 'countPrediction'>;
  pixels: PixelProcesses;
  log: Pick<PredictionLogWriter, 'sampling' | 'add' | 'storeNow' | 'answered'>;
  shadow: Pick<ShadowScoring, 'offer'>;
  limits: Pick<Limits, 'imageBytes' | 'predictionPixels'>;
}

/** Asks a worker about single images; nothing is computed in the API. */
export class PredictionsService {
  constructor(private readonly parts: PredictionsDependencies) {}

  /**
   * @throws ProblemError BAD_USER_INPUT when not exactly one image is named, NOT_FOUND, the codes of a bad image; FaultError
   * QUOTA_EXCEEDED, SERVICE_UNAVAILABLE when no worker answers; what `signal` says when it is aborted.
   */
  async predict(scope: AccessScope, request: PredictionRequest): Promise<PredictionAnswer> {
    const started = performance.now();
    const { modelVersionId, keepPictures, signal } = request;
    const problems: Problem[] = askerProblems(request, ['input']);
    const version = await this.version(scope, modelVersionId);
    if (!version) {
      problems.push(...notFound('model version', modelVersionId, ['input', 'modelVersionId']).problems);
    }
    if ((request.imageId ? 1 : 0) + (request.uploadId ? 1 : 0) !== 1) {
      const message = 'exactly one of imageId and uploadId must be given';
      problems.push({ code: 'BAD_USER_INPUT', message, field: ['input'] });
    }
    throwIfProblems(problems);
    await this.parts.quotas.countPrediction(version!.model!.projectId);
    const image = request.imageId
      ? await this.image(scope, request.imageId)
      : await this.upload(scope, request.uploadId!, signal);
    const keep = keepPictures ? 'PICTURES' : 'NOTHING';
    // Where nothing shall stay of an image, the log keeps no picture of it either.
    const sampling = keepPictures ? await this.parts.log.sampling(version!.model!.projectId) : undefined;
    const answer = await this.ask({ modelVersionId, image, keep, sampling }, signal);
    const { sha256, filename } = image;
    const predictionId = this.parts.log.add(
      ...logged(version!, answer, { ...request, source: 'GRAPHQL', filename, image: sha256, started }),
    );
    this.askChallenger(version!, answer, { predictionId, image });
    return told(answer, keepPictures);
  }

  /**
   * The same for bytes at hand, of which nothing is stored. A bad image is refused before anybody is asked.
   * @throws ProblemError NOT_FOUND, and the codes of a bad image; FaultError QUOTA_EXCEEDED, SERVICE_UNAVAILABLE; what `signal` says when it is
   * aborted.
   */
  async predictSent(
    scope: AccessScope,
    { modelVersionId, bytes, withMap, signal, ...asker }: SentImage,
  ): Promise<PredictionAnswer> {
    const started = performance.now();
    const version = await this.askable(scope, modelVersionId, asker);
    const answer = await this.askAbout(version, { bytes, withMap, signal });
    const predictionId = this.parts.log.add(
      ...logged(version, answer, { ...asker, source: 'HTTP', filename: null, image: bytes, started }),
    );
    this.askChallenger(version, answer, { predictionId, image: bytes });
    return told(answer, withMap);
  }

  /**
   * The same for a station. The answer is in the log before it is given, and the same image of the same part is answered as before.
   * @throws as {@link predictSent}, and what the database throws: what cannot be stored is not answered.
   */
  async predictAtStation(scope: AccessScope, sent: StationQuestion): Promise<StationAnswer> {
    const started = performance.now();
    const { modelVersionId, stationId, station, partId, isLate, bytes } = sent;
    const version = await this.askable(scope, modelVersionId, sent);
    const digest = questionDigest(partId, bytes);
    const before = digest && (await this.parts.log.answered(stationId, digest, isLate));
    if (before) return answerAgain(before);
    const answer = await this.askAbout(version, sent);
    const asked = { station, partId, source: 'STATION', filename: null, image: bytes, started } as const;
    const [prediction, pictures] = logged(version, answer, asked);
    const stored = await this.parts.log.storeNow(
      { ...prediction, stationId, questionDigest: digest, isLate },
      pictures,
      sent.signal,
    );
    if (stored?.isRepeated) return answerAgain(stored.logged);
    if (stored) this.askChallenger(version, answer, { predictionId: stored.logged.id, image: bytes });
    const unlogged = { verdict: lineVerdict({ ...answer, isLate }), partId, predictionId: null, seq: null };
    const place = stored
      ? placeOf(stored.logged)
      : { ...unlogged, model: version.model!.name, version: version.version };
    return { ...told(answer, false), ...place, isRepeated: false };
  }

  /** @throws ProblemError NOT_FOUND, TEXT_INVALID. */
  private async askable(scope: AccessScope, modelVersionId: string, asker: Asker): Promise<ModelVersionEntity> {
    throwIfProblems(askerProblems(asker));
    const version = await this.version(scope, modelVersionId);
    if (!version) throw notFound('model version', modelVersionId);
    return version;
  }

  /** Counts and scales an image, and asks a worker about it. */
  private async askAbout(
    version: ModelVersionEntity,
    { bytes, withMap, signal }: Pick<SentImage, 'bytes' | 'withMap' | 'signal'>,
  ): Promise<WorkerAnswer> {
    await this.parts.quotas.countPrediction(version.model!.projectId);
    const { settings, sampleBits: trainedDepth } = version.trainingRun!;
    const options = { limits: this.imageLimits, side: settings.imageSize, trainedDepth };
    const { png, width, height, sampleBits } = await this.parts.pixels.run('scale', [bytes, options], { signal });
    const image = { width, height, sampleBits, scaled: png.toString('base64') };
    const sampling = await this.parts.log.sampling(version.model!.projectId);
    const keep = withMap ? 'MAP_IN_ANSWER' : 'NOTHING';
    return this.ask({ modelVersionId: version.id, image, keep, sampling }, signal);
  }

  private ask(question: PredictionQuestion, signal?: AbortSignal): Promise<WorkerAnswer> {
    return this.parts.calls.call<WorkerAnswer>('predict', question, { signal });
  }

  /** Behind the answer, where the model has a challenger. */
  private askChallenger(
    { id: modelVersionId, modelId }: ModelVersionEntity,
    { anomalyScore, isAnomalous, imageThreshold }: WorkerAnswer,
    about: Pick<AnsweredQuestion, 'predictionId' | 'image'>,
  ): void {
    const verdict = { anomalyScore, isAnomalous, imageThreshold };
    this.parts.shadow.offer({ ...about, modelId, modelVersionId, verdict });
  }

  private version(scope: AccessScope, id: string): Promise<ModelVersionEntity | null> {
    return rowsIn(scope, this.parts.dataSource.getRepository(ModelVersionEntity), { id })
      .innerJoinAndSelect('found.trainingRun', 'run')
      .innerJoinAndSelect('found.model', 'model')
      .getOne();
  }

  private async upload(scope: AccessScope, id: string, signal: AbortSignal | undefined): Promise<StoredQuestion> {
    const { uploads, blobs, pixels } = this.parts;
    const upload = await uploads.take(scope, id);
    const { sha256, filename } = upload;
    const options = { item: filename, limits: this.imageLimits };
    const bytes = await uploadedFile(upload, (address) => blobs.read(address));
    const { sampleBits } = await pixels.run('inspect', [bytes, options], { item: filename, signal });
    return { sha256, filename, upright: true, sampleBits };
  }

  private async image(scope: AccessScope, id: string): Promise<StoredQuestion> {
    const found = await rowsIn(scope, this.parts.dataSource.getRepository(ImageEntity), {
      ...{ id, erasedAt: IsNull() },
    }).getOne();
    if (!found) throw notFound('image', id, ['input', 'imageId']);
    const { sha256, filename, upright, sampleBits } = found;
    return { sha256, filename, upright, sampleBits };
  }

  private get imageLimits() {
    const { imageBytes, predictionPixels } = this.parts.limits;
    return { imageBytes, imagePixels: predictionPixels };
  }
}

/** What the log says of a question. */
interface LoggedQuestion extends Asker {
  source: PredictionSource;
  filename: string | null;
  /** Its bytes or their address. */
  image: Uint8Array | string;
  /** When it was asked, on the clock of `performance`. */
  started: number;
}

/** What the log keeps of an answer, and of its pictures. */
function logged(
  { id: modelVersionId, version, model }: ModelVersionEntity,
  answer: WorkerAnswer,
  { station, partId, source, filename, image, started }: LoggedQuestion,
): [NewLoggedPrediction, LoggedPictures | undefined] {
  const { anomalyScore, isAnomalous, bankDistance = null, imageThreshold, pixelThreshold, regions, isSampled } = answer;
  const { anomalyMap, anomalyMapSha256, anomalyMapScale } = answer;
  const map = anomalyMapSha256 ?? (anomalyMap && Buffer.from(anomalyMap, 'base64'));
  return [
    {
      ...{ projectId: model!.projectId, modelVersionId, model: model!.name, version, source, filename },
      ...{ station: station ?? null, partId: partId ?? null, latencySeconds: (performance.now() - started) / 1000 },
      ...{ anomalyScore, isAnomalous, bankDistance, imageThreshold, pixelThreshold, regions },
    },
    isSampled && map ? { image, anomalyMap: map, anomalyMapScale: anomalyMapScale! } : undefined,
  ];
}

/** What whoever asked is told: what is for the log is none of the answer. */
function told({ isSampled: _, bankDistance: _distance, ...answer }: WorkerAnswer, wantsMap: boolean): PredictionAnswer {
  const explanation = explainVerdict(answer) ?? null;
  if (wantsMap) return { ...answer, explanation };
  const { anomalyMap: _map, anomalyMapScale: _scale, ...rest } = answer;
  return { ...rest, explanation };
}
