import type {
  DetectorUses,
  FeatureParts,
  ModelFileSource,
  PredictionContext,
  PluginLog,
  Predictor,
} from '../plugin-api/index.js';
import type { PluginRecord, ResolvedPlugin } from '../plugin-host/index.js';
import { problem } from '../shared/errors.js';
import type { RecordedModelFile, TrainingSettings } from '../shared/training.js';
import { checkFeatureWeights, readState, type StoredState } from './detectorArtifact.js';
import { RunFiles } from './runFiles.js';
import type { WorkerParts } from './workerParts.js';

/** The part of a training run that says how to compute. */
export interface RecordedChoice {
  detector: PluginRecord;
  /** null for a detector that uses no features. */
  featureExtractor: PluginRecord | null;
  settings: TrainingSettings;
  /** Of the feature extractor. */
  modelFiles: readonly RecordedModelFile[];
}

/** A detector with its feature extractor loaded, where it uses one. Dispose it when done. */
export interface OpenDetector {
  plugin: ResolvedPlugin<'detector'>['plugin'];
  context: PredictionContext<Record<string, unknown>, DetectorUses>;
  /** Part of the context of a detector that uses features. */
  features: FeatureParts | undefined;
  files: RunFiles;
  dispose(): void;
}

/** A predictor with the files that its features were read from. */
export interface OpenPredictor extends Predictor {
  files: RunFiles;
}

/**
 * Loads what a run recorded.
 * @throws ProblemError MODEL_PLUGIN_MISMATCH when a plugin is gone or is other code now.
 */
export async function openDetector(parts: WorkerParts, choice: RecordedChoice, log: PluginLog): Promise<OpenDetector> {
  const { plugin, params } = await parts.registry.open('detector', choice.detector);
  const files = new RunFiles(parts, choice.modelFiles);
  const features = choice.featureExtractor ? await openFeatures(parts, choice.featureExtractor, files, log) : undefined;
  return {
    plugin,
    context: { params, settings: choice.settings, compute: parts.compute, log, ...features },
    features,
    files,
    dispose: () => features?.featureExtractor.dispose(),
  };
}

async function openFeatures(
  { registry, files }: WorkerParts,
  record: PluginRecord,
  runFiles: RunFiles,
  log: PluginLog,
) {
  const { plugin, params } = await registry.open('feature-extractor', record);
  const modelFile = (source: ModelFileSource) => runFiles.read(source, log);
  const featureExtractor = await plugin.load(params, { ...files, modelFile, log });
  return { featureExtractor, featureLayers: plugin.layers(params) };
}

/**
 * A predictor from a state; disposes its feature extractor with itself.
 * @throws ProblemError MODEL_PLUGIN_MISMATCH for features of other plugins or weights; MODEL_WEIGHTS_INVALID.
 */
export async function openPredictor(
  parts: WorkerParts,
  choice: RecordedChoice,
  state: StoredState,
  log: PluginLog,
): Promise<OpenPredictor> {
  const detector = await openDetector(parts, choice, log);
  try {
    checkFeatureWeights(state, detector, choice);
    const predictor = await detector.plugin
      .load(readState(detector.plugin, state), detector.context)
      .catch((error: unknown) => {
        throw unfitState(choice.detector.id, error);
      });
    return {
      files: detector.files,
      unread: () => predictor.unread?.() ?? [],
      predict: (image, trainingImageId) => predictor.predict(image, trainingImageId),
      dispose: async () => {
        await predictor.dispose();
        detector.dispose();
      },
    };
  } catch (error) {
    detector.dispose();
    throw error;
  }
}

/** A state of other tensors than the detector looks for shows as a programmer's error. */
function unfitState(detector: string, error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const message = `the artifact holds no state that detector ${detector} can load: ${error.message.split('\n')[0]}`;
  return problem('MODEL_WEIGHTS_INVALID', message, { item: 'artifact' });
}
