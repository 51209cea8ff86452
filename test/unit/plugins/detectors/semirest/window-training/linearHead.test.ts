import { tf } from 'residua/plugin-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { linearParts, linearPenalty } from '../../../../../../plugins/detectors/semirest/window-training/linearHead.js';
import { RandomSource } from '../../../../../../src/shared/random.js';
import { useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

const [side, channels] = [64, 3];
const random = RandomSource.fromSeed(3);
const headOf = (weight: tf.Tensor) => ({ 'linear.weight': weight, 'linear.bias': tf.tensor1d([0.3, 0]) });

describe('the penalty of a linear head', () => {
  it('is half the variance of what it says of independent channels', () => {
    const normals = Float32Array.from({ length: side * side * channels }, () => random.normal());
    const tokens = tf.mul<tf.Tensor4D>(tf.tensor4d(normals, [1, side, side, channels]), tf.tensor1d([1, 2, 3]));
    const parameters = headOf(tf.tensor2d([0.5, -1, 0.25, 0, 0.1, 0], [2, channels]));
    const { variance } = tf.moments(tf.reshape(linearParts(parameters, tokens)!, [-1, 2]), 0);
    const penalty = linearPenalty(parameters, tf.tensor2d([1, 4, 9, 1, 4, 9], [2, channels])).dataSync()[0]!;
    expect(penalty).toBeCloseTo((0.25 + 4 + 0.5625 + 0.04) / 2, 5);
    expect(penalty / (tf.sum(variance).dataSync()[0]! / 2)).toBeCloseTo(1, 1);
  });

  it('pulls at no weight that is zero', () => {
    const variance = tf.tensor2d([1, 4, 9, 1, 4, 9], [2, channels]);
    const gradient = tf.grad((weight) => linearPenalty(headOf(weight), variance))(tf.zeros([2, channels]));
    expect([...gradient.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
