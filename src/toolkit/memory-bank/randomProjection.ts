import * as tf from '@tensorflow/tfjs-core';
import { type Compute, hostTensor, type HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';

/** Rows projected at once. */
const blockRows = 4096;

/**
 * Gaussian random projection (Johnson and Lindenstrauss): distances keep their size on average, with a relative error of
 * about 1/sqrt(2 * dimensions).
 * @param features `[n, d]`.
 * @returns `[n, dimensions]`.
 */
export async function projectRandomly(
  compute: Compute,
  features: HostTensor,
  dimensions: number,
  random: RandomSource,
): Promise<HostTensor> {
  const [count, width] = features.shape as [number, number];
  const source = features.data as Float32Array;
  const scale = 1 / Math.sqrt(dimensions);
  const matrix = Float32Array.from({ length: width * dimensions }, () => scale * random.normal());
  const directions = hostTensor(matrix, [width, dimensions]);
  const result = new Float32Array(count * dimensions);
  const product = compute.specialise('random projection', (x, m) => [tf.matMul(x, m)], 2);
  try {
    for (let row = 0; row < count; row += blockRows) {
      const end = Math.min(row + blockRows, count);
      const block = hostTensor(source.subarray(row * width, end * width), [end - row, width]);
      const into = hostTensor(result.subarray(row * dimensions, end * dimensions), [end - row, dimensions]);
      await product.run([block, directions], [into]);
    }
  } finally {
    await product.dispose();
  }
  return hostTensor(result, [count, dimensions]);
}
