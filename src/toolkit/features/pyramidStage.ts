import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  imageTensor,
  type FeatureParts,
  type PredictionContext,
  type TrainingContext,
  type TrainingImage,
} from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import type { RgbImage } from '../../shared/images.js';
import { extractTrainingFeatures } from './extractTrainingFeatures.js';
import { featurePyramid, pyramidLevels, type PyramidLevel } from './layerPyramid.js';

/** The maps of one image, finest first, each `[1, side, side, channels]`. */
export type FeatureMaps = readonly HostTensor[];

/** A compiled feature pyramid for single images. */
export interface PyramidStage {
  levels: PyramidLevel[];
  extract(image: RgbImage): Promise<FeatureMaps>;
  dispose(): Promise<void>;
}

/** Compiles {@link featurePyramid} for single images of the settings' size. */
export async function createPyramidStage({
  compute,
  featureExtractor,
  featureLayers,
  settings: { imageSize },
}: FeatureParts & Pick<PredictionContext<unknown>, 'compute' | 'settings'>): Promise<PyramidStage> {
  const levels = pyramidLevels(featureLayers, imageSize);
  const compiled = await compute.compile(
    'features',
    (images) => featurePyramid(images as Tensor4D, featureExtractor, levels),
    [{ shape: [1, imageSize, imageSize, 3] }],
  );
  return {
    levels,
    extract: (image) => compiled.run([imageTensor(image)]),
    dispose: () => compiled.dispose(),
  };
}

/** What {@link extractTrainingMaps} reads. */
export type MapsContext = FeatureParts &
  Pick<TrainingContext<unknown>, 'compute' | 'settings' | 'normalImages' | 'steps'>;

/** The normal training images, or so many that are drawn from them. @param most images whose maps fit into memory. */
export function drawnImages(
  { normalImages, steps }: Pick<MapsContext, 'normalImages' | 'steps'>,
  most: number,
): readonly TrainingImage[] {
  return normalImages.length <= most ? normalImages : steps.random.shuffle(normalImages).slice(0, most);
}

/** The maps of the normal training images; reported as stage `feature-extraction`. @param most see {@link drawnImages}. */
export async function extractTrainingMaps(context: MapsContext, most = Infinity): Promise<FeatureMaps[]> {
  const normalImages = drawnImages(context, most);
  const stage = await createPyramidStage(context);
  return extractTrainingFeatures(stage, { ...context, normalImages }).finally(() => stage.dispose());
}
