import type { TrainingContext } from '../../plugin-api/index.js';
import type { RgbImage } from '../../shared/images.js';

/** What is extracted of every normal training image, in order; reported as stage `feature-extraction`. */
export async function extractTrainingFeatures<Features>(
  stage: { extract(image: RgbImage): Promise<Features> },
  { normalImages, steps }: Pick<TrainingContext<unknown>, 'normalImages' | 'steps'>,
): Promise<Features[]> {
  const features: Features[] = [];
  for (const [i, image] of normalImages.entries()) {
    steps.signal.throwIfAborted();
    features.push(await stage.extract(await image.load()));
    steps.report({ stage: 'feature-extraction', step: i + 1, totalSteps: normalImages.length });
  }
  return features;
}
