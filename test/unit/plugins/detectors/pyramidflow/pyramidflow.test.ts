import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byBatchMean,
  byStoredMean,
  flowBlocks,
  initialFlow,
  latents,
  type VolumeNormalisation,
  type VolumeNormalise,
} from '../../../../../plugins/detectors/pyramidflow/flow.js';
import { initialProjection, projected } from '../../../../../plugins/detectors/pyramidflow/flowInput.js';
import { fourierLoss } from '../../../../../plugins/detectors/pyramidflow/fourier.js';
import {
  initialInvertible,
  invertibleConvolution,
  invertibleMatrix,
} from '../../../../../plugins/detectors/pyramidflow/invertible.js';
import { composed, laplacianPyramid } from '../../../../../plugins/detectors/pyramidflow/laplacian.js';
import { difference, pairDifferences, pyramidflow } from '../../../../../plugins/detectors/pyramidflow/pyramidflow.js';
import { createCompute } from '../../../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { TrainingSettings } from '../../../../../src/shared/training.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { imageScores } from '../../../../../src/toolkit/post-processing/postprocess.js';
import { expectGolden, goldenCases, number, weights, type GoldenCase } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/pyramidflow/pyramidflow', op);
const [levels, stacks, channels] = [3, 1, 4];
const blocks = flowBlocks(levels, stacks);
/** The original moves its running means by a tenth, from zero. */
const momentum = 0.1;

const parts: Record<string, string> = {
  w_l: 'lower',
  w_u: 'upper',
  w_s: 'scale',
  w_p: 'permutation',
  s_sign: 'signs',
};

/** Masks and identities are no parameters here. */
function rename(name: string): string | undefined {
  if (/(mask|l_eye|running_mean|inconv\.weight)$/.test(name)) return undefined;
  return name
    .replace(/^nf\.moduleslst\.(\d)\.affineParams\.conv\.0/, 'flow.$1.first')
    .replace(/^nf\.moduleslst\.(\d)\.affineParams\.conv\.2/, 'flow.$1.second')
    .replace(/^nf\.moduleslst\.(\d)\.conv1x1/, 'flow.$1')
    .replace(/w_[luspx]$|s_sign$/, (part) => parts[part]!);
}

/** All tensors of the flow, the fixed projection included. */
function tensorsOf(golden: GoldenCase) {
  const { parameters, originals } = originalWeights(golden, rename);
  const { data } = weights(golden.inputs['weights']).get('inconv.weight')!;
  const turned = Float32Array.from(data, (_, i) => data[(i % channels) * 3 + Math.floor(i / channels)]!);
  const all: Record<string, HostTensor> = { ...parameters, projection: hostTensor(turned, [3, channels]) };
  return { all, originals, own: Object.keys(parameters).filter((name) => !/permutation|signs$/.test(name)) };
}

function run(parameters: NamedTensors, images: Tensor4D, normalise: VolumeNormalise) {
  const feature = projected(parameters, images);
  const pyramid = laplacianPyramid(feature, levels);
  return { feature, pyramid, found: latents(parameters, blocks, pyramid, normalise) };
}

const numbered = (name: string, maps: readonly Tensor[]) =>
  Object.fromEntries(maps.map((map, i) => [`${name}${i}`, map]));

