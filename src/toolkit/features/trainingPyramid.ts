import { z } from 'zod';
import type { HostTensor } from '../../shared/compute.js';
import { measureChannels, transformMaps, type ChannelTransform } from './channelTransform.js';
import { pyramidLevels, type PyramidLevel } from './layerPyramid.js';
import { extractTrainingMaps, type FeatureMaps, type MapsContext } from './pyramidStage.js';

function pooledImages(standard: number) {
  return z
    .int()
    .min(1)
    .max(100_000)
    .default(standard)
    .describe(
      'Normal images whose maps are kept in memory (1.3 MB each for the default features of 256 x 256 pixels); of more images so many are drawn.',
    );
}

/** How many images a method keeps the maps of: spread it into its parameters. */
export const pooledImagesParams = { pooledImages: pooledImages(300) };

/** How many images a method keeps the maps of, and how many of them are in a step: spread it into its parameters. */
export function mapPoolParams(standard: { imagesPerStep: number; paper: number; pooledImages?: number }) {
  return {
    imagesPerStep: z
      .int()
      .min(1)
      .max(256)
      .default(standard.imagesPerStep)
      .describe(`Images in a step; the paper: ${standard.paper}.`),
    pooledImages: pooledImages(standard.pooledImages ?? 300),
  };
}
/** {@link mapPoolParams} with their defaults filled in. */
export type MapPoolParams = z.output<z.ZodObject<ReturnType<typeof mapPoolParams>>>;

/** The maps of normal images as a method sees them. */
export interface TrainingPyramid {
  levels: PyramidLevel[];
  /** Of each image. */
  images: FeatureMaps[];
  /** Of the state: see `measureChannels`. */
  measured: Record<string, HostTensor>;
  /** Of each level: whether no value of it is below 0, as behind a ReLU. */
  rectified: boolean[];
}

/** Extracts and transforms the maps of the normal training images; reported as stage `feature-extraction`. */
export async function trainingPyramid(
  context: MapsContext,
  { transform, pooledImages }: { transform: ChannelTransform; pooledImages: number },
): Promise<TrainingPyramid> {
  return transformedPyramid(context, transform, await extractTrainingMaps(context, pooledImages));
}

/** Measures and transforms maps that were extracted, in place. */
export function transformedPyramid(
  { featureLayers, settings }: Pick<MapsContext, 'featureLayers' | 'settings'>,
  transform: ChannelTransform,
  images: FeatureMaps[],
): TrainingPyramid {
  const measured = measureChannels(transform, images);
  transformMaps(transform, measured, images);
  const levels = pyramidLevels(featureLayers, settings.imageSize);
  const rectified = levels.map((_, level) => images.every((maps) => maps[level]!.data.every((value) => value >= 0)));
  return { levels, images, measured, rectified };
}
