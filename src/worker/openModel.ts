import type { Predictor, PluginLog } from '../plugin-api/index.js';
import type { ModelVersionEntity, TrainingRunEntity } from '../services/index.js';
import { decodeDetectorState } from './detectorArtifact.js';
import { openPredictor } from './detectorRun.js';
import type { WorkerParts } from './workerParts.js';

/** A model version ready to predict. Dispose its predictor when done. */
export interface OpenModel {
  /** Name of the model. */
  name: string;
  version: ModelVersionEntity;
  run: TrainingRunEntity;
  predictor: Predictor;
}

/** Loads a model version. @throws ProblemError NOT_FOUND, MODEL_PLUGIN_MISMATCH, MODEL_WEIGHTS_INVALID, ARTIFACT_CORRUPT. */
export async function openModel(parts: WorkerParts, modelVersionId: string, log: PluginLog): Promise<OpenModel> {
  const { services, blobs } = parts;
  const version = await services.models.requireVersion(modelVersionId);
  const run = await services.trainingRuns.require(version.trainingRunId);
  const state = decodeDetectorState(await blobs.read(version.artifactSha256), 'artifact');
  const [model] = await services.models.byIds([version.modelId]);
  return { name: model!.name, version, run, predictor: await openPredictor(parts, run, state, log) };
}
