import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  imageTensor,
  type FeatureExtractor,
  type FeatureLayer,
  type PredictionContext,
} from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import type { RgbImage } from '../../shared/images.js';
import type { TrainingSettings } from '../../shared/training.js';
import { addPositionCode } from '../position/positionCode.js';
import { hyperColumn, hyperColumnPatchcore } from './hyperColumn.js';

/** The orders of pooling and concatenation there are. */
export const hyperColumnKinds = ['plain', 'patchcore'] as const;
/** Order of pooling and concatenation: `plain` concatenates first, `patchcore` pools each layer first. */
export type HyperColumnKind = (typeof hyperColumnKinds)[number];

/** Features per axis of a square image: the grid of the finest layer. */
export function featureGrid(settings: Pick<TrainingSettings, 'imageSize'>, layers: readonly FeatureLayer[]): number {
  return Math.ceil(settings.imageSize / layers[0]!.stride);
}

/**
 * Image to position-constrained features f^ (Eq. 1-3) as a tensor function.
 * @param images `[n, size, size, 3]`, RGB 0..255.
 * @returns `[n, h_f, w_f, d_f]`.
 */
export function positionConstrainedFeatures(
  images: Tensor4D,
  extractor: FeatureExtractor,
  settings: Pick<TrainingSettings, 'featureDimension' | 'positionWeight' | 'tokenPatchSize'>,
  kind: HyperColumnKind,
): Tensor4D {
  return tf.tidy(() => {
    const layers = extractor.features(images);
    const column = kind === 'plain' ? hyperColumn : hyperColumnPatchcore;
    const features = column(layers, settings.featureDimension);
    if (settings.positionWeight === 0) return features;
    return addPositionCode(features, settings.positionWeight, { patchSize: settings.tokenPatchSize });
  });
}

/** A compiled feature extractor for single images. */
export interface FeatureStage {
  /** Features per axis. */
  grid: number;
  /** d_f. */
  channels: number;
  /** f^ of one image: `[grid * grid, d_f]`, row-major. */
  extract(image: RgbImage): Promise<HostTensor>;
  dispose(): Promise<void>;
}

type StageContext = Omit<PredictionContext<unknown>, 'params'>;

/** Compiles {@link positionConstrainedFeatures} for single images of the settings' size. */
export function createFeatureStage(context: StageContext, kind: HyperColumnKind): Promise<FeatureStage> {
  const { featureExtractor, settings } = context;
  return compileFeatureStage(context, settings.featureDimension, (images) =>
    positionConstrainedFeatures(images, featureExtractor, settings, kind),
  );
}

/**
 * Compiles a feature function for single images of the settings' size.
 * @param features tensor function: images `[1, size, size, 3]` to `[1, grid, grid, channels]`.
 */
export async function compileFeatureStage(
  { compute, featureLayers, settings }: StageContext,
  channels: number,
  features: (images: Tensor4D) => Tensor4D,
): Promise<FeatureStage> {
  const grid = featureGrid(settings, featureLayers);
  const compiled = await compute.compile(
    'features',
    (images) => [tf.tidy(() => tf.reshape(features(images as Tensor4D), [grid * grid, channels]))],
    [{ shape: [1, settings.imageSize, settings.imageSize, 3] }],
  );
  return {
    grid,
    channels,
    extract: async (image) => (await compiled.run([imageTensor(image)]))[0]!,
    dispose: () => compiled.dispose(),
  };
}
