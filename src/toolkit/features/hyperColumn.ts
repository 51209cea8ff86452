import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { averagePool3x3 } from '../layers/averagePool.js';
import { channelPooling, greatestCommonDivisor, poolChannels } from './channelPool.js';
import { resizeBilinear } from '../layers/resizeBilinear.js';

/**
 * Hyper-columns (Eq. 1, section 4.2.1): every layer averaged over 3x3, scaled to the first layer's grid, concatenated in
 * order, pooled over channels.
 * @param layers `[n, h_i, w_i, c_i]`, the finest grid first.
 * @param channels d_f.
 * @returns `[n, h_0, w_0, d_f]`.
 */
export function hyperColumn(layers: readonly Tensor4D[], channels: number): Tensor4D {
  const [, rows, columns] = gridOf(layers);
  return tf.tidy(() => {
    const pooled = layers.map((layer) => resizeBilinear(averagePool3x3(layer), rows, columns));
    return poolChannels(tf.concat(pooled, 3), channels);
  });
}

/**
 * Hyper-columns in the order of PatchCore's public code: the zero-padded 3x3 patches of each layer are flattened (channel
 * outermost), pooled to d_f and scaled to the first layer's grid; then all layers together are pooled to d_f.
 * @param layers `[n, h_i, w_i, c_i]`, the finest grid first.
 * @param channels d_f.
 * @returns `[n, h_0, w_0, d_f]`.
 */
export function hyperColumnPatchcore(layers: readonly Tensor4D[], channels: number): Tensor4D {
  const [, rows, columns] = gridOf(layers);
  return tf.tidy(() => {
    // Scaling and channel pooling are linear and act on different axes: pooling first leaves less to scale.
    const pooled = layers.map((layer) => resizeBilinear(poolPatches(layer, channels), rows, columns));
    return poolChannels(tf.concat(pooled, 3), channels);
  });
}

/**
 * Adaptive channel pooling of the 9C values of every 3x3 patch, without laying the patches out: one small product for each
 * of the nine places of the patch.
 */
function poolPatches(layer: Tensor4D, channels: number): Tensor4D {
  const [n, height, width, inputs] = layer.shape;
  const groups = greatestCommonDivisor(inputs, channels);
  const [groupInputs, groupOutputs] = [inputs / groups, channels / groups];
  const { matrix } = channelPooling(9 * inputs, channels, groups);
  const padded = tf.pad(layer, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const parts = Array.from({ length: 9 }, (_, place) => {
    const [row, column] = [Math.floor(place / 3), place % 3];
    const shifted = tf.slice(padded, [0, row, column, 0], [n, height, width, inputs]);
    const weights = new Float32Array(groupInputs * groupOutputs);
    for (let channel = 0; channel < groupInputs; channel++) {
      const from = (channel * 9 + place) * groupOutputs;
      weights.set(matrix.subarray(from, from + groupOutputs), channel * groupOutputs);
    }
    return tf.matMul(tf.reshape(shifted, [-1, groupInputs]), tf.tensor2d(weights, [groupInputs, groupOutputs]));
  });
  return tf.reshape(
    parts.reduce((sum, part) => tf.add(sum, part)),
    [n, height, width, channels],
  );
}

function gridOf(layers: readonly Tensor4D[]): Tensor4D['shape'] {
  const [first] = layers;
  if (!first) throw new RangeError('a hyper-column needs at least one layer');
  return first.shape;
}
