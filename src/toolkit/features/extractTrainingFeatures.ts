import type { TrainingContext } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import type { FeatureStage } from './featureStage.js';

/** f^ of every normal training image, in order, each `[h_f * w_f, d_f]`; reported as stage `feature-extraction`. */
export async function extractTrainingFeatures(
  stage: FeatureStage,
  { normalImages, steps }: Pick<TrainingContext<unknown>, 'normalImages' | 'steps'>,
): Promise<HostTensor[]> {
  const features: HostTensor[] = [];
  for (const [i, image] of normalImages.entries()) {
    steps.signal.throwIfAborted();
    features.push(await stage.extract(await image.load()));
    steps.report({ stage: 'feature-extraction', step: i + 1, totalSteps: normalImages.length });
  }
  return features;
}
