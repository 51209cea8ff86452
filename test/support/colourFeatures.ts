import * as tf from '@tensorflow/tfjs-core';
import type { FeatureLayer, TrainingContext, TrainingImage, TrainingProgress } from '../../src/plugin-api/index.js';
import type { Compute } from '../../src/shared/compute.js';
import { RandomSource } from '../../src/shared/random.js';

/** A backbone whose features are known: the mean colour of patches of 8 pixels, the brightest one of those of 16. */
export const colourLayers: readonly FeatureLayer[] = [
  { name: 'mean', channels: 3, stride: 8 },
  { name: 'brightest', channels: 3, stride: 16 },
];

/** The parts of a context of a training on {@link colourLayers} and images of 32 pixels. */
export function colourTraining<Params>(compute: Compute, params: Params, normalImages: readonly TrainingImage[]) {
  const reports: TrainingProgress[] = [];
  const parts = {
    ...{ compute, params, normalImages, featureLayers: colourLayers, settings: { imageSize: 32, smoothingSigma: 0 } },
    featureExtractor: {
      weightsDigest: '0'.repeat(64),
      features: (images: tf.Tensor4D) => [tf.avgPool(images, 8, 8, 'valid'), tf.maxPool(images, 16, 16, 'valid')],
      dispose: () => undefined,
    },
    ...{ anomalousImages: [] as readonly TrainingImage[], imageAugmentations: [], startFrom: undefined },
    steps: {
      random: RandomSource.fromSeed(1),
      signal: new AbortController().signal,
      report: (progress: TrainingProgress) => void reports.push(progress),
      checkpoint: () => Promise.resolve(),
      resumeFrom: undefined,
    } satisfies TrainingContext<unknown>['steps'],
    log: { info: () => undefined, warn: () => undefined },
  };
  return { ...parts, reports };
}

/** An image of 32 x 32 pixels, made of what each pixel's place says. */
export function drawnImage(id: string, level: (x: number, y: number) => number): TrainingImage {
  const data = Uint8Array.from({ length: 3 * 32 * 32 }, (_, i) => level(Math.floor(i / 3) % 32, Math.floor(i / 96)));
  return { id, filename: `${id}.png`, load: () => Promise.resolve({ width: 32, height: 32, data }) };
}
