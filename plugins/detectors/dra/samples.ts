import {
  imageTensor,
  problem,
  tf,
  type FeatureParts,
  type HostTensor,
  type RgbImage,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  drawnImages,
  extractTrainingFeatures,
  measureChannels,
  positionConstrainedFeatures,
  transformMaps,
  type FeatureMaps,
} from 'residua/toolkit';
import type { DraParams, DraUses } from './draParams.js';

/** Feature maps of the images of a training, each a list over scales, `[1, h, w, c]`. */
export interface DraSamples {
  normal: FeatureMaps[];
  pseudo: FeatureMaps[];
  anomalous: FeatureMaps[];
  /** Normal ones that others are compared with. */
  references: FeatureMaps[];
  /** Means and deviations of the channels, for the state. */
  measured: Record<string, HostTensor>;
}

type Context = TrainingContext<DraParams, DraUses>;

/** How many other images an augmentation may take texture from. */
const textureSources = 4;

/** Channels of what {@link scaledFeatures} gives. */
export function featureChannels(layers: FeatureParts['featureLayers'], layer: DraParams['layer']): number {
  return layer === 'deepest' ? layers.at(-1)!.channels : layers.reduce((sum, { channels }) => sum + channels, 0);
}

/** Features of images `[n, s, s, 3]` at each scale, `[n, h, w, c]`; the second is the image at half its size (nearest). */
export function scaledFeatures(
  images: tf.Tensor4D,
  { featureExtractor, featureLayers }: FeatureParts,
  { layer, scales }: Pick<DraParams, 'layer' | 'scales'>,
): tf.Tensor4D[] {
  const half = images.shape[1] / 2;
  const scaled = scales === 1 ? [images] : [images, tf.image.resizeNearestNeighbor(images, [half, half])];
  const whole = { hyperColumn: 'plain', featureDimension: featureChannels(featureLayers, layer) } as const;
  return scaled.map((each) =>
    layer === 'deepest'
      ? featureExtractor.features(each).at(-1)!
      : positionConstrainedFeatures(each, featureExtractor, whole),
  );
}

/**
 * Features of normal images, of pseudo anomalies made from them and of labelled anomalies.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT with too few reference images, or no anomaly where labels are read.
 */
export async function draSamples(context: Context): Promise<DraSamples> {
  const { params, steps, anomalousImages } = context;
  const normalImages = drawnImages(context, params.pooledImages);
  requireSamples(context);
  const stage = await featureStage(context);
  try {
    const images = [...normalImages, ...anomalousImages];
    const maps = await extractTrainingFeatures(stage, { ...context, normalImages: images });
    const pseudo = await pseudoAnomalies(context, stage);
    const normal = maps.slice(0, normalImages.length);
    const measured = measureChannels(params.transform, normal);
    transformMaps(params.transform, measured, [...maps, ...pseudo]);
    const references = steps.random.shuffle(normal).slice(0, params.referenceImages);
    return { normal, pseudo, anomalous: maps.slice(normal.length), references, measured };
  } finally {
    await stage.dispose();
  }
}

function requireSamples({ params, supervision, normalImages, anomalousImages }: Context): void {
  const refuse = (message: string, item: string) => problem('TRAINING_DATA_INSUFFICIENT', message, { item });
  if (normalImages.length < params.referenceImages) {
    const message = `referenceImages is ${params.referenceImages}, and there are only ${normalImages.length} normal images to train on`;
    throw refuse(message, 'referenceImages');
  }
  if (supervision === 'SUPERVISED' && anomalousImages.length === 0) {
    throw refuse(
      'the seen head of detector dra learns from labelled anomalies, and there are none in the training images',
      'dra',
    );
  }
}

interface Stage {
  extract(image: RgbImage): Promise<FeatureMaps>;
  dispose(): Promise<void>;
}

async function featureStage(context: Context): Promise<Stage> {
  const { compute, params, settings } = context;
  const compiled = await compute.compile(
    'features',
    (images) => scaledFeatures(images as tf.Tensor4D, context, params),
    [{ shape: [1, settings.imageSize, settings.imageSize, 3] }],
  );
  return { extract: (image) => compiled.run([imageTensor(image)]), dispose: () => compiled.dispose() };
}

/** Pseudo anomalies (section 3.3) by whichever augmentations were chosen; reported as stage `synthetic-defects`. */
async function pseudoAnomalies(
  { params, steps, normalImages, imageAugmentations }: Context,
  stage: Stage,
): Promise<FeatureMaps[]> {
  const { random, signal, report } = steps;
  const pool: FeatureMaps[] = [];
  for (let i = 0; i < params.syntheticPool; i++) {
    signal.throwIfAborted();
    const others: RgbImage[] = [];
    for (let j = 0; j < textureSources; j++) others.push(await random.pick(normalImages).load());
    const source = await normalImages[i % normalImages.length]!.load();
    pool.push(await stage.extract(random.pick(imageAugmentations).augment(source, others, random).image));
    report({ stage: 'synthetic-defects', step: i + 1, totalSteps: params.syntheticPool });
  }
  return pool;
}
