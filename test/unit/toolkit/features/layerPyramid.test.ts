import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrainingSettings } from '../../../../src/shared/training.js';
import { featurePyramid, pyramidLevels, pyramidProblems } from '../../../../src/toolkit/features/layerPyramid.js';
import { run, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const layers = (...strides: number[]) => strides.map((stride, i) => ({ name: `layer${i}`, channels: i + 2, stride }));
const grid = (imageSize: number, ...strides: number[]) =>
  pyramidLevels(layers(...strides), imageSize).map(({ octaves, side }) => [octaves, side]);

describe('levels of a pyramid', () => {
  test.each([
    ['each half of the one before', [4, 8, 16], [[0, 16], [1, 8], [2, 4]]], // prettier-ignore
    ['two octaves apart', [4, 16], [[0, 16], [2, 4]]], // prettier-ignore
    ['equal', [8, 8], [[0, 8], [0, 8]]], // prettier-ignore
    ['no power of two apart: the next power', [8, 12, 24], [[0, 8], [1, 4], [2, 2]]], // prettier-ignore
    ['of patches that are no power of two themselves', [14, 28], [[0, 5], [1, 3]]], // prettier-ignore
  ])('strides %s', (_, strides, expected) => {
    expect(grid(64, ...strides)).toEqual(expected);
  });

  test('maps of other sizes are scaled to the grid of their level, the rest stays as it is', () => {
    const levels = pyramidLevels(layers(8, 12), 48);
    const given = [tf.randomNormal([1, 6, 6, 2], 0, 1, 'float32', 1), tf.fill([1, 4, 4, 3], 7)] as Tensor4D[];
    const wanted = Array.from(given[0]!.dataSync());
    const extractor = {
      features: () => given.map((map) => tf.clone(map)),
      weightsDigest: '',
      dispose: () => undefined,
    };
    const { fine, coarse } = run([tf.zeros<tf.Rank.R4>([1, 48, 48, 3])], (images) => {
      const [finest, next] = featurePyramid(images, extractor, levels);
      return { fine: finest!, coarse: next! };
    });
    expect(Array.from(fine.data)).toEqual(wanted);
    expect(coarse.shape).toEqual([1, 3, 3, 3]);
    tf.dispose(given);
    expect(coarse.data.every((value) => Math.abs(value - 7) < 1e-5)).toBe(true);
  });
});

test('too few layers and a map that is too coarse are told at once, with both numbers', () => {
  const choices = { featureLayers: layers(16), settings: { imageSize: 64 } as TrainingSettings };
  expect(pyramidProblems(choices, 'some', { layers: 1, side: 4 })).toEqual([]);
  const problems = pyramidProblems(choices, 'some', { layers: 3, side: 8 });
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['CONFIG_INVALID', 'detector some needs 3 layers of the feature extractor, which gives 1'],
    ['CONFIG_INVALID', 'detector some needs a finest map of 8 x 8 places, and the feature extractor gives 4 x 4'],
  ]);
});
