import type { TrainingContext } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import type { FeatureStage } from './featureStage.js';

/** f^ of every normal training image, in order, each `[h_f * w_f, d_f]`; reported as phase `feature-extraction`. */
export async function extractTrainingFeatures(
  stage: FeatureStage,
  { normalImages, signal, report }: Pick<TrainingContext<unknown>, 'normalImages' | 'signal' | 'report'>,
): Promise<HostTensor[]> {
  const features: HostTensor[] = [];
  for (const [i, image] of normalImages.entries()) {
    signal.throwIfAborted();
    features.push(await stage.extract(await image.load()));
    report({ phase: 'feature-extraction', step: i + 1, totalSteps: normalImages.length });
  }
  return features;
}
