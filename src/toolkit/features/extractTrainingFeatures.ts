import type { TrainingContext } from '../../plugin-api/index.js';
import type { RgbImage } from '../../shared/images.js';

/**
 * What is extracted of every normal training image, in order; reported as stage `feature-extraction`.
 * @throws ComputeFailure OUT_OF_MEMORY behind the first image, where all of them would take more than the machine has.
 */
export async function extractTrainingFeatures<Features>(
  stage: { extract(image: RgbImage): Promise<Features> },
  { normalImages, steps, compute }: Pick<TrainingContext<unknown>, 'normalImages' | 'steps' | 'compute'>,
): Promise<Features[]> {
  const features: Features[] = [];
  for (const [i, image] of normalImages.entries()) {
    steps.signal.throwIfAborted();
    const extracted = await stage.extract(await image.load());
    if (i === 0) {
      const all = `of ${normalImages.length} normal images`;
      compute.requireMemory('feature-extraction', { [all]: normalImages.length * bytesIn(extracted) });
    }
    features.push(extracted);
    steps.report({ stage: 'feature-extraction', step: i + 1, totalSteps: normalImages.length });
  }
  return features;
}

/** Of all arrays of numbers in a value. */
function bytesIn(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + bytesIn(each), 0);
}
