import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { convolution } from '../layers/convolution.js';
import type { NamedTensors } from '../layers/namedTensors.js';

/** How places are scored. */
export interface PlaceScoring {
  /** The size of a score counts, not its sign: as the original implementations of deviation networks have it. */
  absolute: boolean;
}

/**
 * Score of each place by a convolution of 1x1 (Pang et al. 2021, section 3.2). A tensor function.
 * @param features `[n, h, w, c]`.
 * @param name of the convolution: `<name>.weight` `[1, c, 1, 1]` and `<name>.bias` `[1]`.
 * @returns `[n, h * w]`, row by row.
 */
export function placeScores(
  parameters: NamedTensors,
  name: string,
  features: Tensor4D,
  { absolute }: PlaceScoring,
): Tensor2D {
  return tf.tidy(() => {
    const scores = tf.reshape<tf.Rank.R2>(convolution(parameters, name, features), [features.shape[0], -1]);
    return absolute ? tf.abs(scores) : scores;
  });
}
