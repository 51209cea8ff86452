import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { type NamedTensors, parameter } from './namedTensors.js';

/** Added to every variance, as PyTorch does. */
const epsilon = 1e-5;

/** Mean and variance of a channel, each `[c]`. */
export interface ChannelStatistics {
  mean: Tensor1D;
  variance: Tensor1D;
}

/**
 * Batch normalisation as a network is handed it, so that one network serves training, measuring and prediction. Takes
 * `[..., c]`; reads `<name>.weight` and `<name>.bias` where they are.
 */
export type Normalise = <T extends Tensor>(parameters: NamedTensors, name: string, x: T) => T;

/** By the statistics of the batch itself: in training. */
export const byBatchStatistics: Normalise = (parameters, name, x) =>
  scaled(parameters, name, standardise(x, axesBefore(x)));

/** By `<name>.mean` and `<name>.variance` of the parameters: at prediction. See `measureNormalisation`. */
export const byStoredStatistics: Normalise = (parameters, name, x) => {
  const [mean, variance] = ['mean', 'variance'].map((part) => parameter<Tensor1D>(parameters, `${name}.${part}`));
  const [offset, scale] = ['bias', 'weight'].map((part) => parameters[`${name}.${part}`] as Tensor1D | undefined);
  return tf.batchNorm(x, mean!, variance!, offset, scale, epsilon) as typeof x;
};

/** By the statistics of the batch, which it hands on under the name of each normalisation: while measuring. */
export function recordingStatistics(record: (name: string, statistics: ChannelStatistics) => void): Normalise {
  return (parameters, name, x) => {
    record(name, channelStatistics(x));
    return byBatchStatistics(parameters, name, x);
  };
}

/** Mean and biased variance of each channel over all places, `[..., c]` to `[c]`. */
export function channelStatistics(x: Tensor): ChannelStatistics {
  return tf.moments(x, axesBefore(x)) as ChannelStatistics;
}

/** Each channel of each image by its own mean and variance, `[n, h, w, c]`; with weight and bias where they are. */
export function instanceNormalisation(parameters: NamedTensors, name: string, x: Tensor4D): Tensor4D {
  return scaled(parameters, name, standardise(x, [1, 2]));
}

/**
 * Groups of channels of each image by their mean and variance, `[n, h, w, c]`; with weight and bias where they are.
 * @throws RangeError when the groups do not divide the channels.
 */
export function groupNormalisation(parameters: NamedTensors, name: string, x: Tensor4D, groups: number): Tensor4D {
  const [n, height, width, channels] = x.shape;
  if (channels % groups !== 0) throw new RangeError(`${groups} groups do not divide ${channels} channels`);
  const split = tf.reshape(x, [n, height, width, groups, channels / groups]);
  return scaled(parameters, name, tf.reshape<tf.Rank.R4>(standardise(split, [1, 2, 4]), x.shape));
}

/**
 * (x - mean) / sqrt(variance + eps) over the axes. Its own gradient, (dy - mean(dy) - y mean(dy y)) / deviation, takes fewer
 * passes over the tensor than the derivative of every factor.
 */
function standardise<T extends Tensor>(x: T, axes: number[]): T {
  return tf.customGrad((input, save) => {
    const value = tf.tidy(() => {
      const { mean, variance } = tf.moments(input as Tensor, axes, true);
      const inverse = tf.rsqrt(tf.add(variance, epsilon));
      return [tf.mul(tf.sub(input as Tensor, mean), inverse), inverse] as const;
    });
    (save as tf.GradSaveFunc)([...value]);
    return {
      value: value[0],
      gradFunc: (dy: Tensor, [y, inverse]: Tensor[]) =>
        tf.tidy(() => {
          const pull = tf.add(tf.mean(dy, axes, true), tf.mul(y!, tf.mean(tf.mul(dy, y!), axes, true)));
          return tf.mul(tf.sub(dy, pull), inverse!);
        }),
    };
  })(x) as T;
}

function scaled<T extends Tensor>(parameters: NamedTensors, name: string, x: T): T {
  const [weight, bias] = ['weight', 'bias'].map((part) => parameters[`${name}.${part}`]);
  const stretched = weight ? tf.mul<T>(x, weight) : x;
  return bias ? tf.add<T>(stretched, bias) : stretched;
}

const axesBefore = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);
