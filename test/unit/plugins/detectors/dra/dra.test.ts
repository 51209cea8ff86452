import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dra } from '../../../../../plugins/detectors/dra/dra.js';
import {
  anomalyScores,
  headScores,
  initialHeads,
  judgeBesideReferences,
  type HeadScores,
} from '../../../../../plugins/detectors/dra/heads.js';
import { headLosses } from '../../../../../plugins/detectors/dra/loss.js';
import { featureChannels, scaledFeatures } from '../../../../../plugins/detectors/dra/samples.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import { convolution } from '../../../../../src/toolkit/layers/convolution.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import {
  byBatchStatistics,
  byStoredStatistics,
  type Normalise,
} from '../../../../../src/toolkit/layers/normalisation.js';
import { expectGolden, goldenCases } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/dra/dra', op);
const references = 2;

/** The heads on the original's stand-in for a backbone, one convolution, at both scales. */
function scoresOf(parameters: NamedTensors, images: Tensor4D, normalise: Normalise): HeadScores {
  const half = images.shape[1] / 2;
  const scales = [images, tf.image.resizeNearestNeighbor(images, [half, half])];
  const judged = scales.map((each) => {
    const features = tf.relu(convolution(parameters, 'feature_extractor.conv', each, { stride: 2 }));
    return judgeBesideReferences(parameters, features, references, normalise);
  });
  return headScores(judged, 0.1);
}

describe('golden vectors of the original', () => {
  test.each(cases('train'))('$name', async (golden) => {
    const { trainable } = originalWeights(golden);
    const inputs = ['images', 'labels', 'reference'].map((name) => host(golden.inputs[name]));
    const results = await traced<Tensor>(compute, inputs, trainable, ([images, labels, reference], parameters) => {
      const lossesOf = (scores: HeadScores) =>
        Object.values(headLosses(scores, labels as Tensor1D, reference as Tensor1D, 5));
      const lossOf = (current: NamedTensors) =>
        tf.addN<Scalar>(lossesOf(scoresOf(current, images as Tensor4D, byBatchStatistics)));
      const { holistic, seen, pseudo, composite } = scoresOf(parameters, images as Tensor4D, byBatchStatistics);
      const of = (scores: Tensor1D, ...kept: number[]) => tf.gather(scores, tf.tensor1d(kept, 'int32'));
      // The seen head has no pseudo anomalies (kind 2), the pseudo head no labelled ones (kind 1).
      return {
        ...{ holistic, seen: of(seen!, 0, 1, 3, 4), pseudo: of(pseudo!, 0, 2, 3, 5), composite: composite! },
        losses: tf.stack(lossesOf({ holistic, seen: seen!, pseudo: pseudo!, composite: composite! })),
        loss: lossOf(parameters),
        ...originalGradients(parameters, lossOf),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('predict'))('$name', async (golden) => {
    const { parameters } = originalWeights(golden);
    const results = await traced<Tensor4D>(compute, [host(golden.inputs['images'])], parameters, ([images], all) => {
      const scores = scoresOf(all, images!, byStoredStatistics);
      return { ...(scores as Record<string, Tensor>), anomalyScore: anomalyScores(scores) };
    });
    expectGolden(golden, results);
  });
});

test('heads begin with every parameter of the original, and no other; without labels there is no seen head', () => {
  const { trainable } = originalWeights(cases('train')[0]!);
  const shapes = (parameters: Readonly<Record<string, { shape: readonly number[] }>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]));
  const initial = (seen: boolean) => shapes(initialHeads({ channels: 8, hidden: 12, seen }, RandomSource.fromSeed(1)));
  const wanted = Object.entries(shapes(trainable)).filter(([name]) => !name.startsWith('feature_extractor'));
  expect(initial(true)).toEqual(Object.fromEntries(wanted));
  expect(Object.keys(initial(false)).filter((name) => name.startsWith('seen'))).toEqual([]);
});

test('the second scale has the features of every second pixel, of the deepest layer or of all', () => {
  const layers = [
    { name: 'fine', channels: 3, stride: 2 },
    { name: 'deep', channels: 3, stride: 4 },
  ];
  const featureExtractor = {
    features: (images: Tensor4D) => [2, 4].map((stride) => tf.avgPool(images, stride, stride, 'valid')),
    weightsDigest: '',
    dispose: () => undefined,
  };
  const image = tf.randomUniform<tf.Rank.R4>([1, 16, 16, 3], 0, 255, 'float32', 7);
  const features = { featureExtractor, featureLayers: layers };
  const [whole, half] = scaledFeatures(image, features, { layer: 'deepest', scales: 2 });
  const second = tf.gather(tf.gather(image, tf.range(0, 16, 2, 'int32'), 1), tf.range(0, 16, 2, 'int32'), 2);
  expect([whole!.shape, half!.shape]).toEqual([
    [1, 4, 4, 3],
    [1, 2, 2, 3],
  ]);
  expect(half!.dataSync()).toEqual(tf.avgPool(second, 4, 4, 'valid').dataSync());
  const all = scaledFeatures(image, features, { layer: 'all', scales: 1 });
  expect(all.map(({ shape }) => shape)).toEqual([[1, 8, 8, featureChannels(layers, 'all')]]);
});

test('a training without pseudo anomalies and a half that is no size for the features are refused, both at once', () => {
  const choices = {
    ...{ params: dra.params.parse({ scales: 2 }), supervision: 'SUPERVISED' as const },
    settings: { imageSize: 224, smoothingSigma: 4 },
    featureLayers: [
      { name: 'fine', channels: 8, stride: 8 },
      { name: 'deep', channels: 16, stride: 16 },
    ],
    augmentations: { image: 0, residual: 0 },
  };
  expect(dra.check(choices).map(({ message }) => message)).toEqual([
    'detector dra learns from synthetic defects: it needs an augmentation of images, such as synthetic-defect',
    'imageSize is 224: with scales 2 it must be a multiple of 64',
  ]);
  const fitting = { settings: { imageSize: 256, smoothingSigma: 4 }, augmentations: { image: 1, residual: 0 } };
  expect(dra.check({ ...choices, ...fitting })).toEqual([]);
});
