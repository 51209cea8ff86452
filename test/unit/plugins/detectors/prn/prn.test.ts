import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { multiSizeAttention } from '../../../../../plugins/detectors/prn/attention.js';
import { fuse } from '../../../../../plugins/detectors/prn/fusion.js';
import { prnLoss } from '../../../../../plugins/detectors/prn/losses.js';
import { initialParameters, prnLogits, type PrnShape } from '../../../../../plugins/detectors/prn/network.js';
import {
  clusterByProducts,
  findPrototypes,
  prototypeResiduals,
} from '../../../../../plugins/detectors/prn/prototypes.js';
import { prnParams, prnProblems } from '../../../../../plugins/detectors/prn/prnParams.js';
import { createCompute } from '../../../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import { byBatchStatistics, byStoredStatistics } from '../../../../../src/toolkit/layers/normalisation.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { meanOfHighest } from '../../../../../src/toolkit/post-processing/meanOfHighest.js';
import { expectGolden, type GoldenCase, goldenCases } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced, type OriginalWeights } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/prn/prn', op);
type Parameters = NamedTensors;

const roles: Readonly<Record<string, string>> = { q: 'query', k: 'key', v: 'value' };
const parts: Readonly<Record<string, string>> = { weight: 'scale', bias: 'shift' };
const layers: Readonly<Record<string, string>> = { '0': '0.convolution', '1': '0.normalisation', '3': '1.convolution', '4': '1.normalisation' }; // prettier-ignore

/** Our name of a tensor of the vectors. */
function ourName(name: string): string {
  return name
    .replace(
      /(?:ms_fuser(\d)\.)?l(\d)_to_l(\d)\.(?:conv\.)?/,
      (_, fuser: string | undefined, from: string, to: string) =>
        `fusion${fuser ?? ''}.${Number(from) - 1}to${Number(to) - 1}.`,
    ) // prettier-ignore
    .replace(/attn_module\.layer(\d)_msa/, (_, level: string) => `attention.${Number(level) - 1}`)
    .replace(
      /([qkv])_proj(\d)\.(\w+)$/,
      (_, role: string, size: string, part: string) => `${roles[role]}.${Number(size) - 1}.${parts[part]}`,
    ) // prettier-ignore
    .replace('residual_block.', '')
    .replace('downsample', 'shortcut')
    .replace(/up(\d)_to_(\d)\.(\d)/, (_, from: string, to: string, layer: string) => {
      const part = layer === '1' ? 'convolution' : 'normalisation';
      return from === '1' ? `head.${part}` : `decoder.${Number(to) - 1}.up.${part}`;
    })
    .replace(
      /conv_block(\d)\.(\d)/,
      (_, level: string, layer: string) => `decoder.${Number(level) - 1}.${layers[layer]}`,
    )
    .replace('conv_out', 'output');
}

/** The vectors keep scales and shifts with axes of length 1. */
function weightsOf(golden: GoldenCase, prefix = ''): OriginalWeights {
  const found = originalWeights(golden, (name) => prefix + ourName(name));
  const flattened = (tensors: Record<string, HostTensor>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, /\.(scale|shift)$/.test(name) ? hostTensor(tensor.data, [tensor.data.length]) : tensor])); // prettier-ignore
  return { ...found, parameters: flattened(found.parameters), trainable: flattened(found.trainable) };
}

/** A bias in front of a normalisation moves nothing; there is none here. */
const isNeedless = (name: string) => /(convolution|conv\d)\.bias$/.test(name);

/** Runs a tensor function of the arrays of a case and of parameters, all by their names. */
function run(
  golden: GoldenCase,
  parameters: Readonly<Record<string, HostTensor>>,
  fn: (given: Parameters) => Record<string, Tensor>,
) {
  return traced(compute, [], { ...arraysOf(golden), ...parameters }, (_, given) => fn(given));
}

/** Gradients of a loss by the names of the vectors. */
function gradientsOf(original: OriginalWeights, given: Parameters, lossOf: (current: Parameters) => Scalar) {
  const trained = Object.fromEntries(Object.keys(original.trainable).map((name) => [name, given[name]!]));
  return originalGradients(trained, (current) => lossOf({ ...given, ...current }), original.originals);
}

const flat = (results: Readonly<Record<string, HostTensor>>) =>
  Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, { data }]));

