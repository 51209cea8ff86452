import type { Tensor, Tensor5D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { TensorSpec } from '../shared/compute.js';
import type { BinaryMask, RgbImage } from '../shared/images.js';
import type { RandomSource } from '../shared/random.js';
import type { PluginDescription } from './plugin.js';

/** What an augmentation changes: images, or residuals of their features. */
export type AugmentationStage = 'image' | 'residual';

/** An image with synthetic defects. Image and mask have the size of the image they were made from. */
export interface ImageSample {
  image: RgbImage;
  /** 1 where the augmentation made a defect. */
  mask: BinaryMask;
}

/** Works on pixels, on the host. */
export interface ImageAugmentation {
  stage: 'image';
  /**
   * @param image a normal image, not to be changed.
   * @param others further normal images of the data set, as sources of texture.
   */
  augment(image: RgbImage, others: readonly RgbImage[], random: RandomSource): ImageSample;
}

/** One random input of a residual augmentation: drawn on the host, fresh in every step. */
export interface RandomInput {
  spec: TensorSpec;
  fill(data: Float32Array, random: RandomSource): void;
}

/** Works on residuals, as a tensor function inside the training step. */
export interface ResidualAugmentation {
  stage: 'residual';
  /** `feature`: before patches are joined into tokens; `token`: after. */
  level: 'feature' | 'token';
  /** How many nearest neighbours it chooses from (1 when it does not choose). */
  neighbours: number;
  /** The random inputs for residuals of this shape `[k, n, rows, columns, channels]`. */
  randomInputs(shape: readonly [number, number, number, number, number]): RandomInput[];
  /**
   * A tensor function. `residuals` `[k, n, rows, columns, channels]`: axis 0 counts neighbours from the nearest. Returns
   * `[k', n, rows, columns, channels]` with `k' <= k`; the first is used in the end.
   */
  apply(residuals: Tensor5D, randomInputs: Tensor[]): Tensor5D;
}

/** Makes {@link ImageAugmentation}s of its parameters. */
export interface ImageAugmentationPlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'augmentation';
  stage: 'image';
  /**
   * The folder of textures that these parameters name, below the textures folder of the installation. The run records the
   * digests of its images and keeps them in the blob store, so that any worker has the same.
   */
  textureFolder?(params: z.output<Params>): string | undefined;
  /** @param textures images of {@link textureFolder} in the order of their names, scaled to `imageSize`; empty without one. */
  create(params: z.output<Params>, textures?: readonly RgbImage[]): ImageAugmentation;
}

/** Makes {@link ResidualAugmentation}s of its parameters. */
export interface ResidualAugmentationPlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'augmentation';
  stage: 'residual';
  create(params: z.output<Params>): ResidualAugmentation;
}

/** An augmentation of either stage. */
export type AugmentationPlugin<Params extends z.ZodObject> =
  ImageAugmentationPlugin<Params> | ResidualAugmentationPlugin<Params>;

/** Declares an augmentation of images or of residuals. */
export function defineAugmentation<Params extends z.ZodObject>(
  plugin: Omit<ImageAugmentationPlugin<Params>, 'kind'>,
): ImageAugmentationPlugin<Params>;
export function defineAugmentation<Params extends z.ZodObject>(
  plugin: Omit<ResidualAugmentationPlugin<Params>, 'kind'>,
): ResidualAugmentationPlugin<Params>;
export function defineAugmentation(
  plugin: Omit<AugmentationPlugin<z.ZodObject>, 'kind'>,
): AugmentationPlugin<z.ZodObject> {
  return { kind: 'augmentation', ...plugin } as AugmentationPlugin<z.ZodObject>;
}
