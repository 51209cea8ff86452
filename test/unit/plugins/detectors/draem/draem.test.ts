import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draem, highestMean, squareMeans } from '../../../../../plugins/detectors/draem/draem.js';
import { labelledBatches, labelledImages } from '../../../../../plugins/detectors/draem/labelledImages.js';
import { dissimilarity, draemLoss, focalOfPixels } from '../../../../../plugins/detectors/draem/losses.js';
import {
  anomalousProbability,
  discriminate,
  draemNetworks,
  initialParameters,
  reconstruct,
} from '../../../../../plugins/detectors/draem/networks.js';
import { sspcabParams } from '../../../../../plugins/detectors/draem/sspcab.js';
import { trainingSample, turned } from '../../../../../plugins/detectors/draem/samples.js';
import type { TrainingSteps } from '../../../../../src/plugin-api/index.js';
import { createCompute } from '../../../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { TrainingSettings } from '../../../../../src/shared/training.js';
import {
  byBatchStatistics,
  byStoredStatistics,
  channelStatistics,
  instanceNormalisation,
  recordingStatistics,
} from '../../../../../src/toolkit/layers/normalisation.js';
import { lossAndGradients } from '../../../../../src/toolkit/optimisation/gradients.js';
import { expectGolden, type GoldenCase, goldenCases, weights } from '../../../../golden/golden.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/draem/draem', op);
const widths = { reconstruction: 2, discrimination: 2 };
const statistics: Record<string, string> = { running_mean: 'mean', running_var: 'variance' };

/** The original's weights by our names: statistics of a normalisation are called `mean` and `variance` here. */
function parametersOf({ inputs }: GoldenCase, prefix = ''): Record<string, HostTensor> {
  const found: Record<string, HostTensor> = {};
  for (const [name, { data, shape }] of weights(inputs['weights'])) {
    if (!name.startsWith(prefix) || name.endsWith('num_batches_tracked')) continue;
    found[name.replace(/running_(mean|var)$/, (part) => statistics[part]!)] = hostTensor(data, shape);
  }
  return found;
}

const trainable = (parameters: Readonly<Record<string, HostTensor>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !/\.(mean|variance)$/.test(name)));

