import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { ModelFileSource, WeightsFile } from './modelFile.js';
import type { PluginContext, PluginDescription } from './plugin.js';

/** One feature map of a backbone. */
export interface FeatureLayer {
  name: string;
  channels: number;
  /** Image pixels per feature, per axis. */
  stride: number;
}

/** A backbone with its weights, ready to compute. */
export interface FeatureExtractor {
  /**
   * A tensor function: `images` `[n, h, w, 3]`, RGB 0..255, to one map `[n, h/stride, w/stride, channels]` per declared
   * layer, finest first. Normalisation of the colours is the extractor's own business.
   */
  features(images: Tensor4D): Tensor4D[];
  /** sha256 of the weights: part of what a run records. */
  readonly weightsDigest: string;
  /** Frees the weights. */
  dispose(): void;
}

/** Loads a backbone. What it declares is compared with what it gives before a training starts. */
export interface FeatureExtractorPlugin<Params extends z.ZodObject> extends PluginDescription<Params> {
  kind: 'feature-extractor';
  /** What `features` returns, finest first. Checked against the real output. */
  layers(params: z.output<Params>): readonly FeatureLayer[];
  /** Sides of an image must be a multiple of this, pixels. */
  sizeMultiple: number;
  /** The file of weights it looks for when its parameters name none; left out when it needs no file. */
  weights?: WeightsFile;
  /**
   * The model files that `load` reads with these parameters. A run records their digests and keeps them in the blob store, so that any
   * worker has them; a file that is not stated here is known once the training has read it.
   */
  modelFiles?(params: z.output<Params>): readonly ModelFileSource[];
  load(params: z.output<Params>, context: PluginContext): Promise<FeatureExtractor>;
}

/** Declares a feature extractor (backbone). */
export function defineFeatureExtractor<Params extends z.ZodObject>(
  plugin: Omit<FeatureExtractorPlugin<Params>, 'kind'>,
): FeatureExtractorPlugin<Params> {
  return { kind: 'feature-extractor', ...plugin };
}
