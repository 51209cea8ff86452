import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import {
  measureChannels,
  transformChannels,
  transformMaps,
  type ChannelTransform,
} from '../../../../src/toolkit/features/channelTransform.js';
import { run, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

/** Two images of two places; the third channel never changes, the second hardly. */
const images = (): HostTensor[][] => [
  [hostTensor(Float32Array.of(1, 10, 5, 3, 10.002, 5), [1, 1, 2, 3])],
  [hostTensor(Float32Array.of(5, 10, 5, 7, 10.002, 5), [1, 1, 2, 3])],
];
const tensors = (measured: Readonly<Record<string, HostTensor>>) =>
  Object.fromEntries(Object.entries(measured).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));

test('nothing is measured where features stay as they are', () => {
  expect(measureChannels('none', images())).toEqual({});
});

test('means and deviations are those of all places of all images; no deviation is far below the median', () => {
  const measured = measureChannels('standardise', images());
  expect(Array.from(measured['features.0.mean']!.data).map((value) => Math.round(1e3 * value))).toEqual([
    4000, 10_001, 5000,
  ]);
  const [wide, narrow, none] = measured['features.0.deviation']!.data;
  expect(wide).toBeCloseTo(Math.sqrt(5), 5);
  expect(narrow).toBeCloseTo(0.001, 5);
  expect(none).toBeCloseTo(0.0001, 6);
});

test.each<ChannelTransform>(['none', 'centre', 'standardise'])('%s does the same on the host as in a graph', (kind) => {
  const measured = measureChannels(kind, images());
  const maps = images();
  transformMaps(kind, measured, maps);
  const inGraph = images().map(([map]) => {
    const input = tf.tensor<tf.Rank.R4>(map!.data, map!.shape as [number, number, number, number]);
    const state = tensors(measured);
    const { y } = run([input, ...Object.values(state)], () => ({
      y: tf.tidy(() => tf.clone(transformChannels(kind, state, [input])[0]!)),
    }));
    return Array.from(y.data);
  });
  maps.forEach(([map], i) => map!.data.forEach((value, at) => expect(value).toBeCloseTo(inGraph[i]![at]!, 4)));
  if (kind !== 'none') expect(maps[0]![0]!.data[0]! + maps[1]![0]!.data[3]!).toBeCloseTo(0, 5);
});

test('features that are the same everywhere cannot be standardised, and it says of which map', () => {
  const flat = [[hostTensor(new Float32Array(6).fill(3), [1, 1, 2, 3])]];
  expect(() => measureChannels('standardise', flat)).toThrow('TRAINING_DATA_INSUFFICIENT: map 1 of the features has');
  expect(() => measureChannels('centre', flat)).not.toThrow();
});
