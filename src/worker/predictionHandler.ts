import { inspectImage } from '../files/index.js';
import type { Predictor } from '../plugin-api/index.js';
import type { ModelVersionEntity, PredictionAnswer, PredictionQuestion, TrainingRunEntity } from '../services/index.js';
import { decodeDetectorState } from './detectorArtifact.js';
import { openPredictor } from './detectorRun.js';
import { predictNative, storePrediction } from './storedPrediction.js';
import type { WorkerParts } from './workerParts.js';

interface OpenModel {
  version: ModelVersionEntity;
  run: TrainingRunEntity;
  predictor: Predictor;
}

/** How many models stay open, each with its weights and memory bank. */
const openModels = 2;

/** Answers single predictions; keeps the last models open. Calls may not overlap. */
export class PredictionHandler {
  private readonly models = new Map<string, OpenModel>();

  constructor(private readonly parts: WorkerParts) {}

  /** @throws ProblemError of a bad image, NOT_FOUND, MODEL_PLUGIN_MISMATCH, ARTIFACT_CORRUPT. */
  async answer({ modelVersionId, sha256, filename }: PredictionQuestion): Promise<PredictionAnswer> {
    const started = performance.now();
    const { version, run, predictor } = await this.open(modelVersionId);
    const { width, height } = await inspectImage(await this.parts.blobs.read(sha256), { item: filename });
    const image = { sha256, filename, width, height };
    const { map, anomalyScore } = await predictNative(this.parts, predictor, image, run.settings.imageSize);
    const stored = await storePrediction(this.parts, image, map, anomalyScore, version);
    return { anomalyScore, ...stored, seconds: (performance.now() - started) / 1000 };
  }

  /** Closes every model. */
  async dispose(): Promise<void> {
    await Promise.all([...this.models.values()].map(({ predictor }) => predictor.dispose()));
    this.models.clear();
  }

  private async open(modelVersionId: string): Promise<OpenModel> {
    const known = this.models.get(modelVersionId);
    if (known) {
      // Most recently used last.
      this.models.delete(modelVersionId);
      this.models.set(modelVersionId, known);
      return known;
    }
    const { services, blobs, log } = this.parts;
    const version = await services.models.requireVersion(modelVersionId);
    const run = await services.trainingRuns.require(version.trainingRunId);
    const state = decodeDetectorState(await blobs.read(version.artifactSha256), 'artifact');
    const predictor = await openPredictor(this.parts, run, state, {
      info: (message) => log.info(message),
      warn: (message) => log.warn(message),
    });
    const [oldest] = this.models.size >= openModels ? this.models : [];
    if (oldest) {
      this.models.delete(oldest[0]);
      await oldest[1].predictor.dispose();
    }
    const opened = { version, run, predictor };
    this.models.set(modelVersionId, opened);
    return opened;
  }
}
