import { tf } from 'residua/plugin-api';
import { likelihoodCosts, withoutGradient } from 'residua/toolkit';

/** What the losses of BGAD depend on. */
export interface BoundaryOptions {
  /** beta: share of the normal places below the boundary of the normal ones. */
  boundaryQuantile: number;
  /** tau: how far below it the boundary of the anomalous ones lies, tenths of a logarithm of a likelihood. */
  margin: number;
  /** Whether places weigh by how hard they are. */
  focal: boolean;
}

/** The losses of a layer, each a scalar, and what they were made with. */
export interface BoundaryLosses {
  /** Of all normal places. */
  likelihood: tf.Scalar;
  /** Of the normal places that lie below their boundary. */
  normal: tf.Scalar;
  /** Of the anomalous places that lie above theirs; 0 without any. */
  anomalous: tf.Scalar;
  boundaries: { normal: tf.Scalar; anomalous: tf.Scalar };
}

/** Logarithms of likelihoods are divided by it: boundaries and weights are made for numbers between -1 and 0. */
const normaliser = 10;
/** No anomalous place counts as likelier than this, normalised, for its weight: the original's grows without bound towards 0. */
const likeliest = 0.02;

/**
 * Explicit boundary guided semi-push-pull losses (Yao et al. 2023): normal places below a low quantile of the normal ones
 * are pulled above it, anomalous places pushed a margin below it, and what is there already is left alone. A tensor function.
 * @param normal logarithms of the likelihoods of normal places, over the number of channels, `[n]`.
 * @param anomalous those of anomalous ones, `[m]`; left out: there are none.
 */
export function boundaryLosses(
  normal: tf.Tensor1D,
  anomalous: tf.Tensor1D | undefined,
  { boundaryQuantile, margin, focal }: BoundaryOptions,
): BoundaryLosses {
  const y = tf.div<tf.Tensor1D>(normal, normaliser);
  const boundary = withoutGradient(y, (values) => lowQuantile(values, boundaryQuantile));
  const weights = focal ? withoutGradient(y, normalWeights) : tf.onesLike(y);
  const boundaries = { normal: boundary, anomalous: tf.sub<tf.Scalar>(boundary, margin) };
  return {
    likelihood: tf.mean<tf.Scalar>(tf.mul(weights, likelihoodCosts(normal))),
    normal: meanOfPositive(tf.sub(boundary, y), weights),
    anomalous: anomalous ? aboveBoundary(anomalous, boundaries.anomalous, focal) : tf.scalar(0),
    boundaries,
  };
}

function aboveBoundary(anomalous: tf.Tensor1D, boundary: tf.Scalar, focal: boolean): tf.Scalar {
  const y = tf.div<tf.Tensor1D>(anomalous, normaliser);
  return meanOfPositive(tf.sub(y, boundary), focal ? withoutGradient(y, anomalousWeights) : tf.onesLike(y));
}

/** The element number floor(share * n) of the values in ascending order. */
function lowQuantile(values: tf.Tensor1D, share: number): tf.Scalar {
  const rank = Math.floor(share * values.shape[0]);
  const { values: lowest } = tf.topk(tf.neg(values), rank + 1);
  return tf.neg(tf.reshape<tf.Rank.R0>(tf.slice(lowest, [rank], [1]), []));
}

/** Weighed mean of the distances that are not negative, over their number; 0 where none is. */
function meanOfPositive(distances: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  const chosen = withoutGradient(distances, (values) => tf.sub<tf.Tensor1D>(1, tf.step(tf.neg(values))));
  const sum = tf.sum(tf.mul(chosen, tf.mul(weights, distances)));
  return tf.div<tf.Scalar>(sum, tf.maximum(tf.sum(chosen), 1));
}

/** Of normal places: 1 where they are likely, more the less likely they are. */
export function normalWeights(y: tf.Tensor1D): tf.Tensor1D {
  const likely = tf.step(tf.add(y, 0.2));
  const hard = tf.mul(tf.mul(tf.sqrt(tf.relu(tf.sub(1, tf.exp(y)))), tf.abs(y)), 11.7);
  return tf.add(likely, tf.mul(tf.sub(1, likely), hard));
}

/** Of anomalous places: 1 where they are unlikely, more the likelier they are. */
export function anomalousWeights(y: tf.Tensor1D): tf.Tensor1D {
  const likely = tf.step(tf.add(y, 1));
  const away = tf.maximum(tf.abs(y), likeliest);
  const hard = tf.mul(tf.div(tf.square(tf.add(1, tf.exp(y))), away), 0.53);
  return tf.add(tf.sub(1, likely), tf.mul(likely, hard));
}
