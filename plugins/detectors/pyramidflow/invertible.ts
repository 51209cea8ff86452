import { hostTensor, tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import { randomOrthonormal, type NamedTensors } from 'residua/toolkit';

/** What is trained of an invertible convolution, and what is not. */
export interface InvertibleParameters {
  trained: Record<string, HostTensor>;
  fixed: Record<string, HostTensor>;
}

/** `<name>.lower`, `.upper`, `.scale`, and fixed `.permutation`, `.signs`, of a random rotation. */
export function initialInvertible(name: string, channels: number, random: RandomSource): InvertibleParameters {
  const { permutation, lower, upper } = decomposed(
    Float64Array.from(randomOrthonormal(channels, channels, random).data),
    channels,
  );
  const square = (data: ArrayLike<number>) => hostTensor(Float32Array.from(data), [channels, channels]);
  const diagonal = Float64Array.from({ length: channels }, (_, i) => upper[i * channels + i]!);
  const row = (values: Float64Array) => hostTensor(Float32Array.from(values), [channels]);
  return {
    trained: {
      [`${name}.lower`]: square(lower),
      [`${name}.upper`]: square(upper),
      [`${name}.scale`]: row(diagonal.map((value) => Math.log(Math.abs(value)))),
    },
    fixed: { [`${name}.permutation`]: square(permutation), [`${name}.signs`]: row(diagonal.map(Math.sign)) },
  };
}

/**
 * The matrix of an invertible 1x1 convolution, `[out, in]`, whose determinant is 1 or -1 whatever its parameters are (Eq. 7): a permutation, a
 * lower triangle with ones and an upper one whose diagonal has the product 1.
 */
export function invertibleMatrix(parameters: NamedTensors, name: string): tf.Tensor2D {
  const part = (of: string) => parameters[`${name}.${of}`]!;
  const channels = part('scale').shape[0];
  const below = triangle(channels, (row, column) => column < row);
  const above = triangle(channels, (row, column) => column > row);
  const scale = part('scale');
  const diagonal = tf.mul(part('signs'), tf.exp(tf.sub(scale, tf.mean(scale))));
  const identity = tf.eye(channels);
  const lower: tf.Tensor2D = tf.add(tf.mul(part('lower'), below), identity);
  const upper: tf.Tensor2D = tf.add(tf.mul(part('upper'), above), tf.mul(identity, diagonal));
  return tf.matMul(tf.matMul(part('permutation') as tf.Tensor2D, lower), upper);
}

/** The convolution, `[n, h, w, c]` to the same shape. */
export function invertibleConvolution(parameters: NamedTensors, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, x.shape[3]]);
  return tf.reshape(tf.matMul(rows, invertibleMatrix(parameters, name), false, true), x.shape);
}

function triangle(size: number, isIn: (row: number, column: number) => boolean): tf.Tensor2D {
  const ones = Array.from({ length: size ** 2 }, (_, i) => Number(isIn(Math.floor(i / size), i % size)));
  return tf.tensor2d(ones, [size, size]);
}

/** A matrix as permutation, unit lower and upper triangle, by Gauss with the largest pivots. */
function decomposed(matrix: Float64Array, size: number) {
  const upper = matrix.slice();
  const lower = new Float64Array(size ** 2);
  const rows = Array.from({ length: size }, (_, i) => i);
  const swap = (of: Float64Array, a: number, b: number, until: number) => {
    for (let c = 0; c < until; c++) {
      [of[a * size + c], of[b * size + c]] = [of[b * size + c]!, of[a * size + c]!];
    }
  };
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let r = k + 1; r < size; r++)
      if (Math.abs(upper[r * size + k]!) > Math.abs(upper[pivot * size + k]!)) pivot = r;
    swap(upper, k, pivot, size);
    swap(lower, k, pivot, k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let r = k + 1; r < size; r++) {
      const factor = upper[r * size + k]! / upper[k * size + k]!;
      lower[r * size + k] = factor;
      for (let c = k; c < size; c++) upper[r * size + c]! -= factor * upper[k * size + c]!;
    }
  }
  const permutation = new Float64Array(size ** 2);
  rows.forEach((row, k) => (permutation[row * size + k] = 1));
  return { permutation, lower, upper };
}
