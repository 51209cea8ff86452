import { everything } from '../../access/index.js';
import { isSampled } from '../../services/prediction-log/sampling.js';
import type { PredictionQuestion, WorkerAnswer } from '../../services/predictions.service.js';
import {
  mapPicture,
  predictImage,
  storePrediction,
  type ImagePrediction,
  type PredictionThresholds,
} from './imagePrediction.js';
import { openModel, type OpenModel } from '../openModel.js';
import { Turns } from './turns.js';
import type { WorkerParts } from '../workerParts.js';

/** The map with the answer itself: nothing of it stays anywhere. */
async function mapInAnswer(prediction: ImagePrediction, thresholds: PredictionThresholds) {
  const { png, anomalyMapScale } = await mapPicture(prediction, thresholds);
  return { anomalyMap: png.toString('base64'), anomalyMapScale };
}

/** How many models stay open, each with its weights and memory bank. */
const openModels = 2;

/** Answers single predictions; keeps the last models open. Calls may not overlap. */
export class PredictionHandler {
  private readonly models = new Map<string, OpenModel>();

  /** @param mostOpen models that stay open. */
  constructor(
    private readonly parts: WorkerParts,
    private readonly turns = new Turns(),
    private readonly mostOpen = openModels,
  ) {}

  /** @throws ProblemError IMAGE_CORRUPT, NOT_FOUND, MODEL_PLUGIN_MISMATCH, ARTIFACT_CORRUPT. */
  async answer(question: PredictionQuestion): Promise<WorkerAnswer> {
    const started = performance.now();
    const model = await this.open(question.modelVersionId);
    return this.turns.urgent(() => this.predict(model, question, started));
  }

  /** The same when nobody waits for an answer: after those that somebody waits for. @throws as {@link answer}. */
  async answerPatiently(question: PredictionQuestion): Promise<WorkerAnswer> {
    const started = performance.now();
    const model = await this.open(question.modelVersionId);
    return this.turns.patient(() => this.predict(model, question, started));
  }

  /** Closes every model. */
  async dispose(): Promise<void> {
    await Promise.all([...this.models.values()].map(({ predictor }) => predictor.dispose()));
    this.models.clear();
  }

  private async predict(model: OpenModel, question: PredictionQuestion, started: number): Promise<WorkerAnswer> {
    const { modelVersionId, keep, image, sampling } = question;
    // Its thresholds may have changed since the model was opened.
    const version = await this.parts.services.models.requireVersion(everything, modelVersionId);
    const prediction = await predictImage(this.parts, model, image, version);
    const { anomalyScore, isAnomalous, bankDistance, regions, warnings } = prediction;
    const { imageThreshold, pixelThreshold } = version;
    const sampled = sampling !== undefined && isSampled(sampling, anomalyScore, imageThreshold);
    this.parts.predicted?.({ model: model.name, version: version.version, isAnomalous });
    return {
      ...{ anomalyScore, isAnomalous, bankDistance, regions, imageThreshold, pixelThreshold, warnings },
      ...((keep === 'MAP_IN_ANSWER' || (keep === 'NOTHING' && sampled)) && (await mapInAnswer(prediction, version))),
      ...(keep === 'PICTURES' && (await storePrediction(this.parts, prediction, version))),
      ...(sampled && { isSampled: true }),
      seconds: (performance.now() - started) / 1000,
    };
  }

  private async open(modelVersionId: string): Promise<OpenModel> {
    const known = this.models.get(modelVersionId);
    if (known) {
      // Most recently used last.
      this.models.delete(modelVersionId);
      this.models.set(modelVersionId, known);
      return known;
    }
    const { log } = this.parts;
    const opened = await openModel(this.parts, modelVersionId, {
      info: (message) => log.info(message),
      warn: (message) => log.warn(message),
    });
    const [oldest] = this.models.size >= this.mostOpen ? this.models : [];
    if (oldest) {
      this.models.delete(oldest[0]);
      await oldest[1].predictor.dispose();
    }
    this.models.set(modelVersionId, opened);
    return opened;
  }
}
