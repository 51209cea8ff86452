import {
  RandomSource,
  type DetectorState,
  type PredictionContext,
  type TrainingContext,
  type TrainingImage,
  type TrainingProgress,
} from '../../src/plugin-api/index.js';
import type { PluginChoice } from '../../src/plugin-host/index.js';
import { planTraining, type TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { Supervision, TrainingSettings } from '../../src/shared/training.js';
import { tinySettings } from '../support/tinySettings.js';
import { compute, pluginContext, registry, sampleImage } from './plugins.js';

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

function anomalousImages(supervision: Supervision): TrainingImage[] {
  if (supervision === 'UNSUPERVISED') return [];
  return [20, 21].map((seed) => ({
    id: `anomalous-${seed}`,
    filename: `anomalous-${seed}.png`,
    load: () => Promise.resolve(defective(seed)),
    ...labels[supervision],
  }));
}

/** Parameters that make a test quick. */
const smaller: Partial<Record<string, Record<string, unknown>>> = {
  simplenet: { hidden: 64, featuresPerStep: 128 },
  devnet: { hidden: 16, references: 100 },
};

/** Networks that start from nothing need more than two steps to know anything. */
const longer: Partial<Record<string, Partial<TrainingSettings>>> = {
  simplenet: { steps: 80, learningRate: 3e-3 },
  devnet: { steps: 80, learningRate: 3e-3 },
};

/** Loads what a plan names, for trainings and predictions. */
export async function open(
  plan: TrainingPlan,
): Promise<PredictionContext<Record<string, unknown>> & { close(): void }> {
  const extractor = registry.resolveRecord('feature-extractor', plan.featureExtractor);
  const featureExtractor = await extractor.plugin.load(extractor.params, pluginContext);
  const featureLayers = extractor.plugin.layers(extractor.params);
  const { settings, detector } = plan;
  const context = {
    params: detector.params,
    settings,
    compute,
    featureExtractor,
    featureLayers,
    log: pluginContext.log,
  };
  return { ...context, close: () => featureExtractor.dispose() };
}

/** Fewer synthetic images and steps, for the detectors that have them. */
function shortened({ syntheticPool, pretraining }: Record<string, unknown>) {
  return {
    ...(syntheticPool !== undefined && { syntheticPool: 4 }),
    ...(pretraining !== undefined && { pretraining: { ...(pretraining as object), steps: 2 } }),
  };
}

/** What makes a training unlike the plain one of a detector and a supervision. */
export interface TrainingVariation extends Partial<
  Pick<TrainingContext<unknown>, 'resumeFrom' | 'startFrom' | 'checkpoint' | 'signal'>
> {
  preset?: string;
  settings?: Partial<TrainingSettings>;
  params?: Record<string, unknown>;
  augmentations?: readonly PluginChoice[];
}

/** Trains on a few small images. */
export async function train(id: string, supervision: Supervision, seed: number, variation: TrainingVariation = {}) {
  const { preset, settings: changed, params, augmentations: chosen, ...additions } = variation;
  const plan = planTraining(
    registry,
    {
      supervision,
      ...{ preset, augmentations: chosen, featureExtractor: { id: 'mobilenet-v3' } },
      detector: { id, params: { ...params } },
      settings: { ...tinySettings, steps: 2, ...longer[id], ...changed },
    },
    [],
  );
  const context = await open(plan);
  const reports: TrainingProgress[] = [];
  const augmentations = plan.augmentations.map((record) => {
    const { plugin, params } = registry.resolveRecord('augmentation', record);
    return plugin.create(params);
  });
  const loss = plan.loss && registry.resolveRecord('loss', plan.loss);
  const { plugin } = registry.resolve('detector', { id }, []);
  const state = await plugin
    .train({
      ...context,
      params: { ...context.params, ...shortened(context.params), ...smaller[id] },
      supervision,
      random: RandomSource.fromSeed(seed),
      normalImages,
      anomalousImages: anomalousImages(supervision),
      imageAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'image'),
      residualAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'residual'),
      loss: loss ? loss.plugin.create(loss.params) : undefined,
      startFrom: undefined,
      resumeFrom: undefined,
      checkpoint: () => Promise.resolve(),
      signal: new AbortController().signal,
      ...additions,
      report: (progress) => reports.push(progress),
    })
    .finally(() => context.close());
  return { plan, plugin, state, reports };
}

/** What a state says of an image; of one it was trained on, by its id, as if it were new. */
export async function predict(
  plan: TrainingPlan,
  state: DetectorState,
  image: ReturnType<typeof sampleImage>,
  trainingImageId?: string,
) {
  const context = await open(plan);
  const { plugin } = registry.resolveRecord('detector', plan.detector);
  const predictor = await plugin.load(state, context);
  const prediction = await predictor.predict(image, trainingImageId);
  await predictor.dispose();
  context.close();
  return prediction;
}
