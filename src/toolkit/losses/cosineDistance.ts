import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

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

/** x / |x| along the last axis; 0 stays 0. */
export function unitVectors<T extends Tensor>(x: T): T {
  return tf.tidy(() => tf.mul<T>(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), smallest))));
}
