import { tf } from 'residua/plugin-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { linearParts, withNoise } from '../../../../../../plugins/detectors/semirest/window-training/linearHead.js';
import { RandomSource } from '../../../../../../src/shared/random.js';
import { useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

const [side, channels] = [64, 3];
const random = RandomSource.fromSeed(3);
const normals = (count: number, deviation = () => 1) =>
  Float32Array.from({ length: count }, () => random.normal() * deviation());

/** Tokens whose channels vary by 1, 2 and 3. */
function tokens(): tf.Tensor4D {
  const unit = tf.tensor4d(normals(side * side * channels), [1, side, side, channels]);
  return tf.mul(unit, tf.tensor1d([1, 2, 3]));
}

const deviationOf = (tensor: tf.Tensor) => Math.sqrt(tf.moments(tensor).variance.dataSync()[0]!);

describe('noise on what a linear head sees', () => {
  const headOf = (weight: tf.Tensor) => ({ 'linear.weight': weight, 'linear.bias': tf.tensor1d([0.3, 0]) });

  it('moves its value as noise on each channel of the tokens does', () => {
    const parameters = headOf(tf.tensor2d([0.5, -1, 0.25, 0, 0.1, 0], [2, channels]));
    const seen = tokens();
    const parts = linearParts(parameters, seen)!;
    const noise = tf.tensor4d(normals(side * side * 2), [1, side, side, 2]);
    const moved = tf.sub(withNoise(parts, parameters, seen, noise), parts);
    const { variance } = tf.moments(tf.reshape(seen, [-1, channels]), 0);
    const onTokens = tf.mul(tf.tensor4d(normals(seen.size), seen.shape), tf.sqrt(variance));
    const expected = tf.sub(linearParts(parameters, tf.add(seen, onTokens))!, parts);
    const [own, around] = tf.split(moved, 2, -1) as [tf.Tensor, tf.Tensor];
    const [ownExpected, aroundExpected] = tf.split(expected, 2, -1) as [tf.Tensor, tf.Tensor];
    expect(deviationOf(own) / deviationOf(ownExpected)).toBeCloseTo(1, 1);
    expect(deviationOf(around) / deviationOf(aroundExpected)).toBeCloseTo(1, 1);
  });

  it('has a finite gradient where the head says nothing yet', () => {
    const seen = tokens();
    const noise = tf.ones<tf.Rank.R4>([1, side, side, 2]);
    const loss = (weight: tf.Tensor) => {
      const current = headOf(weight);
      return tf.mean<tf.Scalar>(withNoise(linearParts(current, seen)!, current, seen, noise));
    };
    const gradient = tf
      .grad(loss)(tf.zeros([2, channels]))
      .dataSync();
    expect([...gradient].every(Number.isFinite)).toBe(true);
  });
});
