import { setImmediate as breathe } from 'node:timers/promises';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { choleskyFactor } from './cholesky.js';
import { fewSampleWeights } from './fewSamples.js';

/** One Gaussian for each place of a feature map. */
export interface PlaceGaussians {
  /** `[places, d]`. */
  means: HostTensor;
  /** What makes its Mahalanobis distances of differences from the mean. */
  metric: PlaceMetric;
}

/**
 * W with W S W^T = 1, `[places, d, d]`, lower triangular: |W x| is the distance. Of few samples X and Y of `fewSampleWeights`, `[places, n, d]` each, from
 * which the same distances follow with less memory and work.
 */
export type PlaceMetric = { whitening: HostTensor } | { samples: HostTensor; weights: HostTensor };

/** How the Gaussians of places are fitted. */
export interface PlaceGaussiansOptions {
  /** Added to the diagonal of every covariance, above 0: with fewer images than dimensions it has no inverse otherwise. */
  regularisation: number;
  signal: AbortSignal;
  /** Places done, of how many. */
  onProgress(done: number, total: number): void;
}

/** How many places between two looks at the signal. */
const placesAtOnce = 32;

/**
 * Mean and covariance S = 1/(n-1) sum (x - mean)(x - mean)^T + regularisation * 1 of every place.
 * @param features of each of n >= 2 images, `[places, d]`.
 */
export async function fitPlaceGaussians(
  features: readonly HostTensor[],
  // eslint-disable-next-line @typescript-eslint/unbound-method -- a function, never a method with a this
  { regularisation, signal, onProgress }: PlaceGaussiansOptions,
): Promise<PlaceGaussians> {
  const [first, second] = features;
  if (!first || !second) throw new RangeError(`a covariance needs two images, got ${features.length}`);
  const [places, d] = first.shape as [number, number];
  const means = new Float32Array(places * d);
  const { metric, fit } = metricOf(features.length, places, d, regularisation);
  for (let place = 0; place < places; place++) {
    const { mean, centred } = centredAt(features, place, d);
    means.set(mean, place * d);
    fit(centred, place);
    if ((place + 1) % placesAtOnce === 0 || place + 1 === places) {
      signal.throwIfAborted();
      onProgress(place + 1, places);
      await breathe();
    }
  }
  return { means: hostTensor(means, [places, d]), metric };
}

/** Below this share of the dimensions a metric is made of the samples: two arrays of `[n, d]` are read faster than one of `[d, d]`. */
const fewSamples = 1 / 3;

/** An empty metric, and what fills in a place of it. */
function metricOf(
  n: number,
  places: number,
  d: number,
  regularisation: number,
): { metric: PlaceMetric; fit: (centred: Float64Array, place: number) => void } {
  if (n <= fewSamples * d) {
    const [samples, weights] = [new Float32Array(places * n * d), new Float32Array(places * n * d)];
    const shape = [places, n, d];
    return {
      metric: { samples: hostTensor(samples, shape), weights: hostTensor(weights, shape) },
      fit: (centred, place) => {
        samples.set(centred, place * n * d);
        weights.set(fewSampleWeights(centred, d, regularisation), place * n * d);
      },
    };
  }
  const whitening = new Float32Array(places * d * d);
  return {
    metric: { whitening: hostTensor(whitening, [places, d, d]) },
    fit: (centred, place) => whitening.set(whiteningMatrix(covarianceOf(centred, d, regularisation), d), place * d * d),
  };
}

/** Mean of a place, and its samples around it divided by sqrt(n - 1), `[n, d]`. */
function centredAt(
  features: readonly HostTensor[],
  place: number,
  d: number,
): { mean: Float64Array; centred: Float64Array } {
  const n = features.length;
  const samples = features.map(({ data }) => data.subarray(place * d, (place + 1) * d) as Float32Array);
  const mean = new Float64Array(d);
  for (const sample of samples) sample.forEach((value, i) => (mean[i]! += value / n));
  const centred = new Float64Array(n * d);
  const scale = 1 / Math.sqrt(n - 1);
  samples.forEach((sample, row) => sample.forEach((value, i) => (centred[row * d + i] = scale * (value - mean[i]!))));
  return { mean, centred };
}

/** Its lower half. */
function covarianceOf(centred: Float64Array, d: number, regularisation: number): Float64Array {
  const covariance = new Float64Array(d * d);
  for (let start = 0; start < centred.length; start += d) {
    for (let i = 0; i < d; i++) {
      const factor = centred[start + i]!;
      for (let j = 0; j <= i; j++) covariance[i * d + j]! += factor * centred[start + j]!;
    }
  }
  for (let i = 0; i < d; i++) covariance[i * d + i]! += regularisation;
  return covariance;
}

/**
 * The inverse of the Cholesky factor L of S = L L^T: W = L^-1 gives W S W^T = 1.
 * @param matrix S, symmetric and positive definite, row-major `[d, d]`; only its lower half is read.
 * @returns W, row-major `[d, d]`, lower triangular.
 * @throws RangeError when S is not positive definite.
 */
export function whiteningMatrix(matrix: Float64Array, d: number): Float64Array {
  const factor = choleskyFactor(matrix, d);
  const inverse = new Float64Array(d * d);
  for (let column = 0; column < d; column++) {
    inverse[column * d + column] = 1 / factor[column * d + column]!;
    for (let row = column + 1; row < d; row++) {
      let sum = 0;
      for (let k = column; k < row; k++) sum += factor[row * d + k]! * inverse[k * d + column]!;
      inverse[row * d + column] = -sum / factor[row * d + row]!;
    }
  }
  return inverse;
}

/**
 * What turns the squared distance m of one of the n samples a Gaussian was fitted to into its distance from the Gaussian
 * of the other n - 1: r m / (1 - q m). Follows from Sherman and Morrison's formula, the regularisation being taken along
 * in proportion.
 */
export function leaveOneOutFactors(n: number): { r: number; q: number } {
  if (n < 3) throw new RangeError(`leaving one of ${n} samples out leaves no covariance`);
  return { r: (n / (n - 1)) ** 2 * ((n - 2) / (n - 1)), q: n / (n - 1) ** 2 };
}
