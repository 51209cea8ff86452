import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** How a network wants its colours: (value * scale - mean) / std, for each of R, G and B. */
export interface ColourNormalisation {
  /** Of values 0..255; 1/255 makes them 0..1. */
  scale: number;
  mean: readonly number[];
  std: readonly number[];
}

/** What networks trained on ImageNet by PyTorch's recipes want. */
export const imagenetColours: ColourNormalisation = {
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/**
 * Colours as a network wants them.
 * @param images `[n, h, w, 3]`, RGB 0..255.
 * @returns the same shape.
 */
export function normaliseColours(images: Tensor4D, { scale, mean, std }: ColourNormalisation): Tensor4D {
  return tf.tidy(() => tf.div(tf.sub(tf.mul(images, scale), tf.tensor1d([...mean])), tf.tensor1d([...std])));
}
