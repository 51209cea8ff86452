import * as tf from '@tensorflow/tfjs-core';
import type { Rank, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** Upper bound of the products `queries * bank` held at once, elements: 64 MB of float32. */
const productLimit = 2 ** 24;

/** Candidates taken beyond k, since the ranking by |m|^2 - 2fm may swap vectors at almost the same distance. */
const spareCandidates = 2;

/** Candidates taken where they are ranked by lower bounds; why so many is in docs/decisions/0011. */
const boundedCandidates = (k: number) => 2 * k + 6;

/** How a search goes about it; its result hardly changes. */
export interface NearestNeighboursOptions {
  /**
   * From `principalDirections`, `[d, p]`: vectors are first ranked by lower bounds of their distances, of p + 1 numbers each
   * instead of d. Finds the same wherever a candidate too many has a bound beyond the k-th distance.
   */
  directions?: Tensor2D | undefined;
  /** Elements of `queries * bank` held at once; queries are cut into blocks accordingly. Default 2^24. */
  productLimit?: number;
}

/** The nearest vectors of q queries inside a tensor function. */
export interface Neighbours {
  /** int32 `[q, k]`, nearest first. */
  indices: Tensor2D;
  /** `[q, k]`, of the differences themselves, so that they are never negative. */
  squaredDistances: Tensor2D;
}

/**
 * The k memory vectors nearest to each query in L2 (Eq. 4, 5) by matrix products, as a tensor function: in a graph whose
 * bank is a constant, everything that depends on the bank alone is folded away.
 * @param queries `[q, d]`.
 * @param bank `[m, d]`.
 * @param bankPenalty `[m]`, added to the squared distances before ranking: 0, or something large (1e30) for a vector that
 * must not be chosen. Not contained in the distances returned.
 * @throws RangeError when the bank holds fewer than k vectors.
 */
export function nearestNeighbours(
  queries: Tensor2D,
  bank: Tensor2D,
  bankPenalty: Tensor1D,
  k: number,
  options: NearestNeighboursOptions = {},
): Neighbours {
  const [count, dimensions] = queries.shape;
  const size = bank.shape[0];
  if (size < k) throw new RangeError(`${k} neighbours asked of a memory bank of ${size} vectors`);
  const block = Math.max(1, Math.floor((options.productLimit ?? productLimit) / size));
  return tf.tidy(() => {
    // Around the bank's mean the norms are small, and little is lost when |m|^2 - 2fm cancels.
    const centre = tf.mean(bank, 0, true);
    const centredBank = tf.sub<Tensor2D>(bank, centre);
    const offsets = tf.add<Tensor1D>(tf.sum(tf.square(centredBank), 1), bankPenalty);
    const centred = tf.sub<Tensor2D>(queries, centre);
    const { directions } = options;
    const ranked = directions ? boundingCoordinates(centredBank, directions) : centredBank;
    const candidatesLeft = Math.min(directions ? boundedCandidates(k) : k + spareCandidates, size);
    const parts: Neighbours[] = [];
    for (let from = 0; from < count; from += block) {
      const rows = tf.slice(centred, [from, 0], [Math.min(block, count - from), dimensions]);
      const points = directions ? boundingCoordinates(rows, directions) : rows;
      const candidates = rankByProduct(points, ranked, offsets, candidatesLeft);
      parts.push(rankByDistance(rows, centredBank, bankPenalty, candidates, k));
    }
    return {
      indices: tf.concat(parts.map((part) => part.indices)),
      squaredDistances: tf.concat(parts.map((part) => part.squaredDistances)),
    };
  });
}

/**
 * Coordinates whose distances are lower bounds of the vectors' distances: those along the directions, and the length of what
 * the directions do not hold (two such rests are never nearer to each other than their lengths differ). Lengths are kept.
 * @param centred `[n, d]`, around the bank's mean.
 * @param directions orthonormal, `[d, p]`.
 * @returns `[n, p + 1]`.
 */
function boundingCoordinates(centred: Tensor2D, directions: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const along = tf.matMul<Tensor2D>(centred, directions);
    const rest = tf.sub(tf.sum(tf.square(centred), 1, true), tf.sum(tf.square(along), 1, true));
    const length = tf.sqrt(tf.maximum(rest, 0));
    return tf.concat([along, length as Tensor2D], 1);
  });
}

/**
 * Rows of the bank with the smallest offset - 2fm, best first.
 * @param offsets `[m]`: |m|^2 plus a penalty.
 * @returns int32 `[q, count]`.
 */
function rankByProduct(queries: Tensor2D, bank: Tensor2D, offsets: Tensor1D, count: number): Tensor2D {
  return tf.tidy(() => {
    // A sum, not a difference: ONNX Runtime makes product and sum one operation.
    const scores = tf.add<Tensor2D>(tf.matMul(tf.mul(queries, 2), bank, false, true), tf.neg(offsets));
    return tf.topk(scores, count).indices;
  });
}

function rankByDistance(
  queries: Tensor2D,
  bank: Tensor2D,
  bankPenalty: Tensor1D,
  candidates: Tensor2D,
  k: number,
): Neighbours {
  const [count, choices] = candidates.shape;
  const dimensions = bank.shape[1];
  const flat = tf.reshape(candidates, [-1]);
  const vectors = tf.reshape<Rank.R3>(tf.gather(bank, flat), [count, choices, dimensions]);
  const differences = tf.sub<Tensor3D>(vectors, tf.reshape(queries, [count, 1, dimensions]));
  const distances = tf.sum(tf.square(differences), 2);
  const penalties = tf.reshape(tf.gather(bankPenalty, flat), [count, choices]);
  const { indices: ranks } = tf.topk(tf.neg(tf.add(distances, penalties)), k);
  // A row's candidates stand together in the flat lists.
  const firsts = tf.tensor2d(
    Int32Array.from({ length: count }, (_, row) => row * choices),
    [count, 1],
    'int32',
  );
  const places = tf.reshape(tf.add(ranks, firsts), [-1]);
  return {
    indices: tf.reshape(tf.gather(flat, places), [count, k]),
    squaredDistances: tf.reshape(tf.gather(tf.reshape(distances, [-1]), places), [count, k]),
  };
}
