import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import {
  fitPlaceGaussians,
  leaveOneOutFactors,
  whiteningMatrix,
  type PlaceGaussians,
} from '../../../../src/toolkit/statistics/gaussians.js';
import { squaredMahalanobis, squaredMahalanobisOfFew } from '../../../../src/toolkit/statistics/mahalanobis.js';
import { meanAndCovariance, squaredDistance } from '../../../reference/statistics.js';
import { run, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const [places, d] = [5, 15];
/** More than a third of the dimensions: covariances are inverted. As few as a third: what few samples tell. */
const [images, few] = [12, 5];
const regularisation = 0.01;

/** Features whose channels depend on each other. */
function featuresOf(seed: number, count = images): HostTensor[] {
  const random = RandomSource.fromSeed(seed);
  return Array.from({ length: count }, () => {
    const common = random.normal();
    return hostTensor(
      Float32Array.from({ length: places * d }, (_, i) => (i % d) + common + (1 + (i % 3)) * random.normal()),
      [places, d],
    );
  });
}

const samplesAt = (features: readonly HostTensor[], place: number) =>
  features.map(({ data }) => [...data.subarray(place * d, (place + 1) * d)]);

function regularised(samples: number[][], epsilon: number) {
  const { mean, covariance } = meanAndCovariance(samples);
  covariance.forEach((row, i) => (row[i]! += epsilon));
  return { mean, covariance };
}

const fit = (features: readonly HostTensor[], signal = new AbortController().signal) =>
  fitPlaceGaussians(features, { regularisation, signal, onProgress: () => undefined });

const distances = (query: HostTensor, { means, metric }: PlaceGaussians) =>
  run(
    [query, means, ...Object.values(metric as Record<string, HostTensor>)].map(({ data, shape }) =>
      tf.tensor(data, [...shape]),
    ),
    (...[x, m, a, b]: tf.Tensor[]) => {
      const [places, centres] = [x as Tensor2D, m as Tensor2D];
      const samples = a as Tensor3D;
      return {
        m: b
          ? squaredMahalanobisOfFew(places, centres, { samples, weights: b as Tensor3D, regularisation })
          : squaredMahalanobis(places, centres, samples),
      };
    },
  ).m.data;

describe('Gaussians of places (PaDiM, section III-B)', () => {
  test.each([
    ['many images', images, 'whitening'],
    ['few images', few, 'samples'],
    ['two images', 2, 'samples'],
  ])('the Mahalanobis distance is the one of the definition: %s', async (_, count, kind) => {
    const features = featuresOf(1, count);
    const [query] = featuresOf(2);
    const fitted = await fit(features);
    expect(fitted.metric).toHaveProperty(kind);
    const found = distances(query!, fitted);
    for (let place = 0; place < places; place++) {
      const { mean, covariance } = regularised(samplesAt(features, place), regularisation);
      const expected = squaredDistance(samplesAt([query!], place)[0]!, mean, covariance);
      expect(Math.abs(found[place]! - expected) / expected).toBeLessThan(1e-4);
    }
  });

  test.each([images, few])('a sample left out has the distance from the Gaussian of the others: %i', async (count) => {
    const features = featuresOf(3, count);
    const found = distances(features[4]!, await fit(features));
    const { r, q } = leaveOneOutFactors(count);
    const others = features.filter((_, i) => i !== 4);
    for (let place = 0; place < places; place++) {
      // The regularisation goes along in proportion: see leaveOneOutFactors.
      const { mean, covariance } = regularised(samplesAt(others, place), (regularisation * (count - 1)) / (count - 2));
      const expected = squaredDistance(samplesAt(features, place)[4]!, mean, covariance);
      const left = (r * found[place]!) / (1 - q * found[place]!);
      // Of few samples each is nearly all that is known of its direction, and 1 - q m nearly 0.
      expect(Math.abs(left - expected) / expected).toBeLessThan(count === few ? 1e-2 : 1e-3);
    }
  });

  test('a matrix that is no covariance is refused', () => {
    expect(() => whiteningMatrix(Float64Array.of(1, 0, 2, 1), 2)).toThrow('not positive definite in dimension 1');
    expect(() => leaveOneOutFactors(2)).toThrow(RangeError);
  });

  test('one image is too few, and it stops when it is told to', async () => {
    await expect(fit(featuresOf(1).slice(0, 1))).rejects.toThrow('needs two images');
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(fit(featuresOf(1), controller.signal)).rejects.toThrow('stop');
  });
});
