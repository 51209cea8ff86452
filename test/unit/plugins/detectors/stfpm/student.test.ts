import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { stfpm } from '../../../../../plugins/detectors/stfpm/stfpm.js';
import { initialStudent, studentFeatures, studentLevels } from '../../../../../plugins/detectors/stfpm/student.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { TrainingSettings } from '../../../../../src/shared/training.js';
import { byBatchStatistics } from '../../../../../src/toolkit/layers/normalisation.js';
import { useCpuBackend } from '../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

const layers = (...of: [number, number][]) =>
  of.map(([stride, channels], i) => ({ name: `layer${i}`, stride, channels }));

test.each([
  ['two layers', layers([8, 24], [16, 40])],
  ['four layers', layers([4, 6], [8, 12], [16, 24], [32, 48])],
  ['one layer', layers([2, 5])],
  ['layers of one grid', layers([8, 3], [8, 7])],
  ['a gap of two octaves', layers([4, 3], [16, 7])],
])('the student has a map of the shape of each layer: %s', (_, of) => {
  const levels = studentLevels(of, 4);
  const shapes = tf.tidy(() => {
    const initial = Object.entries(initialStudent(levels, RandomSource.fromSeed(1)));
    const parameters = Object.fromEntries(
      initial.map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const images = tf.randomNormal<tf.Rank.R4>([2, 64, 64, 3], 0, 1, 'float32', 1);
    return studentFeatures(parameters, images, levels, byBatchStatistics).map(({ shape }) => shape);
  });
  expect(shapes).toEqual(of.map(({ stride, channels }) => [2, 64 / stride, 64 / stride, channels]));
});

test('layers that a student cannot reach by halving, and sizes they do not divide, are refused, all at once', () => {
  const params = stfpm.params.parse({});
  const check = (imageSize: number, ...of: [number, number][]) =>
    stfpm
      .check({
        ...{ params, supervision: 'UNSUPERVISED', augmentations: { image: 0, residual: 0 } },
        ...{ settings: { imageSize } as TrainingSettings, featureLayers: layers(...of) },
      })
      .map(({ message }) => message);
  expect(check(64, [8, 3], [16, 3])).toEqual([]);
  expect(check(72, [8, 3], [12, 3], [16, 3])).toEqual([
    'layer layer1 has stride 12, and the student can only halve',
    'imageSize is 72: it must be a multiple of 16',
  ]);
});
