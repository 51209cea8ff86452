import { brushedSteel, photograph } from '../../src/cli/sample-data/brushedSteel.js';
import { withFeatures, type OpenPlan } from '../../src/plugin-contract/openPlan.js';
import { hostTensor, type HostTensor } from '../../src/shared/compute.js';
import type { RgbImage } from '../../src/shared/images.js';
import { RandomSource } from '../../src/shared/random.js';
import { createFeatureStage, type FeatureParams } from '../../src/toolkit/index.js';

/** Images of brushed steel, each another one. */
export function drawSurfaces(count: number, size: number, seed: number): RgbImage[] {
  const random = RandomSource.fromSeed(seed);
  return Array.from({ length: count }, () => photograph(brushedSteel(size, random), random));
}

/**
 * Features f^ of drawn surfaces, as a training extracts them: neighbour search and coreset depend on how features lie, so
 * that random numbers would measure something else.
 * @returns `[count, d_f]`.
 */
export async function surfaceFeatures(plan: OpenPlan, count: number, seed: number): Promise<HostTensor> {
  const shared = withFeatures<FeatureParams>(plan);
  const stage = await createFeatureStage(shared);
  const perImage = stage.grid ** 2;
  const all = new Float32Array(count * stage.channels);
  for (const [i, image] of drawSurfaces(Math.ceil(count / perImage), shared.settings.imageSize, seed).entries()) {
    const { data } = await stage.extract(image);
    const from = i * perImage * stage.channels;
    all.set((data as Float32Array).subarray(0, all.length - from), from);
  }
  await stage.dispose();
  return hostTensor(all, [count, stage.channels]);
}