describe('as the original computes', () => {
  test.each(cases('train'))('$name', async (golden) => {
    const kind = (golden.inputs['volumeNorm'] as string).toLowerCase() as VolumeNormalisation;
    const { all, originals, own } = tensorsOf(golden);
    const results = await traced<Tensor4D>(compute, [host(golden.inputs['images'])], all, ([images], parameters) => {
      const running: Record<string, Tensor> = {};
      const record = (name: string, mean: Tensor) => {
        const block = name.split('.')[1];
        running[`after.nf.moduleslst.${block}.affineParams.norm.running_mean`] = tf.mul(
          tf.transpose(mean, [0, 3, 1, 2]),
          momentum,
        );
      };
      const { feature, pyramid, found } = run(parameters, images!, byBatchMean(kind, record));
      const lossOf = (current: NamedTensors) =>
        fourierLoss(pairDifferences(run({ ...parameters, ...current }, images!, byBatchMean(kind)).found));
      const trained = Object.fromEntries(own.map((name) => [name, parameters[name]!]));
      return {
        ...{ feature, ...numbered('pyramid', pyramid), ...numbered('latent', found) },
        ...{ difference: pairDifferences(found), loss: lossOf(parameters), ...running },
        ...originalGradients(trained, lossOf, originals),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('predict'))('$name', async (golden) => {
    const kind = golden.name.slice(0, 3) as VolumeNormalisation;
    const { all } = tensorsOf(golden);
    const inputs = ['warm', 'normal', 'image'].map((name) => host(golden.inputs[name]));
    const results = await traced<Tensor4D>(compute, inputs, all, ([warm, normal, image], parameters) => {
      const means: Record<string, Tensor> = {};
      run(
        parameters,
        warm!,
        byBatchMean(kind, (name, mean) => (means[`${name}.mean`] = tf.mul(mean, momentum))),
      );
      const evaluated = (images: Tensor4D) => run({ ...parameters, ...means }, images, byStoredMean).found;
      const template = evaluated(normal!).map((level) => tf.mean<Tensor4D>(level, 0, true));
      const anomalyMap = difference(evaluated(image!), template, 1);
      return { ...numbered('template', template), anomalyMap, anomalyScore: imageScores(anomalyMap) };
    });
    expectGolden(golden, results);
  });

  test.each(cases('pyramid'))('$name', async (golden) => {
    const count = number(golden.inputs['levels']);
    const results = await traced<Tensor4D>(compute, [host(golden.inputs['x'])], {}, ([x]) => {
      const squares = (map: Tensor4D) => composed(laplacianPyramid(map, count).map((level) => tf.square(level)));
      const gradients = originalGradients({ x: x! }, (current) => tf.sum(squares(current['x'] as Tensor4D)));
      return { ...numbered('level', laplacianPyramid(x!, count)), composedSquares: squares(x!), ...gradients };
    });
    expectGolden(golden, results);
  });

  test.each(cases('invertible_convolution'))('$name', async (golden) => {
    const { parameters: all, originals } = originalWeights(golden, (name) =>
      /mask|l_eye/.test(name) ? undefined : `flow.${parts[name]}`,
    );
    const results = await traced<Tensor4D>(compute, [host(golden.inputs['x'])], all, ([x], parameters) => {
      const lossOf = (current: NamedTensors) =>
        tf.sum<tf.Scalar>(tf.square(invertibleConvolution({ ...parameters, ...current }, 'flow', x!)));
      const trained = Object.fromEntries(
        ['lower', 'scale', 'upper'].map((part) => [`flow.${part}`, parameters[`flow.${part}`]!]),
      );
      return {
        weight: invertibleMatrix(parameters, 'flow'),
        output: invertibleConvolution(parameters, 'flow', x!),
        ...originalGradients(trained, lossOf, originals),
      };
    });
    // The determinant is computed on the host.
    expectGolden(golden, { ...results, logAbsDet: Math.log(Math.abs(determinant(results['weight']!))) });
  });

  test.each(cases('fourier_loss'))('$name', async (golden) => {
    const results = await traced<Tensor3D>(compute, [host(golden.inputs['x'])], {}, ([x]) => ({
      loss: fourierLoss(x!),
      ...originalGradients({ x: x! }, (current) => fourierLoss(current['x'] as Tensor3D)),
    }));
    expectGolden(golden, results);
  });
});

/** By Gauss, without pivots of 0. */
function determinant({ data, shape }: HostTensor): number {
  const size = shape[0]!;
  const rows = Array.from({ length: size }, (_, i) => Array.from(data.slice(i * size, (i + 1) * size)));
  let product = 1;
  for (let k = 0; k < size; k++) {
    const pivot = rows.slice(k).reduce((best, row) => (Math.abs(row[k]!) > Math.abs(best[k]!) ? row : best));
    const at = rows.indexOf(pivot);
    if (at !== k) product = -product;
    [rows[k], rows[at]] = [pivot, rows[k]!];
    product *= pivot[k]!;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / pivot[k]!;
      row.forEach((_, c) => (row[c]! -= factor * pivot[c]!));
    }
  }
  return product;
}

describe('the beginning', () => {
  test('a rotation is taken apart so that it comes together again', async () => {
    const size = 6;
    const { trained, fixed } = initialInvertible('flow', size, RandomSource.fromSeed(3));
    const { matrix } = await traced(compute, [], { ...trained, ...fixed }, (_, parameters) => ({
      matrix: invertibleMatrix(parameters, 'flow'),
    }));
    expect(Math.abs(determinant(matrix!))).toBeCloseTo(1, 5);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let dot = 0;
        for (let k = 0; k < size; k++) dot += matrix!.data[a * size + k]! * matrix!.data[b * size + k]!;
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
  });

  test('every parameter of the original has its initial value, and no other', () => {
    const shapes = (tensors: Readonly<Record<string, { shape: readonly number[] }>>) =>
      Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, [...shape]]));
    const { all } = tensorsOf(cases('train')[0]!);
    const random = RandomSource.fromSeed(1);
    const { trained, fixed } = initialFlow(blocks, { channels, kernel: 3 }, random);
    expect(shapes({ ...trained, ...fixed, ...initialProjection(3, channels, random) })).toEqual(shapes(all));
  });

  test.each([
    [3, 5],
    [7, 4],
  ])('a projection of %i channels to %i keeps lengths where it can', (inputs, outputs) => {
    const { projection } = initialProjection(inputs, outputs, RandomSource.fromSeed(2));
    expect(projection!.shape).toEqual([inputs, outputs]);
    const at = (row: number, column: number) => projection!.data[row * outputs + column]!;
    const fewer = Math.min(inputs, outputs);
    const many = Math.max(inputs, outputs);
    const value = (i: number, k: number) => (inputs < outputs ? at(i, k) : at(k, i));
    for (let a = 0; a < fewer; a++) {
      for (let b = 0; b < fewer; b++) {
        let dot = 0;
        for (let k = 0; k < many; k++) dot += value(a, k) * value(b, k);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
  });

  test('every level of a pyramid is changed, and by its neighbours', () => {
    const of = (count: number) => flowBlocks(count, 1).map(({ changes, by, isDown }) => [changes, by, isDown]);
    expect(of(4)).toEqual([
      [1, [0, 2], false],
      [3, [2], true],
      [0, [1], false],
      [2, [1, 3], false],
    ]);
    expect(of(2)).toEqual([
      [1, [0], true],
      [0, [1], false],
    ]);
    expect(flowBlocks(3, 2).map(({ name }) => name)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `flow.${i}`));
  });
});

test('levels that the map cannot have, and a pool below the batch, are refused with the numbers, all at once', () => {
  const messages = (params: object, imageSize: number) =>
    pyramidflow
      .check({
        ...{ params: pyramidflow.params.parse(params), supervision: 'UNSUPERVISED' },
        ...{ settings: { imageSize } as TrainingSettings, augmentations: { image: 0, residual: 0 } },
        featureLayers: [{ name: 'fine', channels: 192, stride: 8 }],
      })
      .map(({ message }) => message);
  expect(messages({}, 256)).toEqual([]);
  expect(messages({ input: 'image', workingSize: 100, levels: 4 }, 256)).toEqual([
    'levels is 4: the map of 100 x 100 places must be a multiple of 8 a side, 16 at least',
  ]);
  expect(messages({ levels: 4, pooledImages: 3 }, 64)).toEqual([
    'levels is 4: the map of 8 x 8 places must be a multiple of 8 a side, 16 at least',
    'pooledImages is 3: a step takes 4 of them',
  ]);
});
