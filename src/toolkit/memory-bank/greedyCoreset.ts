import { setImmediate } from 'node:timers/promises';
import type { Compute, HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import { CoverBounds } from './coverBounds.js';
import { FarthestFirst } from './farthestFirst.js';
import { projectRandomly } from './randomProjection.js';

/** How a coreset is chosen. */
export interface CoresetOptions {
  /** Row of the first pick. Default: drawn from `random`. */
  firstIndex?: number;
  /**
   * Dimensions of a Gaussian random projection in which distances are measured, as PatchCore does for speed; 0 (default) or
   * at least the features' own: the exact distances.
   */
  projection?: number;
  /** Needed for a projection; makes the choice of many points several times as fast. */
  compute?: Compute;
  /** Needed for a projection and for a drawn first pick. */
  random?: RandomSource;
  /** Told now and then how many points are picked, of how many. */
  onProgress?: (picked: number, total: number) => void;
  signal?: AbortSignal;
}

/** Multiplications (some tens of milliseconds) between two looks at timers, the signal and the progress. */
const workBetweenPauses = 5_000_000;

/** Picks that all points are compared with at once, where there is something to compute with. */
const bulk = 64;

/**
 * Greedy k-center coreset (Eq. 4; PatchCore): points chosen one after the other, each the farthest from all before. Runs on
 * the host and gives way to other events every few milliseconds.
 * @param features `[n, d]`.
 * @param count points to choose, at most n.
 * @returns rows in the order of choice.
 * @throws RangeError when `count` is no number of points; the signal's reason when it is aborted.
 */
export async function greedyCoreset(
  features: HostTensor,
  count: number,
  options: CoresetOptions = {},
): Promise<Int32Array> {
  const { onProgress, signal } = options;
  const [size, dimensions] = features.shape as [number, number];
  if (!Number.isInteger(count) || count < 1 || count > size) {
    throw new RangeError(`a coreset of ${count} points cannot be chosen from ${size}`);
  }
  const firstIndex = options.firstIndex ?? required(options.random, 'random', 'a drawn first pick').integer(size);
  const { data, width } = await measured(features, options, dimensions);
  const selection = new FarthestFirst(data, width, firstIndex);
  const bounds = options.compute && count > bulk ? new CoverBounds(options.compute, data, width) : undefined;
  const chosen = new Int32Array(count);
  let pauseAt = workBetweenPauses;
  try {
    for (let i = 0; i < count; i++) {
      chosen[i] = selection.next().index;
      const isBulk = bounds !== undefined && (i + 1) % bulk === 0 && i + 1 < count;
      if (isBulk) selection.lower(await bounds.of(rowsOf(data, width, chosen.subarray(i + 1 - bulk, i + 1))));
      if (!isBulk && selection.work < pauseAt) continue;
      pauseAt = selection.work + workBetweenPauses;
      onProgress?.(i + 1, count);
      await setImmediate();
      signal?.throwIfAborted();
    }
  } finally {
    await bounds?.dispose();
  }
  onProgress?.(count, count);
  return chosen;
}

/** Rows of a matrix, one behind the other. */
export function rowsOf(data: Float32Array, width: number, rows: Int32Array): Float32Array {
  const found = new Float32Array(rows.length * width);
  rows.forEach((row, i) => found.set(data.subarray(row * width, (row + 1) * width), i * width));
  return found;
}

/** The points between which distances are measured. */
async function measured(features: HostTensor, options: CoresetOptions, dimensions: number) {
  const { projection = 0, signal } = options;
  signal?.throwIfAborted();
  if (projection === 0 || projection >= dimensions) return { data: features.data as Float32Array, width: dimensions };
  const compute = required(options.compute, 'compute', 'a projection');
  const random = required(options.random, 'random', 'a projection');
  const data = await projectRandomly(compute, features, projection, random);
  return { data: data.data as Float32Array, width: projection };
}

function required<T>(value: T | undefined, name: string, purpose: string): T {
  if (value === undefined) throw new RangeError(`${purpose} of a coreset needs the option '${name}'`);
  return value;
}
