import type {
  DetectorCheckpoint,
  DetectorState,
  TrainingImage,
  TrainingProgress,
  TrainingSteps,
} from '../../src/plugin-api/index.js';
import type { PluginChoice } from '../../src/plugin-host/index.js';
import { planTraining, type TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { Compute } from '../../src/shared/compute.js';
import type { RgbImage } from '../../src/shared/images.js';
import type { Supervision, TrainingSettings } from '../../src/shared/training.js';
import { openPlan } from '../../src/plugin-contract/openPlan.js';
import { tinySettings } from '../support/tinySettings.js';
import { compute, pluginContext, registry, sampleImage } from './plugins.js';
import { tinyDetectors } from './tinyDetectors.js';

export const normalImages = Array.from({ length: 5 }, (_, i) => ({
  id: `normal-${i}`,
  filename: `normal-${i}.png`,
  load: () => Promise.resolve(sampleImage(64, 64, i)),
}));

const mask = {
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 4096 }, (_, i) => (i % 64 < 24 && i < 24 * 64 ? 1 : 0)),
};

/** A dark corner on a surface like the normal ones. */
export function defective(seed: number) {
  const image = sampleImage(64, 64, seed);
  mask.data.forEach((anomalous, i) => {
    if (anomalous) image.data.fill(5, 3 * i, 3 * i + 3);
  });
  return image;
}

/** Labels of the kind that each supervision reads. */
const labels = {
  SUPERVISED: { loadMask: () => Promise.resolve(mask) },
  SEMI_SUPERVISED: { boxes: [{ x: 0, y: 0, width: 24, height: 24 }] },
};

export function anomalousImages(supervision: Supervision): TrainingImage[] {
  if (supervision === 'UNSUPERVISED') return [];
  return [20, 21].map((seed) => ({
    id: `anomalous-${seed}`,
    filename: `anomalous-${seed}.png`,
    load: () => Promise.resolve(defective(seed)),
    ...labels[supervision],
  }));
}

/** With which tests open plans. */
export const tools = { registry, compute, files: pluginContext, say: () => undefined };

/** What makes a training unlike the plain one of a detector and a supervision. */
export interface TrainingVariation {
  /** Instead of the engine of all contract tests. */
  compute?: Compute;
  resumeFrom?: DetectorCheckpoint;
  startFrom?: DetectorState;
  checkpoint?: TrainingSteps['checkpoint'];
  signal?: AbortSignal;
  preset?: string;
  settings?: Partial<TrainingSettings>;
  params?: Record<string, unknown>;
  featureExtractor?: PluginChoice;
  augmentations?: readonly PluginChoice[];
  /** Of the folder that an augmentation names. */
  textures?: readonly RgbImage[];
  /** Instead of {@link normalImages}. */
  normalImages?: readonly TrainingImage[];
}

/** Trains on a few small images. */
export async function train(id: string, supervision: Supervision, seed: number, variation: TrainingVariation = {}) {
  const {
    preset,
    settings,
    params,
    augmentations,
    textures,
    normalImages: ownImages,
    featureExtractor,
    ...rest
  } = variation;
  const { compute: engine = compute, ...additions } = rest;
  const tiny = tinyDetectors[id]!;
  const choice = {
    ...{ supervision, preset, augmentations },
    featureExtractor: featureExtractor ?? (preset === undefined ? tiny.featureExtractor : undefined),
    detector: { id, params: { ...tiny.params, ...params } },
    settings: { ...tinySettings, ...settings },
  };
  const plan = planTraining(registry, choice, []);
  const { plugin, trainingContext, close } = await openPlan(plan, supervision, { ...tools, compute: engine, textures });
  const reports: TrainingProgress[] = [];
  const images = { normalImages: ownImages ?? normalImages, anomalousImages: anomalousImages(supervision) };
  const report = (progress: TrainingProgress) => void reports.push(progress);
  const state = await plugin.train(trainingContext({ seed, ...images, report, ...additions })).finally(close);
  return { plan, plugin, state, reports };
}

/** What a state says of an image; of one it was trained on, by its id, as if it were new. */
export async function predict(
  plan: TrainingPlan,
  state: DetectorState,
  image: ReturnType<typeof sampleImage>,
  trainingImageId?: string,
  engine = compute,
) {
  const { plugin, shared, close } = await openPlan(plan, 'UNSUPERVISED', { ...tools, compute: engine });
  const predictor = await plugin.load(state, shared);
  const prediction = await predictor.predict(image, trainingImageId);
  await predictor.dispose();
  close();
  return prediction;
}
