import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { PredictedTensors, PredictionContext } from '../../plugin-api/index.js';
import { featurePyramid, pyramidLevels } from '../features/layerPyramid.js';
import { type NamedTensors, parameter } from '../layers/namedTensors.js';
import { imageScores, postprocess } from '../post-processing/postprocess.js';
import { flowFeatures, flowLevels, flowNames, imageLikelihoods } from './flowLevels.js';
import type { FlowMapKind, FlowParams } from './flowParams.js';

/**
 * A tensor function: image to anomaly map, the sum of the levels' (Gudovskiy et al. 2022), and its maximum.
 * @param image `[1, size, size, 3]`.
 * @param tensors of the state.
 */
export function predictByFlows(
  image: Tensor4D,
  tensors: NamedTensors,
  { params, settings, featureExtractor, featureLayers }: PredictionContext<FlowParams>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = settings;
  const levels = flowLevels(featureLayers, imageSize, params);
  const maps = featurePyramid(image, featureExtractor, pyramidLevels(featureLayers, imageSize));
  const found = imageLikelihoods(tensors, flowFeatures(maps, tensors, params), levels, params);
  const grids = found.map((each, i) => tf.reshape<tf.Rank.R3>(each, [1, levels[i]!.side, levels[i]!.side]));
  const highest = levels.map((_, i) => parameter<Scalar>(tensors, flowNames.highest(i)));
  const map = flowMap(params.map, grids, highest, imageSize);
  const anomalyMap = postprocess(map, imageSize, imageSize, smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/**
 * How unlike normal places all are, by what the levels say together. The published map takes the highest likelihood from all images
 * that are tested, which a single image does not know: here it is that of the normal images.
 * @param likelihoods logarithms over the number of channels, `[n, side, side]` of each level.
 * @param highest of the normal places of each level.
 * @returns `[n, size, size]`.
 */
export function flowMap(
  kind: FlowMapKind,
  likelihoods: readonly Tensor3D[],
  highest: readonly Scalar[],
  size: number,
): Tensor3D {
  return tf.tidy(() => {
    const maps = likelihoods.map((each, i) => {
      const below = tf.sub<Tensor3D>(highest[i]!, each);
      const wanted = kind === 'likelihood' ? below : tf.sub<Tensor3D>(1, tf.exp(tf.neg(tf.relu(below))));
      return tf.image.resizeBilinear(tf.expandDims<Tensor4D>(wanted, 3), [size, size], true);
    });
    return tf.squeeze<Tensor3D>(tf.addN(maps), [3]);
  });
}
