import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { pyramidLevels } from '../../../../src/toolkit/features/layerPyramid.js';
import { byBatchStatistics } from '../../../../src/toolkit/layers/normalisation.js';
import {
  decode,
  embed,
  initialReverse,
  reverseNetwork,
} from '../../../../src/toolkit/reverse-distillation/reverseNetwork.js';
import { useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const params = { block: 'basic', width: 4, embedding: 6, embeddingBlocks: 2, decoderBlocks: [2, 1] } as const;
const layers = (...of: [number, number][]) =>
  of.map(([stride, channels], i) => ({ name: `layer${i}`, stride, channels }));

/** Shapes of embedding and decoded maps, and the decoded maps' least value. */
function shapesOf(of: [number, number][], imageSize: number, rectified: boolean, block: 'basic' | 'bottleneck') {
  const levels = pyramidLevels(layers(...of), imageSize);
  const network = reverseNetwork(
    levels,
    { ...params, block, decoderBlocks: [2, 1] },
    levels.map(() => rectified),
  );
  return tf.tidy(() => {
    const initial = Object.entries(initialReverse(network, RandomSource.fromSeed(1)));
    const parameters = Object.fromEntries(
      initial.map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const maps = levels.map(({ side, channels }) => tf.randomNormal([2, side, side, channels], 0, 1, 'float32', 1));
    const embedding = embed(parameters, network, maps as Tensor4D[], byBatchStatistics);
    const decoded = decode(parameters, network, embedding, byBatchStatistics);
    return {
      given: maps.map(({ shape }) => shape),
      embedding: embedding.shape,
      decoded: decoded.map(({ shape }) => shape),
      least: Math.min(...decoded.map((map) => tf.min(map).dataSync()[0]!)),
    };
  });
}

describe.each(['basic', 'bottleneck'] as const)('networks of %s blocks', (block) => {
  test.each<[string, [number, number][], number, number]>([
    ['one layer', [[8, 5]], 64, 4],
    ['two layers', [[8, 24], [16, 3]], 64, 2], // prettier-ignore
    ['two octaves between them', [[4, 6], [16, 40]], 64, 2], // prettier-ignore
    ['one grid', [[8, 6], [8, 7]], 64, 4], // prettier-ignore
    ['sides that are odd', [[8, 6], [16, 7], [32, 9]], 72, 2], // prettier-ignore
  ])('give maps of the shapes of the teacher: %s', (_, of, imageSize, side) => {
    const { given, embedding, decoded } = shapesOf(of, imageSize, true, block);
    expect(decoded).toEqual(given);
    expect(embedding).toEqual([2, side, side, 6]);
  });
});

test('maps are never negative where those of the teacher are not, and can be where they are', () => {
  const of: [number, number][] = [[8, 24], [16, 6]]; // prettier-ignore
  expect(shapesOf(of, 64, true, 'basic').least).toBe(0);
  expect(shapesOf(of, 64, false, 'basic').least).toBeLessThan(-0.01);
});
