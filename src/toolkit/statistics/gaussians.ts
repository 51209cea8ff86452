import { setImmediate as breathe } from 'node:timers/promises';
import { hostTensor, type HostTensor } from '../../shared/compute.js';

/** One Gaussian for each place of a feature map. */
export interface PlaceGaussians {
  /** `[places, d]`. */
  means: HostTensor;
  /** W with W S W^T = 1, `[places, d, d]`, lower triangular: |W (x - mean)| is the Mahalanobis distance. */
  whitening: HostTensor;
}

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
  const whitening = new Float32Array(places * d * d);
  for (let place = 0; place < places; place++) {
    const samples = features.map(({ data }) => data.subarray(place * d, (place + 1) * d) as Float32Array);
    const { mean, covariance } = gaussianOf(samples);
    for (let i = 0; i < d; i++) covariance[i * d + i]! += regularisation;
    means.set(mean, place * d);
    whitening.set(whiteningMatrix(covariance, d), place * d * d);
    if ((place + 1) % placesAtOnce === 0 || place + 1 === places) {
      signal.throwIfAborted();
      onProgress(place + 1, places);
      await breathe();
    }
  }
  return { means: hostTensor(means, [places, d]), whitening: hostTensor(whitening, [places, d, d]) };
}

function gaussianOf(samples: readonly Float32Array[]): { mean: Float64Array; covariance: Float64Array } {
  const n = samples.length;
  const d = samples[0]!.length;
  const mean = new Float64Array(d);
  for (const sample of samples) sample.forEach((value, i) => (mean[i]! += value / n));
  const covariance = new Float64Array(d * d);
  for (const sample of samples) {
    const centred = Float64Array.from(sample, (value, i) => value - mean[i]!);
    for (let i = 0; i < d; i++) {
      const factor = centred[i]! / (n - 1);
      for (let j = 0; j <= i; j++) covariance[i * d + j]! += factor * centred[j]!;
    }
  }
  return { mean, covariance };
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

function choleskyFactor(matrix: Float64Array, d: number): Float64Array {
  const factor = new Float64Array(d * d);
  for (let row = 0; row < d; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * d + column]!;
      for (let k = 0; k < column; k++) rest -= factor[row * d + k]! * factor[column * d + k]!;
      if (row !== column) factor[row * d + column] = rest / factor[column * d + column]!;
      else if (rest > 0) factor[row * d + row] = Math.sqrt(rest);
      else throw new RangeError(`a covariance is not positive definite in dimension ${row}: ${rest}`);
    }
  }
  return factor;
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
