import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { depthwiseConv2d } from '../layers/convolution.js';

/** Side and standard deviation of the Gaussian window. */
const [windowSize, deviation] = [11, 1.5];

/** c1 and c2 of the paper for values in 0..1. */
const [meanConstant, varianceConstant] = [0.01 ** 2, 0.03 ** 2];

/**
 * Structural similarity at each place, channel by channel (Wang et al. 2004, Eq. 13), by a Gaussian window of 11x11 with
 * zeros around the image.
 * @param a `[n, h, w, c]`, values in 0..1.
 * @param b of the same shape.
 * @returns the same shape, 1 where they are alike.
 */
export function structuralSimilarity(a: Tensor4D, b: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const window = gaussianWindow(a.shape[3]);
    const blurred = (x: Tensor4D) => depthwiseConv2d(x, window);
    const [meanA, meanB] = [blurred(a), blurred(b)];
    const product = tf.mul(meanA, meanB);
    const squares = tf.add(tf.square(meanA), tf.square(meanB));
    const covariance = tf.sub(blurred(tf.mul(a, b)), product);
    const variances = tf.sub(blurred(tf.add(tf.square(a), tf.square(b))), squares);
    const luminance = tf.div(tf.add(tf.mul(product, 2), meanConstant), tf.add(squares, meanConstant));
    const structure = tf.div(tf.add(tf.mul(covariance, 2), varianceConstant), tf.add(variances, varianceConstant));
    return tf.mul<Tensor4D>(luminance, structure);
  });
}

/** `[channels, 1, 11, 11]`, of sum 1 each. */
function gaussianWindow(channels: number): Tensor4D {
  const weights = Array.from({ length: windowSize }, (_, i) =>
    Math.exp(-((i - Math.floor(windowSize / 2)) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const line = tf.tensor1d(weights.map((weight) => weight / sum));
  const window = tf.outerProduct(line, line);
  return tf.tile(tf.reshape<tf.Rank.R4>(window, [1, 1, windowSize, windowSize]), [channels, 1, 1, 1]);
}
