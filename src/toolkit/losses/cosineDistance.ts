import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** Keeps the gradient finite at a vector of zeros, and is nothing beside any other. */
const smallest = 1e-12;

/**
 * Cosine similarity of the vectors at each place.
 * @param a `[n, h, w, c]`.
 * @param b of the same shape.
 * @returns `[n, h, w]`; 0 where a vector is zero.
 */
export function cosineSimilarity(a: Tensor4D, b: Tensor4D): Tensor3D {
  return tf.tidy(() => tf.sum<Tensor3D>(tf.mul(unitVectors(a), unitVectors(b)), -1));
}

/**
 * Cosine similarity of whole maps, each as one vector.
 * @param a `[n, h, w, c]`.
 * @param b of the same shape.
 * @returns `[n]`.
 */
export function wholeCosineSimilarity(a: Tensor4D, b: Tensor4D): Tensor1D {
  return tf.tidy(() => {
    const [left, right] = [a, b].map((map) => unitVectors(tf.reshape<tf.Rank.R2>(map, [map.shape[0], -1])));
    return tf.sum<Tensor1D>(tf.mul(left!, right!), -1);
  });
}

/** x / |x| along the last axis; 0 stays 0. */
export function unitVectors<T extends Tensor>(x: T): T {
  return tf.tidy(() => tf.mul<T>(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), smallest))));
}
