import type {
  DetectorChoices,
  DetectorState,
  FeatureParts,
  PredictionContext,
  Problem,
  TrainingStage,
} from '../../plugin-api/index.js';
import { channelTransformParams, type ChannelTransform } from '../features/channelTransform.js';
import { pyramidLevels, pyramidProblems } from '../features/layerPyramid.js';
import { mapPoolParams, type MapPoolParams } from '../features/trainingPyramid.js';
import { optimiserParams, type OptimiserParams } from '../optimisation/optimiserParams.js';
import { embeddingSide, reverseNetwork, type ReverseNetwork } from './reverseNetwork.js';
import { reverseParams, type ReverseParams } from './reverseParams.js';

/** A batch normalisation by fewer values of a channel than this tells nothing. */
const leastValues = 16;
/** Batches over which normalisations are measured. */
export const measuredBatches = 8;

/** Parameters of every method that is a reverse distillation: spread them into its own. */
export function reverseDetectorParams(
  standard: OptimiserParams & { imagesPerStep: number; paperImages: number; pooledImages?: number },
) {
  const { imagesPerStep, paperImages, pooledImages } = standard;
  return {
    ...reverseParams,
    ...channelTransformParams('none'),
    ...mapPoolParams({ imagesPerStep, paper: paperImages, ...(pooledImages && { pooledImages }) }),
    ...optimiserParams(standard),
  };
}
/** {@link reverseDetectorParams} with their defaults filled in. */
export type ReverseDetectorParams = ReverseParams & MapPoolParams & OptimiserParams & { transform: ChannelTransform };

/** The stages of such a training; steps are the bulk of it. */
export function reverseStages(steps: number): TrainingStage[] {
  return [
    { name: 'feature-extraction', weight: 50 },
    { name: 'training', weight: 3 * steps },
    { name: 'normalisation', weight: measuredBatches },
  ];
}

/** Problems of the choice, before anything starts. @param detector its name. */
export function reverseProblems(choices: DetectorChoices<ReverseDetectorParams>, detector: string): Problem[] {
  const { params, featureLayers, settings } = choices;
  const { imagesPerStep, pooledImages } = params;
  const side = embeddingSide(pyramidLevels(featureLayers, settings.imageSize));
  const wanted = Math.ceil(leastValues / side ** 2);
  const problem = (item: 'imagesPerStep' | 'pooledImages', rule: string): Problem => ({
    code: 'CONFIG_INVALID',
    message: `${item} is ${params[item]}: ${rule}`,
    field: ['detector', 'params', item],
    item,
  });
  const embedded = `the embedding of ${side} x ${side} places is normalised by ${leastValues} values at least, which takes ${wanted} images`;
  return [
    ...pyramidProblems(choices, detector, { layers: 1 }),
    ...(imagesPerStep >= wanted ? [] : [problem('imagesPerStep', embedded)]),
    ...(pooledImages >= imagesPerStep ? [] : [problem('pooledImages', `a step takes ${imagesPerStep} of them`)]),
  ];
}

/** The networks of a trained state. */
export function trainedReverse(
  { metadata }: DetectorState,
  { featureLayers, settings, params }: PredictionContext<ReverseParams> & FeatureParts,
): ReverseNetwork {
  const levels = pyramidLevels(featureLayers, settings.imageSize);
  return reverseNetwork(levels, params, metadata['rectified'] as boolean[]);
}
