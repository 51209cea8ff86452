import * as tf from '@tensorflow/tfjs-core';
import type { Rank, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** Upper bound of the products `queries * bank` held at once, elements: 64 MB of float32. */
export const productLimit = 2 ** 24;

/** Candidates taken beyond k, since the ranking by |m|^2 - 2fm may swap vectors at almost the same distance. */
export const spareCandidates = 2;

export interface NearestNeighboursOptions {
  /** Elements of `queries * bank` held at once; queries are cut into blocks accordingly. Default 2^24. */
  productLimit?: number;
}

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
    const parts: Neighbours[] = [];
    for (let from = 0; from < count; from += block) {
      const rows = tf.slice(centred, [from, 0], [Math.min(block, count - from), dimensions]);
      const candidates = rankByProduct(rows, centredBank, offsets, Math.min(k + spareCandidates, size));
      parts.push(rankByDistance(rows, centredBank, bankPenalty, candidates, k));
    }
    return {
      indices: tf.concat(parts.map((part) => part.indices)),
      squaredDistances: tf.concat(parts.map((part) => part.squaredDistances)),
    };
  });
}

/**
 * Rows of the bank with the smallest offset - 2fm, best first.
 * @param offsets `[m]`: |m|^2 plus a penalty.
 * @returns int32 `[q, count]`.
 */
export function rankByProduct(queries: Tensor2D, bank: Tensor2D, offsets: Tensor1D, count: number): Tensor2D {
  return tf.tidy(() => {
    const scores = tf.sub<Tensor2D>(tf.matMul(tf.mul(queries, 2), bank, false, true), offsets);
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
