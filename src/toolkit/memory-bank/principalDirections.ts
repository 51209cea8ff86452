import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Compute, hostTensor, type HostTensor } from '../../shared/compute.js';
import { columnsOf, orthonormal, spreadVectors } from '../statistics/subspace.js';

/** Directions kept. With the length of the rest beside them, a vector's coordinates are 128 numbers. */
const directionCount = 127;
/** Smaller banks are searched at once as fast. */
const fewestVectors = 2048;
/** More say nothing new about where the vectors lie. */
const mostVectors = 16_384;
const iterations = 4;
/**
 * Share of the variance that the directions must hold. On features of MobileNetV3 of four kinds of surfaces they hold 0.993
 * to 0.995, and every search came out exact (docs/decisions/0011).
 */
const leastShare = 0.98;

/**
 * The directions along which a memory bank's vectors differ most: what `nearestNeighbours` first ranks them by. Subspace
 * iteration from vectors of the bank itself, the same for the same bank.
 * @param bank `[m, d]`.
 * @returns an orthonormal basis, `[d, 127]`; undefined where a search gains nothing by one: the bank is small, its vectors are
 * short, or they differ in too many directions.
 */
export async function principalDirections(compute: Compute, bank: HostTensor): Promise<HostTensor | undefined> {
  const [size, dimensions] = bank.shape as [number, number];
  if (size < fewestVectors || dimensions < 2 * directionCount) return undefined;
  const sample = firstRows(bank, Math.min(size, mostVectors));
  const shape = [dimensions, directionCount];
  const turn = await compute.compile('principal directions', turnTowardsVariance, [sample, { shape }]);
  try {
    let basis = orthonormal(spreadVectors(sample, directionCount), dimensions);
    let share = 0;
    for (let i = 0; i < iterations; i++) {
      const [turned, held] = await turn.run([sample, hostTensor(basis, shape)]);
      share = held!.data[0]!;
      basis = orthonormal(columnsOf(turned!), dimensions);
    }
    return share < leastShare ? undefined : hostTensor(basis, shape);
  } finally {
    await turn.dispose();
  }
}

/** X^T X Q around the mean, and the share of the variance that Q holds. */
function turnTowardsVariance(...[bank, basis]: tf.Tensor[]): tf.Tensor[] {
  return tf.tidy(() => {
    const centred = tf.sub<Tensor2D>(bank!, tf.mean(bank!, 0, true));
    const coordinates = tf.matMul(centred, basis as Tensor2D);
    const share = tf.div(tf.sum(tf.square(coordinates)), tf.maximum(tf.sum(tf.square(centred)), 1e-30));
    return [tf.matMul(centred, coordinates, true), share];
  });
}

function firstRows({ data, shape }: HostTensor, count: number): HostTensor {
  const width = shape[1]!;
  return hostTensor((data as Float32Array).subarray(0, count * width), [count, width]);
}
