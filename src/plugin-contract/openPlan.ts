import type {
  AugmentationStage,
  DetectorState,
  DetectorUses,
  FeatureParts,
  PluginContext,
  PredictionContext,
  TrainingContext,
  TrainingImage,
  TrainingSteps,
} from '../plugin-api/index.js';
import type { PluginRegistry, ResolvedPlugin } from '../plugin-host/index.js';
import type { TrainingPlan } from '../services/training/trainingPlan.js';
import type { Compute } from '../shared/compute.js';
import type { RgbImage } from '../shared/images.js';
import type { Supervision } from '../shared/training.js';
import { RandomSource } from '../shared/random.js';

/** What opens a plan outside a worker. */
export interface Tools {
  registry: PluginRegistry;
  compute: Compute;
  files: Omit<PluginContext, 'log'>;
  say: (text: string) => void;
  /** What the folder that an augmentation names holds. */
  textures?: readonly RgbImage[] | undefined;
}

/** What a training of a plan reads, beside its plugins. */
export interface TrainingInput extends Partial<TrainingSteps> {
  seed: number;
  normalImages: readonly TrainingImage[];
  anomalousImages: readonly TrainingImage[];
  startFrom?: DetectorState | undefined;
}

/** A plan with its plugins loaded. */
export interface OpenPlan {
  plugin: ResolvedPlugin<'detector'>['plugin'];
  shared: PredictionContext<Record<string, unknown>, DetectorUses>;
  /** Of a detector that uses features. */
  features: FeatureParts | undefined;
  trainingContext(input: TrainingInput): TrainingContext<Record<string, unknown>, DetectorUses>;
  close(): void;
}

/** Opens what a training run of the product would open for this plan. */
export async function openPlan(
  plan: TrainingPlan,
  supervision: Supervision,
  { registry, compute, files, say, textures }: Tools,
): Promise<OpenPlan> {
  const { plugin, params } = registry.resolveRecord('detector', plan.detector);
  const log = { info: say, warn: say };
  const extractor = plan.featureExtractor && registry.resolveRecord('feature-extractor', plan.featureExtractor);
  const features = extractor
    ? {
        featureExtractor: await extractor.plugin.load(extractor.params, { ...files, log }),
        featureLayers: extractor.plugin.layers(extractor.params),
      }
    : undefined;
  const shared = { params, settings: plan.settings, compute, log, ...features };
  const augmentations = plan.augmentations.map((record) => {
    const { plugin: augmentation, params: chosen } = registry.resolveRecord('augmentation', record);
    if (augmentation.stage === 'residual') return augmentation.create(chosen);
    if (augmentation.textureFolder?.(chosen) !== undefined && !textures) {
      throw new TypeError(`${record.id} names a folder of textures, and none are given`);
    }
    return augmentation.create(chosen, textures);
  });
  const loss = plan.loss && registry.resolveRecord('loss', plan.loss);
  const ofStage = (stage: AugmentationStage) => augmentations.filter((augmentation) => augmentation.stage === stage);
  const { uses } = plugin;
  return {
    plugin,
    shared,
    features,
    trainingContext: ({ seed, normalImages, anomalousImages, startFrom, ...steps }) => ({
      ...{ ...shared, supervision, normalImages, anomalousImages, startFrom },
      ...(uses.augmentations.includes('image') && { imageAugmentations: ofStage('image') }),
      ...(uses.augmentations.includes('residual') && { residualAugmentations: ofStage('residual') }),
      ...(loss && { loss: loss.plugin.create(loss.params) }),
      steps: { ...quietSteps(), random: RandomSource.fromSeed(seed), ...steps },
    }),
    close: () => features?.featureExtractor.dispose(),
  };
}

/** What a prediction on features is given. @throws TypeError of a plan without features. */
export function withFeatures<Params>({ shared, features }: OpenPlan): PredictionContext<Params> {
  if (!features) throw new TypeError('the detector of this plan uses no features');
  return { ...shared, params: shared.params as Params, ...features };
}

/** Steps that nobody follows or interrupts. */
function quietSteps(): Omit<TrainingSteps, 'random'> {
  return {
    signal: new AbortController().signal,
    report: () => undefined,
    checkpoint: () => Promise.resolve(),
    resumeFrom: undefined,
  };
}
