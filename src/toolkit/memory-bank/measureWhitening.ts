import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { hostTensor, type Compute, type HostTensor } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import type { Whitening } from '../features/whitening.js';
import { shrinkageOf } from '../statistics/shrinkage.js';
import { columnsOf, orthonormal, spreadVectors } from '../statistics/subspace.js';
import { symmetricEigen } from '../statistics/symmetricEigen.js';

/** How features are whitened. */
export interface WhiteningOptions {
  /** 1: every direction counts the same; 0.5: half the way there. */
  power: number;
  /** Directions kept, at most the features' own. */
  dimensions: number;
}

/** A whitening, and what it was made of. */
export interface MeasuredWhitening extends Whitening {
  /** Share of an identity in the covariance, 0 to 1. */
  shrinkage: number;
  /** Share of the variance that the directions hold. */
  held: number;
}

/** Of the largest variance, added to each: directions in which hardly anything changes are not blown up. */
const floor = 0.001;
/** Hyper-columns are means over 3x3 places: of so many neighbours one says something new. */
const placesAlike = 9;
const iterations = 6;

/**
 * Principal directions of features and their variances: (f - mean) V / (w + 0.001 w_max)^(power / 2). The covariance is shrunk towards
 * an identity, the more the fewer features there are (`shrinkageOf`); directions by subspace iteration, then Rayleigh and Ritz.
 * @param features `[n, d_f]`, n >= 2.
 * @throws ProblemError TRAINING_DATA_INSUFFICIENT for features that never change.
 */
export async function measureWhitening(
  compute: Compute,
  features: HostTensor,
  { power, dimensions }: WhiteningOptions,
): Promise<MeasuredWhitening> {
  const [count, width] = features.shape as [number, number];
  const directions = Math.min(dimensions, width);
  const { mean, covariance } = await meanAndCovariance(compute, features);
  const trace = Array.from({ length: width }, (_, i) => covariance.data[i * width + i]!).reduce((a, b) => a + b, 0);
  if (!(trace > 0)) {
    const message = 'the features of the normal images never change: there is nothing to whiten them by';
    throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'whitening' });
  }
  const { values, vectors } = await principalPairs(compute, covariance, directions);
  const shrinkage = shrinkageOf(covariance.data, width, count / placesAlike);
  const shrunk = values.map((value) => (1 - shrinkage) * Math.max(value, 0) + (shrinkage * trace) / width);
  const scales = shrunk.map((value) => (value + floor * shrunk[0]!) ** (-power / 2));
  const matrix = Float32Array.from(vectors, (value, i) => value * scales[i % directions]!);
  const held = values.reduce((sum, value) => sum + value, 0) / trace;
  return { mean, matrix: hostTensor(matrix, [width, directions]), shrinkage, held };
}

async function meanAndCovariance(compute: Compute, features: HostTensor) {
  const compiled = await compute.compile(
    'covariance',
    (x) =>
      tf.tidy(() => {
        const mean = tf.mean(x, 0);
        const centred = tf.sub<Tensor2D>(x, mean);
        return [mean, tf.div(tf.matMul(centred, centred, true), Math.max(1, features.shape[0]! - 1))];
      }),
    [features],
  );
  const [mean, covariance] = await compiled.run([features]).finally(() => compiled.dispose());
  return { mean: mean!, covariance: covariance! };
}

/** The largest eigenvalues, in falling order, and their vectors `[width, count]`. */
async function principalPairs(
  compute: Compute,
  covariance: HostTensor,
  count: number,
): Promise<{ values: Float64Array; vectors: Float64Array }> {
  const width = covariance.shape[0]!;
  const shape = [width, count];
  const product = await compute.compile('principal directions', (matrix, basis) => [tf.matMul(matrix, basis)], [
    covariance,
    { shape },
  ]);
  try {
    // Rows of the covariance lie in what its features span.
    let basis = orthonormal(spreadVectors(covariance, count), width);
    for (let i = 0; i < iterations; i++) {
      const [turned] = await product.run([covariance, hostTensor(basis, shape)]);
      basis = orthonormal(columnsOf(turned!), width);
    }
    const [turned] = await product.run([covariance, hostTensor(basis, shape)]);
    const { values, vectors } = symmetricEigen(transposedProduct(basis, turned!.data, { width, count }), count);
    return { values, vectors: productOf(basis, vectors, { width, count }) };
  } finally {
    await product.dispose();
  }
}

type Sizes = Record<'width' | 'count', number>;

/** A^T B of two matrices `[width, count]`, made symmetric: rounding leaves it a little beside. */
function transposedProduct(a: ArrayLike<number>, b: ArrayLike<number>, { width, count }: Sizes): Float64Array {
  const product = new Float64Array(count * count);
  for (let row = 0; row < width; row++) {
    for (let i = 0; i < count; i++) {
      const factor = a[row * count + i]!;
      for (let j = 0; j < count; j++) product[i * count + j]! += factor * b[row * count + j]!;
    }
  }
  return product.map((value, at) => (value + product[(at % count) * count + Math.floor(at / count)]!) / 2);
}

/** A `[width, count]` times B `[count, count]`. */
function productOf(a: ArrayLike<number>, b: ArrayLike<number>, { width, count }: Sizes): Float64Array {
  const product = new Float64Array(width * count);
  for (let row = 0; row < width; row++) {
    for (let k = 0; k < count; k++) {
      const factor = a[row * count + k]!;
      for (let j = 0; j < count; j++) product[row * count + j]! += factor * b[k * count + j]!;
    }
  }
  return product;
}
