import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  deformationFields,
  deformationLoss,
  deformationMap,
  deformed,
  initialDeformation,
  lengths,
  readingGrid,
  restored,
  warped,
  withCoordinates,
} from '../../../../../plugins/detectors/dmad/deformation.js';
import {
  codesName,
  embedQuantised,
  initialQuantised,
  quantise,
  quantisedEmbedding,
} from '../../../../../plugins/detectors/dmad/quantised.js';
import { createCompute } from '../../../../../src/compute/index.js';
import { hostTensor, type Compute } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import { byBatchStatistics, byStoredStatistics } from '../../../../../src/toolkit/layers/normalisation.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { postprocess } from '../../../../../src/toolkit/post-processing/postprocess.js';
import { embed, reverseNetwork } from '../../../../../src/toolkit/reverse-distillation/reverseNetwork.js';
import { expectGolden, goldenCases } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/dmad/dmad', op);

/** Weight and bias beside `conv.weight` are declared and never used. */
function renameDeformation(name: string): string | undefined {
  if (/^conv_offset1\.[03]\.(weight|bias)$/.test(name)) return undefined;
  return name
    .replace(/^conv_offset1\.([03])\.conv/, (_, i: string) => `deformation.stem.${Number(i) / 3}`)
    .replace(/^conv_offset1\.([14])/, (_, i: string) => `deformation.stem.${(Number(i) - 1) / 3}.normalisation`)
    .replace(/^conv_offset2\.0\.convs\.1/, 'deformation.residual.0')
    .replace(/^conv_offset2\.0\.convs\.2/, 'deformation.residual.0.normalisation')
    .replace(/^conv_offset2\.0\.convs\.4/, 'deformation.residual.1')
    .replace(/^conv_offset2\.1/, 'deformation.residual.normalisation')
    .replace(/^conv_offset([34])(_?)\.(\d)/, (_, head: string, inverse: string, at: string) => {
      const steps = head === '3' ? 1 : 3;
      const step = Math.floor(Number(at) / 3);
      const of = `deformation.${inverse ? 'inverse' : 'forward'}.${head === '3' ? 'fine' : 'coarse'}`;
      return step === steps ? `${of}.last` : `${of}.${step}${Number(at) % 3 === 1 ? '.normalisation' : ''}`;
    });
}

const flat = (map: Tensor3D) => tf.reshape(map, map.shape.slice(1));