/** Runs a tensor function of images and parameters through the tracer. */
async function traced(
  images: readonly HostTensor[],
  parameters: Readonly<Record<string, HostTensor>>,
  fn: (images: Tensor4D[], parameters: Record<string, Tensor>) => Record<string, Tensor>,
): Promise<Record<string, HostTensor>> {
  const names = Object.keys(parameters);
  let outputs: string[] = [];
  const compiled = await compute.compile(
    'draem',
    (...tensors) => {
      const given = tensors.splice(0, images.length) as Tensor4D[];
      const results = fn(given, Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
      outputs = Object.keys(results);
      return Object.values(results);
    },
    [...images, ...Object.values(parameters)],
  );
  const results = await compiled.run([...images, ...Object.values(parameters)]);
  await compiled.dispose();
  return Object.fromEntries(outputs.map((name, i) => [name, results[i]!]));
}

const gradientsOf = (parameters: Record<string, Tensor>, loss: (current: Readonly<Record<string, Tensor>>) => Scalar) =>
  Object.entries(lossAndGradients(parameters, loss).gradients).map(([name, each]) => [`grad.${name}`, each] as const);

const flatMask = (mask: Tensor4D) => tf.squeeze<Tensor3D>(mask, [3]);

describe('as the original computes', () => {
  test.each(cases('reconstruction_step'))('$name', async (golden) => {
    const images = [host(golden.inputs['image']), host(golden.inputs['augmented'])];
    const results = await traced(images, trainable(parametersOf(golden, 'rec.')), ([image, augmented], parameters) => {
      const lossOf = (current: Readonly<Record<string, Tensor>>): Scalar => {
        const repaired = reconstruct(current, augmented!, 2, byBatchStatistics);
        return tf.add(tf.mean<Scalar>(tf.squaredDifference(repaired, image!)), dissimilarity(repaired, image!));
      };
      return {
        output: reconstruct(parameters, augmented!, 2, byBatchStatistics),
        loss: lossOf(parameters),
        ...Object.fromEntries(gradientsOf(parameters, lossOf)),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('discrimination_step'))('$name', async (golden) => {
    const images = ['image', 'augmented', 'mask'].map((name) => host(golden.inputs[name]));
    const results = await traced(
      images,
      trainable(parametersOf(golden, 'seg.')),
      ([image, augmented, mask], parameters) => {
        const joined = tf.concat([image!, augmented!], 3);
        const logitsOf = (current: Readonly<Record<string, Tensor>>) =>
          discriminate(current, joined, 2, byBatchStatistics);
        const lossOf = (current: Readonly<Record<string, Tensor>>) =>
          focalOfPixels(anomalousProbability(logitsOf(current)), flatMask(mask!));
        return {
          output: logitsOf(parameters),
          loss: lossOf(parameters),
          ...Object.fromEntries(gradientsOf(parameters, lossOf)),
        };
      },
    );
    expectGolden(golden, results);
  });

  test.each(cases('training_step'))('$name', async (golden) => {
    const images = ['image', 'augmented', 'mask'].map((name) => host(golden.inputs[name]));
    const results = await traced(images, parametersOf(golden), ([image, augmented, mask], all) => {
      const parameters = Object.fromEntries(Object.entries(all).filter(([name]) => !/\.(mean|variance)$/.test(name)));
      const run = (current: Readonly<Record<string, Tensor>>, normalise = byBatchStatistics) =>
        draemNetworks(current, augmented!, widths, normalise);
      const lossOf = (current: Readonly<Record<string, Tensor>>): Scalar => {
        const { reconstruction, logits } = run(current);
        const parts = draemLoss(reconstruction, image!, anomalousProbability(logits), flatMask(mask!));
        return tf.addN([parts.squaredError, parts.dissimilarity, parts.focal]);
      };
      const measured: Record<string, Tensor> = {};
      const { reconstruction, logits } = run(
        parameters,
        recordingStatistics((name, { mean, variance }) => {
          // As PyTorch moves its running values: by a tenth, with the unbiased variance of 4 * 32 * 32 places.
          const unbiased = tf.mul(variance, 4096 / 4095);
          const moved = (before: Tensor, now: Tensor) => tf.add(tf.mul(before, 0.9), tf.mul(now, 0.1));
          measured[`after.${name}.running_mean`] = moved(all[`${name}.mean`]!, mean);
          measured[`after.${name}.running_var`] = moved(all[`${name}.variance`]!, unbiased);
        }),
      );
      const parts = draemLoss(reconstruction, image!, anomalousProbability(logits), flatMask(mask!));
      return {
        ...{ reconstruction, logits, l2: parts.squaredError, ssim: parts.dissimilarity, focal: parts.focal },
        loss: lossOf(parameters),
        ...measured,
        ...Object.fromEntries(gradientsOf(parameters, lossOf)),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('predict'))('$name', async (golden) => {
    const results = await traced([host(golden.inputs['image'])], parametersOf(golden), ([image], parameters) => {
      const { reconstruction, logits } = draemNetworks(parameters, image!, widths, byStoredStatistics);
      const map = anomalousProbability(logits);
      return {
        reconstruction,
        anomalyMap: tf.expandDims(map, 3),
        averaged: tf.expandDims(squareMeans(map, 21), 3),
        anomalyScore: highestMean(map, 21),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('focal'))('$name', async (golden) => {
    const inputs = [host(golden.inputs['probability']), host(golden.inputs['mask'])];
    const results = await traced(inputs, {}, ([probability, mask]) => {
      const { loss, gradients } = lossAndGradients({ p: probability! }, ({ p }) => focalOfPixels(p!, mask!));
      return { loss, 'grad.probability': gradients['p']! };
    });
    expectGolden(golden, results);
  });
});

test('every parameter of the original has its initial value, and no other', () => {
  const [golden] = cases('training_step');
  const shapes = (parameters: Readonly<Record<string, HostTensor>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]));
  expect(shapes(initialParameters(widths, RandomSource.fromSeed(1)))).toEqual(shapes(trainable(parametersOf(golden!))));
});

test('with SSPCAB the deepest stage of the autoencoder is gone, and what predicts its input wrongly costs', async () => {
  const sspcab = sspcabParams.parse({ reduction: 4 });
  const shape = { ...widths, sspcab };
  const parameters = initialParameters(shape, RandomSource.fromSeed(1));
  const names = Object.keys(parameters);
  expect(names.filter((name) => name.startsWith('rec.encoder.block5'))).toEqual([]);
  expect(parameters['rec.encoder.sspcab.conv1.weight']!.shape).toEqual([16, 16, 1, 1]);
  const random = RandomSource.fromSeed(5);
  const image = hostTensor(
    Float32Array.from({ length: 64 * 64 * 3 }, () => random.uniform()),
    [1, 64, 64, 3],
  );
  const results = await traced([image], parameters, ([x], given) => {
    const lossOf = (current: Readonly<Record<string, Tensor>>) =>
      draemNetworks(current, x!, shape, byBatchStatistics).predictionError!;
    const reached = Object.fromEntries(Object.entries(given).filter(([name]) => name.includes('sspcab')));
    const gradients = gradientsOf(reached, (current) => lossOf({ ...given, ...current }));
    return { loss: lossOf(given), ...Object.fromEntries(gradients) };
  });
  expect(results['loss']!.data[0]).toBeGreaterThan(0);
  expect(results['grad.rec.encoder.sspcab.conv4.weight']!.data.some((value) => value !== 0)).toBe(true);
});

describe('labelled images', () => {
  test('teach the U-Net alone', async () => {
    const [golden] = cases('training_step');
    const parameters = parametersOf(golden!);
    const images = ['augmented', 'mask'].map((name) => host(golden!.inputs[name]));
    const gradientsWhere = (repaired: number) =>
      traced(images, parameters, ([augmented, mask], all) => {
        const given = Object.fromEntries(Object.entries(all).filter(([name]) => !/\.(mean|variance)$/.test(name)));
        // Each image by its own statistics, so that images say nothing of each other.
        const ofEach = instanceNormalisation as unknown as typeof byBatchStatistics;
        const lastLoss = (current: Readonly<Record<string, Tensor>>) => {
          const { logits } = draemNetworks(current, augmented!, { ...widths, repaired }, ofEach);
          const last = tf.slice(anomalousProbability(logits), 3, 1);
          return focalOfPixels(last, tf.slice(flatMask(mask!), 3, 1));
        };
        return Object.fromEntries(gradientsOf(given, lastLoss));
      });
    const moved = (results: Readonly<Record<string, HostTensor>>, network: string) =>
      Object.entries(results).some(
        ([name, { data }]) => name.startsWith(`grad.${network}`) && data.some((v) => v !== 0),
      );
    const [both, alone] = [await gradientsWhere(4), await gradientsWhere(3)];
    expect([moved(both, 'rec'), moved(both, 'seg')]).toEqual([true, true]);
    expect([moved(alone, 'rec'), moved(alone, 'seg')]).toEqual([false, true]);
  });

  const settings = { imageSize: 4, smoothingSigma: 0 };
  const steps = { signal: new AbortController().signal } as TrainingSteps;
  const load = () => Promise.resolve({ width: 4, height: 4, data: new Uint8Array(48).fill(9) });

  test('count where their blocks say what they are', async () => {
    const labels = Int8Array.of(1, 0, -1, -2);
    const blocks = { rows: 2, columns: 2, blockWidth: 2, blockHeight: 2, labels };
    const [found] = await labelledImages([{ id: 'a', filename: 'a.png', load, blocks }], { settings, steps });
    const quarters = (values: readonly number[]) => [0, 2, 8, 10].map((at) => values[at]);
    expect(quarters([...found!.mask])).toEqual([1, 0, 0, 0]);
    expect(quarters([...found!.known])).toEqual([1, 1, 0, 0]);
  });

  test('what does not count moves no loss', () => {
    const of = (probability: number[], counts: number[]) =>
      focalOfPixels(tf.tensor1d(probability), tf.tensor1d([1, 0, 1]), tf.tensor1d(counts)).dataSync()[0];
    expect(of([0.9, 0.2, 0.1], [1, 1, 0])).toBe(of([0.9, 0.2, 0.8], [1, 1, 0]));
    expect(of([0.9, 0.2, 0.1], [1, 1, 1])).toBeCloseTo(
      focalOfPixels(tf.tensor1d([0.9, 0.2, 0.1]), tf.tensor1d([1, 0, 1])).dataSync()[0]!,
      6,
    );
  });

  test('come in batches of pixels, masks and what is known, two sets of arrays in turn', () => {
    const image = (value: number) => ({
      pixels: new Uint8Array(48).fill(value),
      mask: new Float32Array(16).fill(value % 2),
      known: new Float32Array(16).fill(1),
    });
    const { inputs, batch } = labelledBatches([image(3), image(4)], 2, 4, RandomSource.fromSeed(2));
    const [first, second, third] = [batch(), batch(), batch()];
    expect(first.map(({ shape }) => shape)).toEqual(inputs.map(({ shape }) => shape));
    expect([third === first, second === first]).toEqual([true, false]);
    for (const at of [0, 1]) expect(third[1]!.data[16 * at]).toBe(third[0]!.data[48 * at]! % 2);
  });
});

describe('training samples', () => {
  const random = () => RandomSource.fromSeed(4);
  const image = { width: 5, height: 5, data: Uint8Array.from({ length: 75 }, (_, i) => i) };
  const augmentations = [
    {
      stage: 'image' as const,
      augment: (given: typeof image) => ({
        image: { ...given, data: given.data.map((value) => 255 - value) },
        mask: { width: 5, height: 5, data: new Uint8Array(25).fill(1) },
      }),
    },
  ];

  test('a share of them stays without a defect', () => {
    const source = random();
    const drawn = Array.from({ length: 400 }, () =>
      trainingSample(image, [], source, { augmentations, normalShare: 0.5, turnedShare: 0 }),
    );
    const normal = drawn.filter(([, , mask]) => mask.every((value) => value === 0));
    expect(normal.length).toBeGreaterThan(160);
    expect(normal.length).toBeLessThan(240);
    for (const [clean, changed, mask] of drawn) {
      expect(clean).toBe(image.data);
      expect(changed[0]).toBe(mask[0] === 1 ? 255 : 0);
    }
  });

  test('turning by a right angle moves every pixel to its place', () => {
    const { data } = turned(image, Math.PI / 2);
    // The top left corner shows what was at the top right, or at the bottom left.
    expect([image.data[12], image.data[60]]).toContain(data[0]);
    expect(turned({ ...image, data }, -Math.PI / 2).data).toEqual(image.data);
  });

  test('a turned image is black where it has no pixels, and the defect is drawn on it', () => {
    const bright = { width: 9, height: 9, data: new Uint8Array(243).fill(200) };
    const { data } = turned(bright, Math.PI / 4);
    expect([data[0], data[3 * 40]]).toEqual([0, 200]);
    const [clean, changed] = trainingSample(bright, [], random(), { augmentations, normalShare: 0, turnedShare: 1 });
    expect(changed).toEqual(clean.map((value) => 255 - value));
  });
});

test('statistics of a channel are those of all its places', () => {
  const { mean, variance } = tf.tidy(() => {
    const found = channelStatistics(tf.tensor2d([1, 10, 3, 10], [2, 2]));
    return { mean: [...found.mean.dataSync()], variance: [...found.variance.dataSync()] };
  });
  expect([mean, variance]).toEqual([[2, 10], [1, 0]]); // prettier-ignore
});

test('sizes that do not fit and a training without defects are refused, all at once', () => {
  const params = draem.params.parse({ workingSize: 100, meanWindow: 4 });
  const choices = { params, supervision: 'UNSUPERVISED', settings: {} as TrainingSettings } as const;
  const messages = (image: number, of = params) =>
    draem.check({ ...choices, params: of, augmentations: { image, residual: 0 } }).map(({ message }) => message);
  expect(messages(0)).toEqual([
    'workingSize is 100: it must be a multiple of 32',
    'meanWindow is 4: it must be odd',
    'detector draem learns from synthetic defects: it needs an augmentation of images, such as synthetic-defect',
  ]);
  expect(messages(1, draem.params.parse({}))).toEqual([]);
  expect(messages(1, draem.params.parse({ workingSize: 64, sspcab: { dilation: 3 } }))).toEqual([
    'workingSize is 64: it must be more than 64 for sspcab to see anything beside the centre: 16 times kernel and dilation',
  ]);
});
