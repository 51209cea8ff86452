import type { PluginContext, PredictionContext, TrainingContext } from '../../src/plugin-api/index.js';
import type { PluginRegistry, ResolvedPlugin } from '../../src/plugin-host/index.js';
import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import type { Compute } from '../../src/shared/compute.js';
import type { Supervision } from '../../src/shared/training.js';
import { RandomSource } from '../../src/shared/random.js';

export interface Tools {
  registry: PluginRegistry;
  compute: Compute;
  files: Omit<PluginContext, 'log'>;
  say: (text: string) => void;
}

/** What a training of a plan reads, beside its plugins. */
export type TrainingInput = Pick<TrainingContext<unknown>, 'report' | 'normalImages' | 'anomalousImages'> & {
  seed: number;
};

/** A plan with its plugins loaded. */
export interface OpenPlan {
  plugin: ResolvedPlugin<'detector'>['plugin'];
  shared: PredictionContext<Record<string, unknown>>;
  trainingContext(input: TrainingInput): TrainingContext<Record<string, unknown>>;
  close(): void;
}

/** Opens what a training run of the product would open for this plan. */
export async function openPlan(
  plan: TrainingPlan,
  supervision: Supervision,
  { registry, compute, files, say }: Tools,
): Promise<OpenPlan> {
  const { plugin, params } = registry.resolveRecord('detector', plan.detector);
  const extractor = registry.resolveRecord('feature-extractor', plan.featureExtractor);
  const log = { info: say, warn: say };
  const featureExtractor = await extractor.plugin.load(extractor.params, { ...files, log });
  const featureLayers = extractor.plugin.layers(extractor.params);
  const shared = { params, settings: plan.settings, compute, featureExtractor, featureLayers, log };
  const augmentations = plan.augmentations.map((record) => {
    const { plugin: augmentation, params: chosen } = registry.resolveRecord('augmentation', record);
    return augmentation.create(chosen);
  });
  const loss = plan.loss && registry.resolveRecord('loss', plan.loss);
  return {
    plugin,
    shared,
    trainingContext: ({ seed, ...input }) => ({
      ...shared,
      ...input,
      supervision,
      random: RandomSource.fromSeed(seed),
      imageAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'image'),
      residualAugmentations: augmentations.filter((augmentation) => augmentation.stage === 'residual'),
      loss: loss ? loss.plugin.create(loss.params) : undefined,
      startFrom: undefined,
      resumeFrom: undefined,
      checkpoint: () => Promise.resolve(),
      signal: new AbortController().signal,
    }),
    close: () => featureExtractor.dispose(),
  };
}
