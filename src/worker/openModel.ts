import { everything } from '../access/index.js';
import type { PluginLog } from '../plugin-api/index.js';
import type { ModelVersionEntity, TrainingRunEntity } from '../services/records.js';
import type { StoredState } from './detectorArtifact.js';
import { openPredictor, type OpenPredictor } from './detectorRun.js';
import { readModelState } from './modelState.js';
import type { WorkerParts } from './workerParts.js';

/** A model version ready to predict. Dispose its predictor when done. */
export interface OpenModel {
  /** Name of the model. */
  name: string;
  version: ModelVersionEntity;
  run: TrainingRunEntity;
  predictor: OpenPredictor;
}

/** Loads a model version. @throws ProblemError NOT_FOUND, MODEL_PLUGIN_MISMATCH, MODEL_WEIGHTS_INVALID, ARTIFACT_CORRUPT. */
export async function openModel(parts: WorkerParts, modelVersionId: string, log: PluginLog): Promise<OpenModel> {
  const { services } = parts;
  const version = await services.models.requireVersion(everything, modelVersionId);
  const run = await services.trainingRuns.require(everything, version.trainingRunId);
  const state = await readModelState(parts, version);
  const [model] = await services.models.byIds(everything, [version.modelId]);
  const predictor = await openPredictor(parts, run, state, log);
  await keepModelFiles(parts, { run, state, predictor });
  return { name: model!.name, version, run, predictor };
}

/** A run of an earlier release recorded no files: once its weights were found, every worker has them. Without that it predicts all the same. */
async function keepModelFiles(
  { services, log }: WorkerParts,
  { run, state, predictor }: { run: TrainingRunEntity; state: StoredState; predictor: OpenPredictor },
): Promise<void> {
  // Only then it was compared with the weights of the training.
  if (state.featureWeights === undefined) return;
  try {
    const kept = await predictor.files.keep();
    if (kept) await services.modelFiles.record(run.jobId, kept);
  } catch (error) {
    log.warn({ err: error, trainingRun: run.jobId }, 'the weights could not be kept in the blob store');
  }
}
