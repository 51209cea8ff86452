import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type Compute, hostTensor, type HostTensor, type SpecialisedFunction } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import { nearestNeighbours } from './nearestNeighbours.js';

/** Rows `from` (included) to `to` (excluded) of the memory bank. */
export interface ExcludedRows {
  from: number;
  to: number;
}

/** How a search over one memory bank is prepared. */
export interface NeighbourSearchOptions {
  /** k. Default 1. */
  neighbours?: number;
  /** Of the bank, `[d, p]`: see `principalDirections`. */
  directions?: HostTensor | undefined;
  /** Queries compared with the whole bank at once. Default: as many as keep the products below 64 MB. */
  blockRows?: number;
}

/** The nearest vectors of q queries, on the host. */
export interface FoundNeighbours {
  /** `[q, k]`, row-major, nearest first. */
  indices: Int32Array;
  /** `[q, k]`, measured on the features themselves. */
  squaredDistances: Float32Array;
}

/** From this penalty on, a memory vector counts as excluded. */
const excludedFrom = 1e29;
/** Added to the squared distance of a memory vector that must not be found. */
export const excludedPenalty = 1e30;

/** Search of the nearest memory vectors (Eq. 4, 5) outside of a graph: {@link nearestNeighbours} with a bank for many queries. */
export class NeighbourSearch {
  private readonly captured: tf.Tensor[];
  private readonly graph: SpecialisedFunction;

  constructor(
    compute: Compute,
    /** `[m, d]`. */
    private readonly bank: HostTensor,
    private readonly neighbours: number,
    { directions, blockRows }: NeighbourSearchOptions,
  ) {
    const [vectors, basis] = [bank, directions].map((host) => host && captured(host));
    this.captured = [vectors!, ...(basis ? [basis] : [])];
    const limit = blockRows === undefined ? {} : { productLimit: blockRows * bank.shape[0]! };
    this.graph = compute.specialise(
      'nearest neighbours',
      (queries, penalty) => {
        const options = { ...limit, directions: basis };
        const found = nearestNeighbours(queries as Tensor2D, vectors!, penalty as Tensor1D, neighbours, options);
        return [found.indices, found.squaredDistances];
      },
      2,
    );
  }

  /**
   * @param queries `[q, d]`.
   * @param excluded memory vectors that must not be found: rows, or a penalty `[m]` added to the squared distances (1e30
   * excludes). Nothing is excluded where fewer than k vectors would remain.
   * @throws RangeError when shapes do not fit.
   */
  async search(queries: HostTensor, excluded?: ExcludedRows | HostTensor): Promise<FoundNeighbours> {
    const dimensions = this.bank.shape[1]!;
    if (queries.shape.length !== 2 || queries.shape[1] !== dimensions) {
      throw new RangeError(`queries have the shape [q, ${dimensions}], got [${queries.shape.join(', ')}]`);
    }
    const penalty = this.penaltyOf(excluded);
    const [indices, squaredDistances] = await this.graph.run([queries, hostTensor(penalty, [penalty.length])]);
    return { indices: indices!.data as Int32Array, squaredDistances: squaredDistances!.data as Float32Array };
  }

  /** Releases the compiled graphs. */
  async dispose(): Promise<void> {
    await this.graph.dispose();
    tf.dispose(this.captured);
  }

  private penaltyOf(excluded: ExcludedRows | HostTensor | undefined): Float32Array {
    const size = this.bank.shape[0]!;
    if (!excluded) return new Float32Array(size);
    const penalty = 'data' in excluded ? (excluded.data as Float32Array) : new Float32Array(size);
    if (!('data' in excluded)) penalty.fill(excludedPenalty, excluded.from, excluded.to);
    if (penalty.length !== size) throw new RangeError(`a penalty has ${size} elements, got ${penalty.length}`);
    const left = penalty.reduce((sum, each) => (each < excludedFrom ? sum + 1 : sum), 0);
    // Of equal training images the bank holds one: what an image keeps of itself is then what the others would have kept.
    return left < this.neighbours ? new Float32Array(size) : penalty;
  }
}

/**
 * Prepares a search over a memory bank.
 * @param bank `[m, d]`, float32; kept, not copied.
 * @throws RangeError when the bank is no matrix; ProblemError CONFIG_INVALID when it holds fewer than k vectors.
 */
export function createNeighbourSearch(
  compute: Compute,
  bank: HostTensor,
  options: NeighbourSearchOptions = {},
): NeighbourSearch {
  const { neighbours = 1 } = options;
  if (bank.shape.length !== 2)
    throw new RangeError(`a memory bank has the shape [m, d], got [${bank.shape.join(', ')}]`);
  const size = bank.shape[0]!;
  if (size < neighbours) {
    const message = `coresetRatio keeps ${size} vectors in the memory bank; ${neighbours} neighbours are asked for`;
    throw problem('CONFIG_INVALID', message, { item: 'coresetRatio' });
  }
  return new NeighbourSearch(compute, bank, neighbours, options);
}

function captured({ data, shape }: HostTensor): Tensor2D {
  return tf.tensor2d(data as Float32Array, shape as [number, number]);
}
