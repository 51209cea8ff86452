import type { Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { DetectorChoices, FeatureExtractor, FeatureLayer, ParamsToFit, Problem } from '../../plugin-api/index.js';
import type { TrainingSettings } from '../../shared/training.js';
import {
  fitFeatureDimension,
  hyperColumnProblems,
  type FeatureParams,
  type HyperColumnParams,
} from './featureParams.js';
import { featureGrid } from './featureStage.js';

/** How the finest layers stand apart: spread them into the parameters of a detector with a memory bank. */
export const fineParams = {
  fineLayers: z
    .int()
    .min(0)
    .max(4)
    .default(0)
    .describe(
      'How many of the finest layers are no part of the hyper-column but have a memory bank of their own, on their own grid: for small and thin defects. 0, as in the papers: none.',
    ),
  fineWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Weight of their distance in the weighted geometric mean of both.'),
  fineVectors: z.int().min(1).max(100_000).default(1000).describe('Vectors in their memory bank.'),
};
/** {@link fineParams} with their defaults filled in. */
export type FineParams = z.output<z.ZodObject<typeof fineParams>>;

/** A backbone's layers, and the parameters that say what becomes of them. */
export interface LayeredFeatures<Params> {
  featureLayers: readonly FeatureLayer[];
  featureExtractor: Pick<FeatureExtractor, 'features'>;
  params: Params;
}

/** Layers that a hyper-column is of at least, where nobody asked for less. */
const leastLayers = 2;

/**
 * Values of parameters that do not fit a backbone: no layers stand apart where the hyper-column would be left with one alone, and the
 * feature dimension is that of the layers that are left (`fitFeatureDimension`).
 */
export function fitBankParams(
  choices: ParamsToFit<FeatureParams & Pick<FineParams, 'fineLayers'>>,
): Partial<Pick<FineParams, 'fineLayers'> & Pick<FeatureParams, 'featureDimension'>> {
  const { featureLayers, params } = choices;
  const most = Math.max(0, featureLayers.length - leastLayers);
  const fineLayers = Math.min(params.fineLayers, most);
  const fitted = withoutFineLayers({ ...choices, params: { ...params, fineLayers } });
  return { ...fitFeatureDimension(fitted), ...(fineLayers < params.fineLayers && { fineLayers }) };
}

/** The same choices, of the layers of the hyper-column alone. */
export function withoutFineLayers<
  Choices extends Pick<LayeredFeatures<Pick<FineParams, 'fineLayers'>>, 'featureLayers' | 'params'>,
>(choices: Choices): Choices {
  return { ...choices, featureLayers: choices.featureLayers.slice(choices.params.fineLayers) };
}

/** The same context, whose features are those of the layers of the hyper-column. */
export function coarseContext<Context extends LayeredFeatures<Pick<FineParams, 'fineLayers'>>>(
  context: Context,
): Context {
  const { fineLayers } = context.params;
  if (fineLayers === 0) return context;
  const { featureExtractor } = context;
  const features = (images: Tensor4D) => featureExtractor.features(images).slice(fineLayers);
  return { ...withoutFineLayers(context), featureExtractor: { ...featureExtractor, features } };
}

/** The same context, whose features are those of the fine layers: all of their channels, without a position code. */
export function fineContext<Context extends LayeredFeatures<FineParams & HyperColumnParams>>(
  context: Context,
): Context {
  const { featureExtractor, params } = context;
  const featureLayers = context.featureLayers.slice(0, params.fineLayers);
  return {
    ...context,
    featureLayers,
    featureExtractor: {
      ...featureExtractor,
      features: (images: Tensor4D) => featureExtractor.features(images).slice(0, params.fineLayers),
    },
    params: { ...params, hyperColumn: 'plain', featureDimension: channelsOf(featureLayers), positionWeight: 0 },
  };
}

function channelsOf(layers: readonly FeatureLayer[]): number {
  return layers.reduce((sum, { channels }) => sum + channels, 0);
}

/** What grids follow from. */
type Grids = Pick<LayeredFeatures<Pick<FineParams, 'fineLayers'>>, 'featureLayers' | 'params'> & {
  settings: Pick<TrainingSettings, 'imageSize'>;
};

/** Features per side of the hyper-column. */
export function hyperColumnGrid(grids: Grids): number {
  return featureGrid(grids.settings, withoutFineLayers(grids).featureLayers);
}

/** How many places of the fine grid there are along a side of one of the hyper-column's; 1 where no layers are fine. */
export function fineFactor(grids: Grids): number {
  if (grids.params.fineLayers === 0) return 1;
  return featureGrid(grids.settings, grids.featureLayers) / hyperColumnGrid(grids);
}

/** Problems of the features of a memory bank: those of fine layers, or else of the hyper-column of what they leave. */
export function bankFeatureProblems(
  choices: DetectorChoices<FeatureParams & Pick<FineParams, 'fineLayers'>>,
): Problem[] {
  const problems = fineProblems(choices);
  return problems.length > 0 ? problems : hyperColumnProblems(withoutFineLayers(choices));
}

/** Problems of fine layers: some must be left for the hyper-column, whose grid must divide theirs. */
export function fineProblems(
  choices: Parameters<typeof fineFactor>[0] & { params: Pick<FineParams, 'fineLayers'> },
): Problem[] {
  const { featureLayers, params, settings } = choices;
  const { fineLayers } = params;
  const problemOf = (rule: string): Problem[] => [
    {
      code: 'CONFIG_INVALID',
      message: `fineLayers is ${fineLayers}: ${rule}`,
      field: ['detector', 'params', 'fineLayers'],
      item: 'fineLayers',
    },
  ];
  if (fineLayers === 0) return [];
  if (fineLayers >= featureLayers.length) {
    return problemOf(
      `the feature extractor gives ${featureLayers.length} layers, and at least one is needed for the hyper-column; give it more in its parameter "layers"`,
    );
  }
  if (!Number.isInteger(fineFactor(choices))) {
    const strides = [featureLayers[0]!, featureLayers[fineLayers]!].map(({ stride }) => stride).join(' and ');
    return problemOf(`imageSize ${settings.imageSize} gives grids of strides ${strides} that do not divide each other`);
  }
  return [];
}
