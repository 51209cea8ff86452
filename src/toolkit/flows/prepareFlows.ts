import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { TrainingContext, TrainingImage } from '../../plugin-api/index.js';
import type { Compute, HostTensor } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import type { RandomSource } from '../../shared/random.js';
import { measureChannels } from '../features/channelTransform.js';
import { extractTrainingMaps, type FeatureMaps } from '../features/pyramidStage.js';
import { named } from '../layers/namedTensors.js';
import { randomOrthonormal } from '../layers/randomOrthonormal.js';
import { flowFeatures, flowLevels, flowNames, type FlowLevel } from './flowLevels.js';
import type { FlowParams } from './flowParams.js';
import { initialFlow } from './initialFlow.js';

/** What the flows see of one image: `[side * side, d]` of each level. */
export type FlowImage = readonly HostTensor[];

/** The flows of a training before it, and what they learn from. */
export interface PreparedFlows {
  levels: FlowLevel[];
  /** To be trained. */
  parameters: Record<string, HostTensor>;
  /** Rotations and orders of channels, which the flows read and nothing changes. */
  fixed: Record<string, HostTensor>;
  /** Statistics and projections of the features. */
  features: Record<string, HostTensor>;
  normal: FlowImage[];
}

type FlowsContext = Pick<
  TrainingContext<FlowParams>,
  'compute' | 'featureExtractor' | 'featureLayers' | 'normalImages' | 'params' | 'settings' | 'steps'
>;

/**
 * Features of the normal images as the flows see them, and flows to begin with; reported as stage `feature-extraction`.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT where a step needs more places than there are, or a layer never changes.
 */
export async function prepareFlows(context: FlowsContext): Promise<PreparedFlows> {
  const { compute, featureLayers, normalImages, params, settings, steps } = context;
  const levels = flowLevels(featureLayers, settings.imageSize, params);
  checkPlaces(levels, normalImages, params);
  const random = steps.random.fork();
  const maps = await extractTrainingMaps(context, params.pooledImages);
  const features = { ...measureChannels(params.transform, maps), ...projections(levels, random) };
  const prepared: PreparedFlows = { levels, parameters: {}, fixed: {}, features, normal: [] };
  levels.forEach(({ channels }, level) => {
    const { parameters, fixed } = initialFlow(flowNames.flow(level), { ...params, channels }, random);
    Object.assign(prepared.parameters, parameters);
    Object.assign(prepared.fixed, fixed);
  });
  const see = await flowSight(compute, levels, features, params);
  try {
    for (const image of maps) {
      steps.signal.throwIfAborted();
      prepared.normal.push(await see.features(image));
    }
  } finally {
    await see.dispose();
  }
  return prepared;
}

/** The features of images as flows see them, from their maps. */
export interface FlowSight {
  features(maps: FeatureMaps): Promise<FlowImage>;
  dispose(): Promise<void>;
}

/** Compiles `flowFeatures`. @param tensors statistics and projections. */
export async function flowSight(
  compute: Compute,
  levels: readonly FlowLevel[],
  tensors: Readonly<Record<string, HostTensor>>,
  params: FlowParams,
): Promise<FlowSight> {
  const keys = Object.keys(tensors);
  const given = Object.values(tensors);
  const compiled = await compute.compile(
    'flow-features',
    (...inputs) => {
      const state = named(keys, inputs.splice(0, keys.length));
      return flowFeatures(inputs as Tensor4D[], state, params);
    },
    [...given, ...levels.map(({ side, inputs }) => ({ shape: [1, side, side, inputs] }))],
  );
  return {
    features: (maps) => compiled.run([...given, ...maps]),
    dispose: () => compiled.dispose(),
  };
}

/** Random directions of layers with more channels than a flow may see. */
function projections(levels: readonly FlowLevel[], random: RandomSource): Record<string, HostTensor> {
  const found: Record<string, HostTensor> = {};
  levels.forEach(({ inputs, channels }, level) => {
    if (channels < inputs) found[flowNames.projection(level)] = randomOrthonormal(inputs, channels, random);
  });
  return found;
}

function checkPlaces(
  levels: readonly FlowLevel[],
  images: readonly TrainingImage[],
  { placesPerStep }: FlowParams,
): void {
  for (const { name, side } of levels) {
    const places = images.length * side ** 2;
    if (places >= placesPerStep) continue;
    const message = `placesPerStep is ${placesPerStep}: layer ${name} has only ${places} places in ${images.length} normal images`;
    throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'placesPerStep' });
  }
}
