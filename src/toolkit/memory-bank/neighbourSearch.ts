import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type Compute, hostTensor, type HostTensor, type SpecialisedFunction } from '../../shared/compute.js';
import { productLimit, rankByProduct, spareCandidates } from './nearestNeighbours.js';

/** Rows `from` (included) to `to` (excluded) of the memory bank. */
export interface ExcludedRows {
  from: number;
  to: number;
}

export interface NeighbourSearchOptions {
  /** k. Default 1. */
  neighbours?: number;
  /** Queries compared with the whole bank at once. Default: as many as keep the products below 64 MB. */
  blockRows?: number;
}

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

/**
 * Exact search of the nearest memory vectors (Eq. 4, 5): blocks of matrix products by the compute engine leave a few
 * candidates a query, whose distances are then measured one by one. Searches may not overlap.
 */
export class NeighbourSearch {
  /** The bank around its mean: small norms lose little when |m|^2 - 2fm cancels. */
  private readonly centredBank: HostTensor;
  private readonly centre: Float32Array;
  private readonly squaredNorms: Float32Array;
  private readonly rank: SpecialisedFunction;
  private readonly candidates: number;

  constructor(
    compute: Compute,
    /** `[m, d]`. */
    private readonly bank: HostTensor,
    private readonly neighbours: number,
    private readonly blockRows: number,
  ) {
    const [size, dimensions] = bank.shape as [number, number];
    this.candidates = Math.min(neighbours + spareCandidates, size);
    this.centre = meanOfRows(bank);
    this.centredBank = hostTensor(centred(bank, this.centre, 0, size), [size, dimensions]);
    this.squaredNorms = squaredNorms(this.centredBank);
    this.rank = compute.specialise(
      'nearest neighbours',
      (queries, vectors, offsets) => [
        rankByProduct(queries as Tensor2D, vectors as Tensor2D, offsets as Tensor1D, this.candidates),
      ],
      2,
    );
  }

  /**
   * @param queries `[q, d]`.
   * @param excluded memory vectors that must not be found: rows, or a penalty `[m]` added to the squared distances (1e30
   * excludes).
   * @throws RangeError when shapes do not fit or fewer than k vectors remain.
   */
  async search(queries: HostTensor, excluded?: ExcludedRows | HostTensor): Promise<FoundNeighbours> {
    const [size, dimensions] = this.bank.shape as [number, number];
    const [count, width] = queries.shape as [number, number];
    if (queries.shape.length !== 2 || width !== dimensions) {
      throw new RangeError(`queries have the shape [q, ${dimensions}], got [${queries.shape.join(', ')}]`);
    }
    const penalty = this.penaltyOf(excluded);
    const offsets = hostTensor(penalty ? this.squaredNorms.map((norm, i) => norm + penalty[i]!) : this.squaredNorms, [
      size,
    ]);
    const found: FoundNeighbours = {
      indices: new Int32Array(count * this.neighbours),
      squaredDistances: new Float32Array(count * this.neighbours),
    };
    // Blocks of one size need one compiled graph; the last one is filled up with zeros.
    const rows = Math.ceil(count / Math.ceil(count / this.blockRows));
    const candidates = hostTensor(new Int32Array(rows * this.candidates), [rows, this.candidates]);
    for (let from = 0; from < count; from += rows) {
      const block = new Float32Array(rows * dimensions);
      const to = Math.min(from + rows, count);
      block.set(centred(queries, this.centre, from, to));
      await this.rank.run([hostTensor(block, [rows, dimensions]), this.centredBank, offsets], [candidates]);
      this.measure(queries, from, to, candidates.data as Int32Array, penalty, found);
    }
    return found;
  }

  /** Releases the compiled graphs. */
  async dispose(): Promise<void> {
    await this.rank.dispose();
  }

  private penaltyOf(excluded: ExcludedRows | HostTensor | undefined): Float32Array | undefined {
    const size = this.bank.shape[0]!;
    if (!excluded) return undefined;
    const penalty = 'data' in excluded ? (excluded.data as Float32Array) : new Float32Array(size);
    if (!('data' in excluded)) penalty.fill(excludedPenalty, excluded.from, excluded.to);
    if (penalty.length !== size) throw new RangeError(`a penalty has ${size} elements, got ${penalty.length}`);
    const left = penalty.reduce((sum, each) => (each < excludedFrom ? sum + 1 : sum), 0);
    if (left < this.neighbours) {
      throw new RangeError(`${this.neighbours} neighbours asked of ${left} memory vectors that are not excluded`);
    }
    return penalty;
  }

  /** Measures the candidates of the queries `from` to `to` and keeps the k nearest. */
  private measure(
    queries: HostTensor,
    from: number,
    to: number,
    candidates: Int32Array,
    penalty: Float32Array | undefined,
    found: FoundNeighbours,
  ): void {
    const near: { row: number; squared: number; key: number }[] = [];
    for (let query = from; query < to; query++) {
      for (let i = 0; i < this.candidates; i++) {
        const row = candidates[(query - from) * this.candidates + i]!;
        const squared = squaredDistance(queries, query, this.bank, row);
        near[i] = { row, squared, key: squared + (penalty?.[row] ?? 0) };
      }
      near.sort((a, b) => a.key - b.key || a.row - b.row);
      for (let k = 0; k < this.neighbours; k++) {
        found.indices[query * this.neighbours + k] = near[k]!.row;
        found.squaredDistances[query * this.neighbours + k] = near[k]!.squared;
      }
    }
  }
}

/**
 * Prepares a search over a memory bank.
 * @param bank `[m, d]`, float32; kept, not copied.
 * @throws RangeError when the bank is no matrix or holds fewer than k vectors.
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
  if (size < neighbours) throw new RangeError(`${neighbours} neighbours asked of a memory bank of ${size} vectors`);
  const blockRows = options.blockRows ?? Math.max(1, Math.floor(productLimit / size));
  return new NeighbourSearch(compute, bank, neighbours, blockRows);
}

function meanOfRows({ data, shape }: HostTensor): Float32Array {
  const [count, width] = shape as [number, number];
  const sums = new Float64Array(width);
  for (let i = 0, row = 0; row < count; row++) for (let c = 0; c < width; c++, i++) sums[c]! += data[i]!;
  return Float32Array.from(sums, (sum) => sum / count);
}

/** Rows `from` to `to` less the centre. */
function centred({ data, shape }: HostTensor, centre: Float32Array, from: number, to: number): Float32Array {
  const width = shape[1]!;
  const result = new Float32Array((to - from) * width);
  for (let i = 0, source = from * width; i < result.length;) {
    for (let c = 0; c < width; c++, i++, source++) result[i] = data[source]! - centre[c]!;
  }
  return result;
}

function squaredNorms({ data, shape }: HostTensor): Float32Array {
  const [count, width] = shape as [number, number];
  const norms = new Float32Array(count);
  for (let i = 0, row = 0; row < count; row++) {
    let sum = 0;
    for (let c = 0; c < width; c++, i++) sum += data[i]! * data[i]!;
    norms[row] = sum;
  }
  return norms;
}

function squaredDistance(a: HostTensor, rowOfA: number, b: HostTensor, rowOfB: number): number {
  const width = a.shape[1]!;
  const [x, y] = [a.data, b.data];
  let sum = 0;
  for (let c = 0, p = rowOfA * width, q = rowOfB * width; c < width; c++, p++, q++) {
    const difference = x[p]! - y[q]!;
    sum += difference * difference;
  }
  return sum;
}
