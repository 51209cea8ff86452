import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rd } from '../../../../../plugins/detectors/rd/rd.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { TrainingSettings } from '../../../../../src/shared/training.js';
import {
  byBatchStatistics,
  byStoredStatistics,
  type Normalise,
} from '../../../../../src/toolkit/layers/normalisation.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { imageScores, postprocess } from '../../../../../src/toolkit/post-processing/postprocess.js';
import { reverseDistances, reverseLoss } from '../../../../../src/toolkit/reverse-distillation/reverseDistance.js';
import {
  decode,
  embed,
  initialReverse,
  reverseNetwork,
  type ReverseNetwork,
} from '../../../../../src/toolkit/reverse-distillation/reverseNetwork.js';
import { expectGolden, goldenCases, type GoldenCase } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/rd/rd', op);

/** The original's networks as ours: of ResNet-18's blocks, or of WideResNet-50's. */
function networkOf({ name }: GoldenCase): ReverseNetwork {
  const isBasic = name.startsWith('basic');
  const channels = isBasic ? [2, 4, 8] : [8, 16, 32];
  const levels = channels.map((each, i) => ({ channels: each, octaves: i, side: 16 / 2 ** i }));
  const params = isBasic
    ? { block: 'basic' as const, embedding: 16, embeddingBlocks: 2, decoderBlocks: [2, 1, 1] }
    : { block: 'bottleneck' as const, embedding: 64, embeddingBlocks: 1, decoderBlocks: [1, 2, 1] };
  return reverseNetwork(levels, { ...params, width: 0 }, [true, true, true]);
}

const convolutions: Record<string, string> = { 1: '0.0', 2: '0.1', 3: '1.0' };

/** Its fourth convolution is declared and never used. */
function rename(name: string): string | undefined {
  if (/^bn\.(conv|bn)4\./.test(name)) return undefined;
  return name
    .replace(/^bn\.conv(\d)/, (_, i: string) => `fusion.${convolutions[i]}`)
    .replace(/^bn\.bn(\d)/, (_, i: string) => `fusion.${convolutions[i]}.normalisation`)
    .replace(/^bn\.bn_layer/, 'embedding')
    .replace(/^decoder\.layer(\d)/, (_, i: string) => `decoder.${3 - Number(i)}`);
}

const maps = ({ inputs }: GoldenCase) => ['layer1', 'layer2', 'layer3'].map((name) => host(inputs[name]));

function run(parameters: NamedTensors, network: ReverseNetwork, teacher: Tensor4D[], normalise: Normalise) {
  const embedding = embed(parameters, network, teacher, normalise);
  return { embedding, student: decode(parameters, network, embedding, normalise) };
}

describe('as the original computes', () => {
  test.each(cases('train'))('$name', async (golden) => {
    const network = networkOf(golden);
    const { trainable, originals } = originalWeights(golden, rename);
    const results = await traced<Tensor4D>(compute, maps(golden), trainable, (teacher, parameters) => {
      const { embedding, student } = run(parameters, network, teacher, byBatchStatistics);
      const lossOf = (current: NamedTensors) =>
        reverseLoss(teacher, run(current, network, teacher, byBatchStatistics).student);
      return {
        embedding,
        ...Object.fromEntries(student.map((map, i) => [`decoded${i + 1}`, map])),
        loss: lossOf(parameters),
        ...originalGradients(parameters, lossOf, originals),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('predict'))('$name', async (golden) => {
    const network = networkOf(golden);
    const { parameters } = originalWeights(golden, rename);
    const results = await traced<Tensor4D>(compute, maps(golden), parameters, (teacher, current) => {
      const { student } = run(current, network, teacher, byStoredStatistics);
      const parts = reverseDistances(teacher, student, 64);
      const sum = tf.addN(parts);
      const anomalyMap = postprocess(sum, 64, 64, 4);
      const flat = (map: tf.Tensor3D) => tf.reshape(map, [64, 64]);
      return {
        ...Object.fromEntries(parts.map((part, i) => [`part${i + 1}`, flat(part)])),
        ...{ sum: flat(sum), anomalyMap: flat(anomalyMap), anomalyScore: imageScores(anomalyMap) },
      };
    });
    expectGolden(golden, results);
  });
});

test.each(cases('train'))('every parameter of the original has its initial value, and no other: $name', (golden) => {
  const shapes = (parameters: Readonly<Record<string, { shape: readonly number[] }>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]));
  const { trainable } = originalWeights(golden, rename);
  expect(shapes(initialReverse(networkOf(golden), RandomSource.fromSeed(1)))).toEqual(shapes(trainable));
});

const layers = (...of: [number, number][]) =>
  of.map(([stride, channels], i) => ({ name: `layer${i}`, stride, channels }));

test('what does not fit is refused with the numbers, all at once, and the defaults fit the default features', () => {
  const messages = (params: object, imageSize: number) =>
    rd
      .check({
        ...{ params: rd.params.parse(params), supervision: 'UNSUPERVISED', augmentations: { image: 0, residual: 0 } },
        ...{ settings: { imageSize } as TrainingSettings, featureLayers: layers([8, 192], [16, 528]) },
      })
      .map(({ message }) => message);
  expect(messages({}, 256)).toEqual([]);
  expect(messages({ imagesPerStep: 3, pooledImages: 2 }, 64)).toEqual([
    'imagesPerStep is 3: the embedding of 2 x 2 places is normalised by 16 values at least, which takes 4 images',
    'pooledImages is 2: a step takes 3 of them',
  ]);
});
