import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Score of an image: the mean of the highest values of its map, of all where it has fewer.
 * @param maps `[n, rows, columns]`.
 * @returns `[n]`.
 */
export function meanOfHighest(maps: Tensor3D, count: number): Tensor1D {
  const [n, rows, columns] = maps.shape;
  return tf.tidy(() => {
    const { values } = tf.topk(tf.reshape(maps, [n, rows * columns]), Math.min(count, rows * columns));
    return tf.mean<Tensor1D>(values, 1);
  });
}
