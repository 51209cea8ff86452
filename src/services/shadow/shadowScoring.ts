import type { DataSource } from 'typeorm';
import { ModelAliasEntity } from '../../database/entities/index.js';
import type { WorkerCalls } from '../../jobs/index.js';
import type { Limits } from '../../shared/config.js';
import { createLogger } from '../../shared/logger.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';
import type { PredictionLogWriter } from '../prediction-log/predictionLogWriter.js';
import type { PredictionQuestion, WorkerAnswer } from '../predictions.service.js';
import type { Verdict } from './disagreement.js';
import { ShadowRecord } from './shadowRecord.js';

/** The alias that makes a version the challenger of its model. */
export const challengerAlias = 'challenger';

/** A prediction that was answered, and logged as `predictionId`. */
export interface AnsweredQuestion {
  predictionId: string;
  modelId: string;
  modelVersionId: string;
  verdict: Verdict;
  /** As it was sent, or where it is stored. */
  image: Uint8Array | PredictionQuestion['image'];
}

/** What waits in one process, at most; what comes beyond it is dropped and counted. */
const mostWaiting = 50;
const mostWaitingBytes = 64 * 1024 * 1024;

/** How long a challenger is taken as it was. */
const challengerMilliseconds = 10_000;

/** An answer that takes longer is none: the challenger is behind. */
const timeoutSeconds = 60;

interface Challenger {
  id: string;
  imageSize: number;
  sampleBits: number | null;
}

interface Dependencies {
  dataSource: DataSource;
  calls: Pick<WorkerCalls, 'call'>;
  pixels: Pick<PixelProcesses, 'run'>;
  log: Pick<PredictionLogWriter, 'flush'>;
  limits: Pick<Limits, 'imageBytes' | 'predictionPixels'>;
}

/**
 * Asks a model's challenger what the version that was asked has answered already, one image at a time: nobody who asks waits for it,
 * and workers answer questions first. What cannot be asked in time is dropped and counted.
 */
export class ShadowScoring {
  private readonly logger = createLogger('shadow');
  private readonly challengers = new Map<string, { challenger: Promise<Challenger | null>; until: number }>();
  private readonly record: ShadowRecord;
  private waiting: AnsweredQuestion[] = [];
  private bytes = 0;
  private working: Promise<void> = Promise.resolve();
  private isWorking = false;
  private readonly stopped = new AbortController();

  constructor(private readonly parts: Dependencies) {
    this.record = new ShadowRecord(parts.dataSource, parts.log);
  }

  /** Takes a prediction whose answer was given. */
  offer(question: AnsweredQuestion): void {
    if (this.stopped.signal.aborted) return;
    const size = bytesOf(question);
    // Who has no challenger holds nothing and is done with the next turn; who has one is counted as dropped.
    if (this.waiting.length >= mostWaiting || this.bytes + size > mostWaitingBytes) {
      void this.drop(question);
      return;
    }
    this.waiting.push(question);
    this.bytes += size;
    if (this.isWorking) return;
    this.isWorking = true;
    this.working = this.work();
  }

  /** Resolves when nothing waits any more, and all of it is stored. */
  async settled(): Promise<void> {
    await this.working;
    await this.record.flush();
  }

  /** Asks nothing any more. What waits is lost; what was scored is stored. */
  async stop(): Promise<void> {
    this.stopped.abort();
    this.waiting = [];
    await this.working;
    await this.record.stop();
  }

  private async work(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      this.bytes -= bytesOf(next);
      await this.score(next);
    }
    this.isWorking = false;
  }

  private async score(question: AnsweredQuestion): Promise<void> {
    const { signal } = this.stopped;
    const challenger = await this.challengerOf(question);
    if (!challenger) return;
    try {
      const image = await this.imageFor(challenger, question.image, signal);
      const asked: PredictionQuestion = { modelVersionId: challenger.id, image, keep: 'NOTHING' };
      const answer = await this.parts.calls.call<WorkerAnswer>('shadow', asked, { timeoutSeconds, signal });
      this.record.add({ ...question, challengerId: challenger.id, shadow: answer });
    } catch (error) {
      if (signal.aborted) return;
      this.logger.warn({ err: error, modelVersionId: challenger.id }, 'a challenger could not be asked');
      this.record.count(challenger.id, 'failed');
    }
  }

  private async imageFor(
    { imageSize, sampleBits: trainedDepth }: Challenger,
    image: AnsweredQuestion['image'],
    signal: AbortSignal,
  ) {
    if (!(image instanceof Uint8Array)) return image;
    const { imageBytes, predictionPixels } = this.parts.limits;
    const options = { limits: { imageBytes, imagePixels: predictionPixels }, side: imageSize, trainedDepth };
    const { png, width, height, sampleBits } = await this.parts.pixels.run('scale', [image, options], { signal });
    return { width, height, sampleBits, scaled: png.toString('base64') };
  }

  private async drop(question: AnsweredQuestion): Promise<void> {
    const challenger = await this.challengerOf(question);
    if (challenger) this.record.count(challenger.id, 'dropped');
  }

  /** Null where there is none, where it was asked itself, and while the database does not say. */
  private async challengerOf({ modelId, modelVersionId }: AnsweredQuestion): Promise<Challenger | null> {
    const known = this.challengers.get(modelId);
    const isFresh = known && known.until > Date.now();
    const challenger = isFresh ? known.challenger : this.find(modelId).catch(() => null);
    if (!isFresh) this.challengers.set(modelId, { challenger, until: Date.now() + challengerMilliseconds });
    const found = await challenger;
    return found?.id === modelVersionId ? null : found;
  }

  private async find(modelId: string): Promise<Challenger | null> {
    const alias = await this.parts.dataSource.getRepository(ModelAliasEntity).findOne({
      where: { modelId, name: challengerAlias },
      relations: { modelVersion: { trainingRun: true } },
    });
    const version = alias?.modelVersion;
    if (!version) return null;
    const { settings, sampleBits } = version.trainingRun!;
    return { id: version.id, imageSize: settings.imageSize, sampleBits };
  }
}

function bytesOf({ image }: AnsweredQuestion): number {
  return image instanceof Uint8Array ? image.length : 0;
}
