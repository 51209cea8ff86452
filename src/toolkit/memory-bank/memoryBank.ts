import type { Compute, HostTensor } from '../../shared/compute.js';
import { hostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import { greedyCoreset } from './greedyCoreset.js';
import { excludedPenalty } from './neighbourSearch.js';
import { principalDirections } from './principalDirections.js';

/** Features of normal images that queries are compared with (Eq. 4). */
export interface MemoryBank {
  /** `[m, d_f]`. */
  vectors: HostTensor;
  /** Which image each vector comes from, `[m]`: an index into the list the bank was built from. */
  sources: Int32Array;
  /** Which place of that image's grid, `[m]`, row-major. */
  places: Int32Array;
  /** Makes searches fast: see `principalDirections`. */
  directions?: HostTensor | undefined;
}

/** How a memory bank is made of features. */
export interface MemoryBankOptions {
  /** Share of all features kept, (0, 1]. */
  ratio: number;
  /** Dimensions of the random projection in which the coreset is chosen; 0: the features' own. */
  projection: number;
  compute: Compute;
  random: RandomSource;
  /** Vectors chosen so far, of how many. */
  onProgress(chosen: number, total: number): void;
  signal: AbortSignal;
}

/**
 * Greedy k-center coreset of all features of the normal images (Eq. 4; PatchCore).
 * @param features f^ of each image, `[h_f * w_f, d_f]`.
 */
export async function buildMemoryBank(
  features: readonly HostTensor[],
  options: MemoryBankOptions,
): Promise<MemoryBank> {
  const [first] = features;
  if (!first) throw new RangeError('a memory bank needs the features of at least one image');
  const [perImage, channels] = first.shape as [number, number];
  const all = new Float32Array(features.length * perImage * channels);
  features.forEach(({ data }, i) => all.set(data, i * perImage * channels));
  const total = features.length * perImage;
  const count = Math.max(1, Math.round(total * options.ratio));
  const chosen = await greedyCoreset(hostTensor(all, [total, channels]), count, options);
  const vectors = new Float32Array(chosen.length * channels);
  chosen.forEach((row, i) => vectors.set(all.subarray(row * channels, (row + 1) * channels), i * channels));
  const bank = hostTensor(vectors, [chosen.length, channels]);
  return {
    vectors: bank,
    directions: await principalDirections(options.compute, bank),
    sources: Int32Array.from(chosen, (row) => Math.floor(row / perImage)),
    places: Int32Array.from(chosen, (row) => row % perImage),
  };
}

/**
 * Penalty of each memory vector, `[m]`, for `nearestNeighbours`: vectors of one image are never chosen, so that a training
 * image does not meet itself.
 * @param image index of the image left out; undefined leaves none out. So does the only image of which the bank holds any:
 *   the others are equal to it.
 */
export function sourcePenalty(sources: Int32Array, image: number | undefined): HostTensor {
  const data = new Float32Array(sources.length);
  const others = sources.some((source) => source !== image);
  if (image !== undefined && others) sources.forEach((source, i) => (data[i] = source === image ? excludedPenalty : 0));
  return hostTensor(data, [sources.length]);
}
