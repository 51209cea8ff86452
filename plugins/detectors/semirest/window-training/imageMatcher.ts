import type { HostTensor } from 'residua/plugin-api';
import { type MemoryBank, type NeighbourSearch, sourcePenalty } from 'residua/toolkit';
import type { MatchedFeatures } from './matchedImage.js';

/**
 * Matches an image's features with the memory bank.
 * @param features f^, `[h_f * w_f, d_f]`.
 * @param leftOut index of the training image whose own vectors must not be met; undefined for none.
 */
export async function matchImage(
  search: NeighbourSearch,
  bank: MemoryBank,
  features: HostTensor,
  leftOut: number | undefined,
): Promise<MatchedFeatures> {
  const { indices } = await search.search(features, sourcePenalty(bank.sources, leftOut));
  return { features: features.data as Float32Array, neighbours: indices };
}

/**
 * Mean residual to the nearest neighbour over matched images: the scale that makes 1 an ordinary residual.
 * @param perChannel one mean a channel, `[d_f]`; otherwise one for all, `[1]`.
 */
export function meanResidual(
  images: readonly MatchedFeatures[],
  bank: MemoryBank,
  absolute: boolean,
  perChannel: boolean,
): Float32Array {
  const channels = bank.vectors.shape[1]!;
  const vectors = bank.vectors.data as Float32Array;
  const sums = new Float64Array(channels);
  let count = 0;
  for (const { features, neighbours } of images) {
    const places = features.length / channels;
    const choices = neighbours.length / places;
    for (let place = 0; place < places; place++) {
      const row = neighbours[place * choices]! * channels;
      for (let c = 0; c < channels; c++) {
        const difference = features[place * channels + c]! - vectors[row + c]!;
        sums[c]! += absolute ? Math.abs(difference) : difference * difference;
      }
    }
    count += places;
  }
  const means = sums.map((sum) => Math.max(sum / count, 1e-9));
  if (perChannel) return Float32Array.from(means);
  return Float32Array.of(means.reduce((sum, mean) => sum + mean, 0) / channels);
}
