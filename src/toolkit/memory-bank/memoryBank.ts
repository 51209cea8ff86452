import type { Compute, HostTensor } from '../../shared/compute.js';
import { hostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import { greedyCoreset, rowsOf } from './greedyCoreset.js';
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

/** Of each feature while vectors are chosen, bytes: its distances, norm and bounds, and its place in a heap. */
const besides = 40;

/** Features of all normal images in one array, so that they are held once. */
export class JoinedFeatures {
  /** `[n, places, d]`. */
  readonly all: HostTensor;
  private added = 0;

  /** @throws ComputeFailure OUT_OF_MEMORY where a bank of so many cannot be chosen on this machine. */
  constructor(
    [images, places, channels]: readonly [images: number, places: number, channels: number],
    { compute, projection }: Pick<MemoryBankOptions, 'compute' | 'projection'>,
  ) {
    const count = images * places;
    const width = projection === 0 ? 0 : Math.min(projection, channels);
    compute.requireMemory('memory-bank', {
      [`${count} features`]: 4 * count * channels,
      'the choice of its vectors': count * (4 * width + besides),
    });
    this.all = hostTensor(new Float32Array(count * channels), [images, places, channels]);
  }

  /** Copies the features of the next image. @returns them as a part of all. */
  add({ data }: Pick<HostTensor, 'data'>): HostTensor {
    const [, places, channels] = this.all.shape as [number, number, number];
    const start = this.added++ * places * channels;
    const own = (this.all.data as Float32Array).subarray(start, start + places * channels);
    own.set(data);
    return hostTensor(own, [places, channels]);
  }
}

/**
 * Greedy k-center coreset of all features of the normal images (Eq. 4; PatchCore).
 * @param features f^ of every image, `[n, h_f * w_f, d_f]`: see {@link JoinedFeatures}.
 */
export async function buildMemoryBank(features: HostTensor, options: MemoryBankOptions): Promise<MemoryBank> {
  const [images, perImage, channels] = features.shape as [number, number, number];
  const all = features.data as Float32Array;
  const total = images * perImage;
  const count = Math.max(1, Math.round(total * options.ratio));
  const chosen = await greedyCoreset(hostTensor(all, [total, channels]), count, options);
  const bank = hostTensor(rowsOf(all, channels, chosen), [chosen.length, channels]);
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
