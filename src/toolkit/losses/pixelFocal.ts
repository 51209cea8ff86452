import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { power } from './power.js';

/** Keeps logarithm and targets away from 0 and 1. */
const smoothing = 1e-5;

/**
 * What each pixel costs: -(1 - p)^gamma log p, p the probability of what its mask says (Lin et al. 2017, with the targets of DRAEM).
 * @param anomalous probabilities, of any shape.
 * @param mask 1 where a pixel is anomalous, in between where it holds part of a defect; of the same shape.
 * @returns the same shape.
 */
export function pixelFocalCosts<T extends Tensor>(anomalous: T, mask: T, gamma: number): T {
  return tf.tidy(() => {
    const target = tf.clipByValue(mask, smoothing, 1 - smoothing);
    const right = tf.add(tf.mul(target, anomalous), tf.mul(tf.sub(1, target), tf.sub(1, anomalous)));
    const p = tf.add(right, smoothing);
    return tf.neg<T>(tf.mul(power(tf.sub(1, p), gamma), tf.log(p)));
  });
}
