import * as tf from '@tensorflow/tfjs-core';
import { defineFeatureExtractor, z } from '../../src/plugin-api/index.js';

/** Of each layer: mean colours of squares, again and again. */
const channels = 48;

/** A backbone without weights, of any strides; by wish it gives the same numbers at each place of each image. */
export const pooledColours = defineFeatureExtractor({
  id: 'pooled-colours',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Pooled colours',
  description: 'Mean colours of squares.',
  params: z.strictObject({
    strides: z.array(z.int()).default([8, 16]),
    constant: z.boolean().default(false),
  }),
  layers: ({ strides }) => strides.map((stride, i) => ({ name: `layer${i}`, channels, stride })),
  sizeMultiple: 8,
  load: ({ strides, constant }) =>
    Promise.resolve({
      weightsDigest: '0'.repeat(64),
      features: (images) =>
        strides.map((stride) => {
          const colours = tf.avgPool(images, stride, stride, 'valid');
          const many = tf.tile<tf.Tensor4D>(colours, [1, 1, 1, channels / 3]);
          return constant ? tf.add(tf.mul(many, 0), 1) : many;
        }),
      dispose: () => undefined,
    }),
});