describe('the deformation as the original computes it', () => {
  test.each(cases('coordinates'))('$name', async (golden) => {
    const inputs = [host(golden.inputs['x'])];
    expectGolden(golden, await traced<Tensor4D>(compute, inputs, {}, ([x]) => ({ output: withCoordinates(x!) })));
  });

  test.each(cases('deformation'))('$name', async (golden) => {
    const { trainable, originals } = originalWeights(golden, renameDeformation);
    const images = [host(golden.inputs['images'])];
    const results = await traced<Tensor4D>(compute, images, trainable, ([image], parameters) => {
      const fieldsOf = (current: NamedTensors) => deformationFields(current, image!, byBatchStatistics);
      const lossOf = (current: NamedTensors) => deformationLoss(image!, fieldsOf(current));
      const fields = fieldsOf(parameters);
      return {
        ...{ warped1: warped(image!, fields.forward.coarse), warped2: deformed(image!, fields) },
        ...{ loss: lossOf(parameters), ...originalGradients(parameters, lossOf, originals) },
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('deformation_score'))('$name', async (golden) => {
    const { parameters: all } = originalWeights(golden, renameDeformation);
    const inputs = [host(golden.inputs['images']), host(golden.inputs['featureMap'])];
    const results = await traced(compute, inputs, all, ([image, map], parameters) => {
      const fields = deformationFields(parameters, image as Tensor4D, byStoredStatistics);
      const { forward, inverse } = fields;
      const back = tf.squeeze<Tensor3D>(restored(tf.reshape<tf.Rank.R4>(map!, [1, 32, 32, 1]), fields), [3]);
      const smoothed = (each: Tensor3D) => flat(postprocess(each, 32, 32, 4));
      return {
        warped: deformed(image as Tensor4D, fields),
        ...{ length1: lengths(forward.coarse), length2: lengths(forward.fine) },
        ...{ inverse1: lengths(inverse.coarse), inverse2: lengths(inverse.fine) },
        ...{ gridInverse1: readingGrid(inverse.coarse), gridInverse2: readingGrid(inverse.fine) },
        ...{ grid2: readingGrid(forward.fine), mapBack: flat(back), mapSmoothed: smoothed(back) },
        offsetMap2: smoothed(deformationMap(fields)),
      };
    });
    expectGolden(golden, results);
  });

  test('every parameter of the original has its initial value, and no other', () => {
    const { trainable } = originalWeights(cases('deformation')[0]!, renameDeformation);
    expect(shapes(initialDeformation(3, 4, RandomSource.fromSeed(1)))).toEqual(shapes(trainable));
  });
});

const shapes = (parameters: Readonly<Record<string, { shape: readonly number[] }>>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]));

/** The original's embedding is narrower inside than that of RD. */
const network = (() => {
  const levels = [16, 32, 64].map((channels, i) => ({ channels, octaves: i, side: 16 / 2 ** i }));
  const params = { block: 'bottleneck', width: 0, embedding: 128, embeddingBlocks: 1, decoderBlocks: [1] } as const;
  const laid = reverseNetwork(levels, { ...params, decoderBlocks: [1] }, [true, true, true]);
  return { ...laid, embedding: laid.embedding.map((block) => ({ ...block, width: 32 })) };
})();

const convolutions: Record<string, string> = { 1: '0.0', 2: '0.1', 3: '1.0' };
const quantisedConvolutions: Record<string, string> = { 1: '0.1', 2: '0.2', 3: '1.1' };

function renameEmbedding(name: string, kind: 'fusion' | 'reduction'): string | undefined {
  if (/^(conv|bn)4\./.test(name)) return undefined;
  const names = kind === 'fusion' ? convolutions : quantisedConvolutions;
  return name
    .replace(/^conv(\d)_r/, (_, i: string) => `reduction.${Number(i) - 1}.0`)
    .replace(/^bn(\d)_r/, (_, i: string) => `reduction.${Number(i) - 1}.0.normalisation`)
    .replace(/^conv(\d)/, (_, i: string) => `${kind}.${names[i]}`)
    .replace(/^bn(\d)/, (_, i: string) => `${kind}.${names[i]}.normalisation`)
    .replace(/^bn_layer/, 'embedding')
    .replace(/^vq3\.embedding\.weight/, codesName);
}

test('codes begin as what the coarsest map holds at some places', () => {
  const map = hostTensor(
    Float32Array.from({ length: 4 * 64 }, (_, i) => Math.floor(i / 64)),
    [1, 2, 2, 64],
  );
  const { [codesName]: codes } = initialQuantised(quantisedEmbedding(network, 9, 4), [map], RandomSource.fromSeed(1));
  const rows = Array.from({ length: 9 }, (_, i) => new Set(codes!.data.subarray(64 * i, 64 * i + 64)));
  expect(rows.every(({ size }) => size === 1)).toBe(true);
  expect(new Set(rows.flatMap((row) => [...row])).size).toBeGreaterThan(1);
});

describe('the embeddings as the original computes them', () => {
  test.each(cases('quantiser'))('$name', async (golden) => {
    const { trainable } = originalWeights(golden);
    const all = { ...trainable, x: host(golden.inputs['x']) };
    const results = await traced(compute, [], all, (_, parameters) => {
      const run = (current: NamedTensors) =>
        quantise(current['x'] as Tensor4D, current['embedding.weight'] as Tensor2D);
      const { quantised, loss } = run(parameters);
      const lossOf = (current: NamedTensors) => {
        const found = run(current);
        return tf.add<tf.Scalar>(tf.mul(tf.sum(tf.square(found.quantised)), 0.1), found.loss);
      };
      return { quantised, loss, ...originalGradients(parameters, lossOf) };
    });
    expectGolden(golden, results);
  });

  test.each(cases('embedding'))('$name', async (golden) => {
    const isQuantised = golden.name.endsWith('vq');
    const quantised = quantisedEmbedding(network, 7, 4);
    const { trainable, originals } = originalWeights(golden, (name) =>
      renameEmbedding(name, isQuantised ? 'reduction' : 'fusion'),
    );
    const maps = ['layer1', 'layer2', 'layer3'].map((name) => host(golden.inputs[name]));
    const results = await traced<Tensor4D>(compute, maps, trainable, (given, parameters) => {
      const run = (current: NamedTensors) =>
        isQuantised
          ? embedQuantised(current, quantised, given, byBatchStatistics)
          : { embedding: embed(current, network, given, byBatchStatistics), loss: tf.scalar(0) };
      const { embedding, loss } = run(parameters);
      const lossOf = (current: NamedTensors) => {
        const found = run(current);
        return tf.add<tf.Scalar>(tf.mean(tf.square(found.embedding)), found.loss);
      };
      return { embedding, quantiserLoss: loss, ...originalGradients(parameters, lossOf, originals) };
    });
    expectGolden(golden, results);
    if (isQuantised)
      expect(shapes(initialQuantised(quantised, maps.slice(2), RandomSource.fromSeed(1)))).toEqual(shapes(trainable));
  });
});