const shape: PrnShape = {
  levels: [
    { side: 32, channels: 1 },
    { side: 16, channels: 2 },
    { side: 8, channels: 4 },
  ],
  start: { side: 4, channels: 8 },
  ...{ width: 0, attentionLayers: 1, imageSize: 128, fineHead: true },
};

/** The network of the vectors, from maps and prototypes. */
function logitsOf(given: Parameters, current: Parameters, normalise = byBatchStatistics): Tensor4D {
  const maps = [1, 2, 3, 4].map((level) => given[`level${level}`] as Tensor4D);
  const features = maps.slice(0, 3);
  const residuals = features.map(
    (map, i) => prototypeResiduals(map, given[`prototypes${i + 1}`] as Tensor4D).residuals,
  );
  return prnLogits(current, { features, residuals, start: maps[3] }, shape, normalise);
}

const arraysOf = ({ inputs }: GoldenCase) =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== 'weights').map(([name, value]) => [name, host(value)])); // prettier-ignore

describe('as the re-implementation computes', () => {
  test.each(cases('prototypes'))('$name', async (golden) => {
    const results = await run(golden, {}, ({ features, prototypes }) => {
      const { distances, nearest, residuals } = prototypeResiduals(features as Tensor4D, prototypes as Tensor4D);
      return { distances, index: nearest, residual: residuals };
    });
    expectGolden(golden, results);
  });

  test.each(cases('fusion'))('$name', async (golden) => {
    const original = weightsOf(golden);
    const results = await run(golden, original.parameters, (given) => {
      const maps = [1, 2, 3].map((level) => given[`level${level}`] as Tensor4D);
      const [fused1, fused2, fused3] = fuse(given, 'fusion', maps);
      const gradients = gradientsOf(original, given, (current) =>
        tf.addN(fuse(current, 'fusion', maps).map((map) => tf.mean<Scalar>(tf.square(map)))),
      );
      return { fused1: fused1!, fused2: fused2!, fused3: fused3!, ...gradients };
    });
    expectGolden(golden, results);
  });

  test.each(cases('attention'))('$name', async (golden) => {
    // The vectors of the layer alone have no prefix.
    const original = weightsOf(golden, 'a.');
    const results = await run(golden, original.parameters, (given) => {
      const output = (current: Parameters) =>
        multiSizeAttention(current, 'a', given['x'] as Tensor4D, byBatchStatistics);
      const gradients = gradientsOf(original, given, (current) => tf.mean<Scalar>(tf.square(output(current))));
      return { output: output(given), ...gradients };
    });
    expectGolden(golden, flat(results));
  });

  test.each(cases('train'))('$name', async (golden) => {
    const original = weightsOf(golden);
    const results = await run(golden, original.parameters, (given) => {
      const partsOf = (current: Parameters) => prnLoss(logitsOf(given, current), given['mask'] as Tensor4D);
      const lossOf = (current: Parameters) => {
        const { smoothL1, focal } = partsOf(current);
        return tf.add<Scalar>(smoothL1, focal);
      };
      const { smoothL1, focal } = partsOf(given);
      return {
        ...{ logits: logitsOf(given, given), smoothL1, focal: tf.div(focal, 5), loss: lossOf(given) },
        ...gradientsOf(original, given, lossOf),
      };
    });
    const needless = Object.entries(original.originals)
      .filter(([ours]) => isNeedless(ours))
      .map(([, theirs]) => `grad.${theirs}`);
    expectGolden(golden, flat(results), needless);
  });

  test.each(cases('predict'))('$name', async (golden) => {
    const results = await run(golden, weightsOf(golden).parameters, (given) => {
      const anomalyMap = tf.sigmoid(logitsOf(given, given, byStoredStatistics));
      return { anomalyMap, anomalyScore: meanOfHighest(tf.squeeze(anomalyMap, [3]), 100) };
    });
    expectGolden(golden, results);
  });
});

test('every parameter of the re-implementation has its initial value, but for the biases in front of a normalisation', () => {
  const [golden] = cases('train');
  const sizes = (parameters: Readonly<Record<string, HostTensor>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, [...tensor.shape]] as const));
  const theirs = Object.entries(weightsOf(golden!).trainable).filter(([name]) => !isNeedless(name));
  expect(sizes(initialParameters(shape, RandomSource.fromSeed(1)))).toEqual(sizes(Object.fromEntries(theirs)));
});

