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
import type { FeatureParams } from './featureParams.js';
import { hyperColumn, hyperColumnPatchcore } from './hyperColumn.js';
import { whiten, whiteningConstants, type Whitening, type WhiteningTensors } from './whitening.js';

/** Features per axis of a square image: the grid of the finest layer. */
export function featureGrid(settings: Pick<TrainingSettings, 'imageSize'>, layers: readonly FeatureLayer[]): number {
  return Math.ceil(settings.imageSize / layers[0]!.stride);
}

/**
 * Image to position-constrained features f^ (Eq. 1-3) as a tensor function.
 * @param images `[n, size, size, 3]`, RGB 0..255.
 * @param whitening of the hyper-columns, before the position code; undefined: they stay as they are.
 * @returns `[n, h_f, w_f, d_f]`, whitened `[n, h_f, w_f, d_w]`.
 */
export function positionConstrainedFeatures(
  images: Tensor4D,
  extractor: Pick<FeatureExtractor, 'features'>,
  { hyperColumn: kind, featureDimension, positionWeight = 0, tokenPatchSize = 1 }: FeatureParams,
  whitening?: WhiteningTensors,
): Tensor4D {
  return tf.tidy(() => {
    const layers = extractor.features(images);
    const column = kind === 'plain' ? hyperColumn : hyperColumnPatchcore;
    const pooled = column(layers, featureDimension);
    const features = whitening ? whiten(pooled, whitening) : pooled;
    if (positionWeight === 0) return features;
    return addPositionCode(features, positionWeight, { patchSize: tokenPatchSize });
  });
}

/** A compiled feature extractor for single images. */
export interface FeatureStage {
  /** Features per axis. */
  grid: number;
  /** d_f, or d_w of whitened features. */
  channels: number;
  /** f^ of one image: `[grid * grid, d_f]`, row-major. */
  extract(image: RgbImage): Promise<HostTensor>;
  dispose(): Promise<void>;
}

type StageContext = Omit<PredictionContext<unknown>, 'params'>;

/** Compiles {@link positionConstrainedFeatures} for single images of the settings' size. */
export function createFeatureStage(
  context: PredictionContext<FeatureParams>,
  whitening?: Whitening,
): Promise<FeatureStage> {
  const { featureExtractor, params } = context;
  const channels = whitening ? whitening.matrix.shape[1]! : params.featureDimension;
  return compileFeatureStage(context, channels, (images) =>
    positionConstrainedFeatures(images, featureExtractor, params, whitening && whiteningConstants(whitening)),
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
