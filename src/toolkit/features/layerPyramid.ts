import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { DetectorChoices, FeatureExtractor, FeatureLayer, Problem } from '../../plugin-api/index.js';
import { resizeBilinear } from '../layers/resizeBilinear.js';

/** A feature map as a member of a pyramid: each has the grid of the finest one, halved some times. */
export interface PyramidLevel {
  name: string;
  channels: number;
  /** How often the finest grid is halved: 0, 0 or more, … */
  octaves: number;
  /** Places a side, the finest side over 2^octaves, rounded up. */
  side: number;
}

/**
 * The levels of a pyramid of these layers, finest first. Strides that are no power of two over the finest one belong to the next power:
 * their maps are scaled to its grid.
 * @param imageSize pixels.
 */
export function pyramidLevels(layers: readonly FeatureLayer[], imageSize: number): PyramidLevel[] {
  const finest = layers[0]!.stride;
  const side = Math.ceil(imageSize / finest);
  return layers.map(({ name, channels, stride }) => {
    // What rounding adds to a power of two is no octave.
    const octaves = Math.max(0, Math.ceil(Math.log2(stride / finest) - 1e-9));
    return { name, channels, octaves, side: Math.ceil(side / 2 ** octaves) };
  });
}

/**
 * A tensor function: images to the maps of a pyramid.
 * @param images `[n, size, size, 3]`, RGB 0..255.
 * @returns a map for each level, `[n, side, side, channels]`.
 */
export function featurePyramid(
  images: Tensor4D,
  extractor: FeatureExtractor,
  levels: readonly Pick<PyramidLevel, 'side'>[],
): Tensor4D[] {
  return tf.tidy(() =>
    extractor.features(images).map((map, i) => resizeBilinear(map, levels[i]!.side, levels[i]!.side)),
  );
}

/** What a method needs of a pyramid. */
export interface PyramidNeeds {
  /** Layers at least; default 1. */
  layers?: number;
  /** Places a side of its finest map at least; default 1. */
  side?: number;
}

/** Problems of the backbone's layers, told before anything starts. @param detector who needs them. */
export function pyramidProblems(
  { featureLayers, settings }: Pick<DetectorChoices<unknown>, 'featureLayers' | 'settings'>,
  detector: string,
  { layers = 1, side = 1 }: PyramidNeeds,
): Problem[] {
  const found = featureLayers.length;
  const finest = Math.ceil(settings.imageSize / featureLayers[0]!.stride);
  const rules = [
    found < layers && `needs ${layers} layers of the feature extractor, which gives ${found}`,
    finest < side &&
      `needs a finest map of ${side} x ${side} places, and the feature extractor gives ${finest} x ${finest}`,
  ];
  return rules
    .filter((rule) => rule !== false)
    .map((rule) => ({
      code: 'CONFIG_INVALID',
      message: `detector ${detector} ${rule}`,
      field: ['featureExtractor'],
      item: detector,
    }));
}
