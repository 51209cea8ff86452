import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { cosineSimilarity, wholeCosineSimilarity } from '../losses/cosineDistance.js';

/**
 * What the student is trained to make small: for each layer one minus the cosine of both maps of an image, each as one long vector, its mean
 * over images, added up over layers. The paper takes the mean over places (Eq. 3); its authors' code does this.
 * @param teacher maps `[n, h, w, c]`.
 * @param student of the same shapes.
 */
export function reverseLoss(teacher: readonly Tensor4D[], student: readonly Tensor4D[]): Scalar {
  return tf.tidy(() =>
    tf.addN(teacher.map((map, i) => tf.sub<Scalar>(1, tf.mean<Scalar>(wholeCosineSimilarity(map, student[i]!))))),
  );
}

/**
 * Where the student does not give what the teacher has: for each layer one minus the cosine at each place (Eq. 1), scaled to `size`
 * with the corners of both grids on each other.
 * @returns a map for each layer, `[n, size, size]`; their sum is the anomaly map (section 3.4).
 */
export function reverseDistances(teacher: readonly Tensor4D[], student: readonly Tensor4D[], size: number): Tensor3D[] {
  return teacher.map((map, i) =>
    tf.tidy(() => {
      const distance = tf.expandDims<Tensor4D>(tf.sub(1, cosineSimilarity(map, student[i]!)), 3);
      return tf.squeeze<Tensor3D>(tf.image.resizeBilinear(distance, [size, size], true), [3]);
    }),
  );
}
