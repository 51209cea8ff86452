import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import { parameter, type NamedTensors } from '../layers/namedTensors.js';
import type { FeatureMaps } from './pyramidStage.js';

/** What may be done to the channels of a layer before a method sees them. */
export const channelTransforms = ['none', 'centre', 'standardise'] as const;
/** One of {@link channelTransforms}. */
export type ChannelTransform = (typeof channelTransforms)[number];

/** The parameter of every method on layers of features: spread it into its own. @param standard the method's default. */
export function channelTransformParams(standard: ChannelTransform) {
  return {
    transform: z
      .enum(channelTransforms)
      .default(standard)
      .describe(
        'Of the features, channel by channel: as they are, less the mean of the normal ones, or over their standard deviation as well.',
      ),
  };
}

/** No deviation counts as smaller than this share of the median of its layer: some channels hardly move. */
const leastShare = 0.1;

const nameOf = (level: number, part: 'mean' | 'deviation') => `features.${level}.${part}`;

/**
 * Means and deviations of the channels of each level over all places of normal images.
 * @returns `features.<level>.mean` and, to standardise, `features.<level>.deviation`, each `[c]`; nothing for `none`. They belong into
 * the state.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT when a layer that shall be standardised has the same values everywhere.
 */
export function measureChannels(kind: ChannelTransform, images: readonly FeatureMaps[]): Record<string, HostTensor> {
  if (kind === 'none') return {};
  const measured: Record<string, HostTensor> = {};
  images[0]!.forEach((_, level) => {
    const { mean, deviation } = channelMoments(images.map((maps) => maps[level]!));
    measured[nameOf(level, 'mean')] = hostTensor(mean, [mean.length]);
    if (kind !== 'standardise') return;
    if (deviation.every((each) => each === 0)) {
      const message = `map ${level + 1} of the features has the same values at every place of all normal images: it cannot be standardised`;
      throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'transform' });
    }
    measured[nameOf(level, 'deviation')] = hostTensor(raised(deviation), [mean.length]);
  });
  return measured;
}

/**
 * A tensor function: the maps of a pyramid, transformed as {@link measureChannels} measured.
 * @param maps `[n, h, w, c]` of each level.
 * @returns the same shapes; the maps themselves for `none`.
 */
export function transformChannels(
  kind: ChannelTransform,
  measured: NamedTensors,
  maps: readonly Tensor4D[],
): Tensor4D[] {
  if (kind === 'none') return [...maps];
  return maps.map((map, level) => {
    const centred = tf.sub<Tensor4D>(map, parameter(measured, nameOf(level, 'mean')));
    return kind === 'centre' ? centred : tf.div<Tensor4D>(centred, parameter(measured, nameOf(level, 'deviation')));
  });
}

/** {@link transformChannels} on the host, in place. */
export function transformMaps(
  kind: ChannelTransform,
  measured: Readonly<Record<string, HostTensor>>,
  images: readonly FeatureMaps[],
): void {
  if (kind === 'none') return;
  for (const maps of images) {
    maps.forEach(({ data, shape }, level) => {
      const channels = shape.at(-1)!;
      const mean = measured[nameOf(level, 'mean')]!.data;
      const deviation = measured[nameOf(level, 'deviation')]?.data;
      for (let i = 0; i < data.length; i++) {
        const c = i % channels;
        const centred = Math.fround(data[i]! - mean[c]!);
        data[i] = deviation ? centred / deviation[c]! : centred;
      }
    });
  }
}

function channelMoments(maps: readonly HostTensor[]): { mean: Float32Array; deviation: Float32Array } {
  const channels = maps[0]!.shape.at(-1)!;
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let places = 0;
  const add = (into: Float64Array, data: HostTensor['data'], value: (v: number, c: number) => number) => {
    for (let i = 0; i < data.length; i++) into[i % channels]! += value(data[i]!, i % channels);
  };
  for (const { data } of maps) {
    add(sums, data, (v) => v);
    places += data.length / channels;
  }
  const mean = Float32Array.from(sums, (sum) => sum / places);
  for (const { data } of maps) add(squares, data, (v, c) => (v - mean[c]!) ** 2);
  return { mean, deviation: Float32Array.from(squares, (sum) => Math.sqrt(sum / places)) };
}

/** Deviations, none below its share of the median; 1 for what never changes where that is 0. */
function raised(deviation: Float32Array): Float32Array {
  const median = Float32Array.from(deviation).sort()[Math.floor(deviation.length / 2)]!;
  const least = leastShare * median;
  return deviation.map((each) => Math.max(each, least) || 1);
}
