import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { FeatureLayer } from '../../plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { transformChannels } from '../features/channelTransform.js';
import { pyramidLevels } from '../features/layerPyramid.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import { gridCode } from '../position/gridCode.js';
import { flow, logLikelihood } from './couplingFlow.js';
import type { FlowParams } from './flowParams.js';

/** A layer of features with a flow of its own. */
export interface FlowLevel {
  /** The layer's. */
  name: string;
  /** Places a side. */
  side: number;
  /** c, of the layer. */
  inputs: number;
  /** d, what the flow sees of them: all or a projection. */
  channels: number;
}

/** The levels of these layers, finest first. */
export function flowLevels(
  layers: readonly FeatureLayer[],
  imageSize: number,
  { channels: most }: Pick<FlowParams, 'channels'>,
): FlowLevel[] {
  return pyramidLevels(layers, imageSize).map(({ name, side, channels }) => ({
    ...{ name, side, inputs: channels, channels: Math.min(channels, most) },
  }));
}

/** Names of a level's tensors in the state. */
export const flowNames = {
  flow: (level: number) => `flows.${level}`,
  /** Directions of the features that the flow sees, `[c, d]`. */
  projection: (level: number) => `features.${level}.projection`,
  /** The highest logarithm of a normal place's likelihood, a scalar. */
  highest: (level: number) => `flows.${level}.highest`,
};

/**
 * A tensor function: what the flows see of the maps of a pyramid.
 * @param maps `[1, side, side, c]` of each level.
 * @param tensors of the state: statistics and projections.
 * @returns `[side * side, d]` of each.
 */
export function flowFeatures(
  maps: readonly Tensor4D[],
  tensors: NamedTensors,
  { transform }: Pick<FlowParams, 'transform'>,
): Tensor2D[] {
  return transformChannels(transform, tensors, maps).map((map, level) => {
    const rows = tf.reshape<tf.Rank.R2>(map, [-1, map.shape[3]]);
    const projection = tensors[flowNames.projection(level)] as Tensor2D | undefined;
    return projection ? tf.matMul<Tensor2D>(rows, projection) : rows;
  });
}

/** The condition of every place of each level, `[side * side, P]`; empty where the flows have none. */
export function levelConditions(
  levels: readonly FlowLevel[],
  { condition }: Pick<FlowParams, 'condition'>,
): HostTensor[] {
  if (condition === 0) return [];
  return levels.map(({ side }) => hostTensor(gridCode(side, side, condition), [side ** 2, condition]));
}

/**
 * A tensor function: logarithms of the likelihoods of features over their numbers of channels.
 * @param features of each level, `[n, d]`.
 * @param conditions of each level, `[n, P]`; none where the flows have none.
 * @returns `[n]` of each.
 */
export function likelihoods(
  tensors: NamedTensors,
  features: readonly Tensor2D[],
  conditions: readonly Tensor2D[],
): Tensor1D[] {
  return features.map((rows, level) => logLikelihood(flow(tensors, flowNames.flow(level), rows, conditions[level])));
}

/** {@link likelihoods} of every place of an image, whose conditions are constants. */
export function imageLikelihoods(
  tensors: NamedTensors,
  features: readonly Tensor2D[],
  levels: readonly FlowLevel[],
  params: Pick<FlowParams, 'condition'>,
): Tensor1D[] {
  const conditions = levelConditions(levels, params).map(({ data, shape }) =>
    tf.tensor<tf.Rank.R2>(data, [...shape] as [number, number]),
  );
  return likelihoods(tensors, features, conditions);
}
