import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { destseg } from '../../../../../plugins/detectors/destseg/destseg.js';
import {
  disagreement,
  initialSegmentation,
  segment,
  segmentationLosses,
  segmentationOf,
} from '../../../../../plugins/detectors/destseg/segmentation.js';
import {
  distanceProduct,
  distances,
  encode,
  encoderOf,
  initialStudent,
  studentLoss,
  studentMaps,
  studentOf,
  studentWidths,
} from '../../../../../plugins/detectors/destseg/student.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { TrainingSettings } from '../../../../../src/shared/training.js';
import { pyramidLevels } from '../../../../../src/toolkit/features/layerPyramid.js';
import { byBatchStatistics, byStoredStatistics } from '../../../../../src/toolkit/layers/normalisation.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { meanOfHighest } from '../../../../../src/toolkit/post-processing/meanOfHighest.js';
import { postprocess } from '../../../../../src/toolkit/post-processing/postprocess.js';
import { expectGolden, goldenCases, type GoldenCase } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/destseg/destseg', op);
const layers = (...of: [number, number][]) =>
  of.map(([stride, channels], i) => ({ name: `layer${i}`, stride, channels }));

const levels = pyramidLevels(layers([4, 4], [8, 6], [16, 8]), 64);
const student = studentOf(levels, 64, { widths: [4, 6, 8, 12], blocks: 1, rectified: [true, true, true] });
const teacher = encoderOf('teacher', [4, 6, 8], 1);
/** The original's dilations belong to a larger grid. */
const segmentation = { ...segmentationOf(18, 8, 16), dilations: [6, 12, 18] };

const rename = (name: string) =>
  name
    .replace(/^teacher_net\.encoder/, 'teacher')
    .replace(/^student_net\.encoder/, 'student.encoder')
    .replace(/^student_net\.decoder_layer(\d)/, (_, layer: string) => `student.decoder.${Number(layer) - 1}`)
    .replace(/^segmentation_net\.head\.0\.aspp_feature_extractors\.(\d)(\.1)?/, 'segmentation.surroundings.$1')
    .replace(/^segmentation_net\.head\.0\.aspp_fusion_layer/, 'segmentation.joined')
    .replace(/^segmentation_net\.head\.1/, 'segmentation.mixed')
    .replace(/^segmentation_net\.head\.2/, 'segmentation.mixed.normalisation')
    .replace(/^segmentation_net\.head\.4/, 'segmentation.logit')
    .replace(/^segmentation_net\./, 'segmentation.')
    .replace(/\.conv(?=\.)/, '')
    .replace(/\.norm(?=\.)/, '.normalisation');

/** Weights of one network, and those that stay as they are. */
function weightsOf(golden: GoldenCase, trained: string) {
  const { parameters, trainable, originals } = originalWeights(golden, rename);
  const own = Object.keys(trainable).filter((name) => name.startsWith(trained));
  return { parameters, originals, own };
}

const pick = (parameters: NamedTensors, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, parameters[name]!]));
const withChannel = (map: Tensor3D) => tf.expandDims<Tensor4D>(map, 3);