test('pixels that are UNKNOWN or IGNORED weigh nothing', () => {
  const loss = (logits: number[], labels: number[]) =>
    tf.tidy(() => {
      const size: [number, number, number, number] = [1, 1, logits.length, 1];
      const { smoothL1, focal } = prnLoss(tf.tensor4d(logits, size), tf.tensor4d(labels, size));
      return [smoothL1.dataSync()[0]!, focal.dataSync()[0]!];
    });
  expect(loss([1, -2, 5, -7], [1, 0, -1, -2])).toEqual(loss([1, -2], [1, 0]));
  expect(loss([1, -2], [-1, -2])).toEqual([0, 0]);
});

describe('prototypes', () => {
  /** Three bright and two dark maps of 2 x 2 places and two channels. */
  const maps = [10, 11, 12, -5, -6].map((level, i) =>
    hostTensor(
      Float32Array.from({ length: 8 }, (_, at) => level + 0.01 * i * at),
      [1, 2, 2, 2],
    ),
  );

  test('are the means of the clusters, whatever point they start from', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const { data, shape } = await findPrototypes(compute, maps, 2, RandomSource.fromSeed(seed));
      expect(shape).toEqual([2, 2, 2, 2]);
      const means = [[0, 1, 2], [3, 4]].map((members) => Array.from({ length: 8 }, (_, at) => members.reduce((sum, i) => sum + maps[i]!.data[at]! / members.length, 0))); // prettier-ignore
      const found = [data.slice(0, 8), data.slice(8)].sort((a, b) => b[0]! - a[0]!);
      found.forEach((prototype, k) => prototype.forEach((value, at) => expect(value).toBeCloseTo(means[k]![at]!, 4)));
    }
  });

  test('as many as maps are the maps, equal ones too', async () => {
    const equal = [maps[0]!, maps[0]!, maps[3]!];
    const { data } = await findPrototypes(compute, equal, 3, RandomSource.fromSeed(1));
    const rows = [0, 1, 2].map((k) => [...data.slice(8 * k, 8 * k + 8)]);
    expect(rows.sort((a, b) => b[0]! - a[0]!)).toEqual(equal.map((map) => [...map.data]));
  });

  test('leave the sum of squared distances no larger than any other clustering of few points', () => {
    const random = RandomSource.fromSeed(5);
    const points = Array.from({ length: 7 }, () => [random.normal(), random.normal()]);
    const products = Float64Array.from(points.flatMap((a) => points.map((b) => a[0]! * b[0]! + a[1]! * b[1]!)));
    const cost = (clusters: readonly (readonly number[])[]) =>
      clusters.reduce((sum, members) => {
        const mean = [0, 1].map((axis) => members.reduce((total, i) => total + points[i]![axis]!, 0) / members.length);
        return (
          sum +
          members.reduce((total, i) => total + (points[i]![0]! - mean[0]!) ** 2 + (points[i]![1]! - mean[1]!) ** 2, 0)
        );
      }, 0);
    const partitions = Array.from({ length: 2 ** 6 - 1 }, (_, code) => [0, 1].map((k) => points.flatMap((_point, i) => (((code + 1) >> i) & 1) === k ? [i] : []))); // prettier-ignore
    const best = Math.min(...partitions.map(cost));
    const found = Array.from({ length: 10 }, () => cost(clusterByProducts(products, 7, 2, random)));
    expect(Math.min(...found)).toBeCloseTo(best, 10);
    // A local optimum is one that no single point improves: never far off here.
    expect(Math.max(...found)).toBeLessThan(2 * best);
  });
});

test('layers that are missing or do not fit, and a training without defects, are refused', () => {
  const layer = (name: string, channels: number, stride: number) => ({ name, channels, stride });
  const messages = (params: object, featureLayers = [layer('fine', 24, 8)], image = 0) =>
    prnProblems({
      ...{ params: prnParams.parse(params), featureLayers, supervision: 'UNSUPERVISED' as const },
      settings: { imageSize: 64, smoothingSigma: 0 },
      augmentations: { image, residual: 0 },
    }).map(({ message }) => message);
  expect(messages({ decoderStart: true }, undefined, 1)).toEqual(['detector prn needs 2 layers of the feature extractor, which gives 1']); // prettier-ignore
  expect(messages({ width: 0 }, [layer('fine', 24, 8), layer('coarse', 40, 16)], 1)).toEqual([
    'width is 0: then a layer has a multiple of the channels of the finer one, and there is one with 40',
  ]);
  expect(messages({})).toEqual([
    'detector prn learns from defects: without labels it needs an augmentation of images, such as synthetic-defect',
  ]);
});