describe('as the original computes', () => {
  test.each(cases('train_student'))('$name', async (golden) => {
    const { parameters: all, originals, own } = weightsOf(golden, 'student.');
    const images = ['original', 'augmented'].map((name) => host(golden.inputs[name]));
    const results = await traced<Tensor4D>(compute, images, all, ([original, augmented], parameters) => {
      const wanted = encode(parameters, teacher, original!, byStoredStatistics);
      const given = (current: NamedTensors) => studentMaps(current, student, augmented!, byBatchStatistics);
      const lossOf = (current: NamedTensors) => studentLoss(wanted, given(current));
      const each = distances(wanted, given(parameters));
      return {
        ...Object.fromEntries(each.map((map, i) => [`distance${i + 1}`, withChannel(map)])),
        ...{ product: withChannel(distanceProduct(each)), loss: lossOf(parameters) },
        ...originalGradients(pick(parameters, own), lossOf, originals),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('train_head'))('$name', async (golden) => {
    const { parameters: all, originals, own } = weightsOf(golden, 'segmentation.');
    // Labels of places come from masks by the share of a place here: the original's are given.
    const inputs = [host(golden.inputs['augmented']), host(golden.expected['mask'])];
    const results = await traced<Tensor4D>(compute, inputs, all, ([augmented, mask], parameters) => {
      const seen = encode(parameters, teacher, augmented!, byStoredStatistics);
      const x = disagreement(seen, studentMaps(parameters, student, augmented!, byStoredStatistics));
      const labels = tf.squeeze<Tensor3D>(mask!, [3]);
      const run = (current: NamedTensors) => segment(current, segmentation, x, byBatchStatistics);
      const lossOf = (current: NamedTensors) => {
        const { focal, absolute } = segmentationLosses(run(current), labels);
        return tf.add<tf.Scalar>(focal, absolute);
      };
      const { focal, absolute: l1 } = segmentationLosses(run(parameters), labels);
      return {
        ...{ segmentation: withChannel(run(parameters)), focal, l1, loss: lossOf(parameters) },
        ...originalGradients(pick(parameters, own), lossOf, originals),
      };
    });
    expectGolden(golden, results, ['mask']);
  });

  test.each(cases('predict'))('$name', async (golden) => {
    const { parameters: all } = originalWeights(golden, rename);
    const results = await traced<Tensor4D>(compute, [host(golden.inputs['image'])], all, ([image], parameters) => {
      const seen = encode(parameters, teacher, image!, byStoredStatistics);
      const given = studentMaps(parameters, student, image!, byStoredStatistics);
      const places = segment(parameters, segmentation, disagreement(seen, given), byStoredStatistics);
      const [anomalyMap, studentMap] = [places, distanceProduct(distances(seen, given))].map((map) =>
        postprocess(map, 64, 64, 0),
      ) as [Tensor3D, Tensor3D];
      return {
        ...{ segmentation: withChannel(places), anomalyMap: withChannel(anomalyMap) },
        ...{ studentMap: withChannel(studentMap), anomalyScore: meanOfHighest(anomalyMap, 100) },
        studentScore: meanOfHighest(studentMap, 100),
      };
    });
    expectGolden(golden, results);
  });
});

test('every parameter of the original has its initial value, and no other', () => {
  const shapes = (parameters: Readonly<Record<string, { shape: readonly number[] }>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]));
  const { trainable } = originalWeights(cases('predict')[0]!, rename);
  const random = RandomSource.fromSeed(1);
  const initial = { ...initialStudent(student, random), ...initialSegmentation(segmentation, random) };
  const trained = Object.entries(trainable).filter(([name]) => !name.startsWith('teacher'));
  expect(shapes(initial)).toEqual(shapes(Object.fromEntries(trained)));
});

test.each<[string, [number, number][], number]>([
  ['the default features', [[8, 192], [16, 528]], 64], // prettier-ignore
  ['one layer', [[16, 5]], 64],
  ['layers of one grid', [[8, 6], [8, 7]], 64], // prettier-ignore
  ['patches that are no power of two', [[14, 6]], 56], // prettier-ignore
])('the student has a map of the shape of each layer: %s', async (_, of, imageSize) => {
  const own = pyramidLevels(layers(...of), imageSize);
  const plan = { widths: studentWidths(own, imageSize, 2), blocks: 1, rectified: own.map(() => true) };
  const network = studentOf(own, imageSize, plan);
  const parameters = initialStudent(network, RandomSource.fromSeed(1));
  const image = { shape: [1, imageSize, imageSize, 3], dtype: 'float32' as const };
  const data = Float32Array.from({ length: imageSize ** 2 * 3 }, (_value, i) => Math.sin(i));
  const results = await traced<Tensor4D>(compute, [{ ...image, data }], parameters, ([images], current) =>
    Object.fromEntries(studentMaps(current, network, images!, byBatchStatistics).map((map, i) => [i, map as Tensor])),
  );
  expect(Object.values(results).map(({ shape }) => shape)).toEqual(
    own.map(({ side, channels }) => [1, side, side, channels]),
  );
});

test('places that are unknown or ignored weigh nothing', async () => {
  const given = { shape: [1, 1, 4], dtype: 'float32' as const };
  const lossesOf = async (labels: number[], probabilities: number[]) => {
    const inputs = [labels, probabilities].map((data) => ({ ...given, data: Float32Array.from(data) }));
    const results = await traced<Tensor3D>(compute, inputs, {}, ([wanted, found]) => ({
      ...segmentationLosses(found!, wanted!),
    }));
    return [results['focal']!.data[0], results['absolute']!.data[0]];
  };
  const [focal, absolute] = await lossesOf([1, 0, -1, -2], [0.5, 0.25, 0.9, 0.9]);
  expect(absolute).toBeCloseTo((0.5 + 0.25) / 2, 6);
  expect([focal, absolute]).toEqual(await lossesOf([1, 0, -1, -2], [0.5, 0.25, 0.1, 0.2]));
  expect(await lossesOf([-1, -2, -1, -2], [0.5, 0.25, 0.1, 0.2])).toEqual([0, 0]);
});

test('a pool below the batch and a training without defects are refused, all at once', () => {
  const params = destseg.params.parse({ pooledImages: 7, imagesPerStep: 8 });
  const messages = destseg
    .check({
      ...{ params, supervision: 'UNSUPERVISED', augmentations: { image: 0, residual: 0 } },
      ...{ settings: { imageSize: 256 } as TrainingSettings, featureLayers: layers([8, 192], [16, 528]) },
    })
    .map(({ message }) => message);
  expect(messages).toEqual([
    'pooledImages is 7: a step takes 8 of them',
    'detector destseg learns from synthetic defects: it needs an augmentation of images, such as synthetic-defect',
  ]);
});
