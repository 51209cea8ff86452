import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { createCompute } from '../../../../../../src/compute/index.js';
import { hostTensor } from '../../../../../../src/shared/compute.js';
import { matchedLogits } from '../../../../../../plugins/detectors/semirest/window-training/matchedLogits.js';

const compute = await createCompute();
afterAll(() => compute.dispose());

/** Two images of two places, two channels, two neighbours each: the nearest first. */
const images = [
  { features: Float32Array.of(0, 0, 3, 0), neighbours: Int32Array.of(0, 1, 1, 0), labels: new Float32Array(2) },
  { features: Float32Array.of(0, 1, 1, 1), neighbours: Int32Array.of(0, 1, 0, 1), labels: new Float32Array(2) },
];
const bank = hostTensor(Float32Array.of(0, 0, 1, 0), [2, 2]);

/** The logit is the squared distance to the nearest vector, less the offset. */
function matched(controller = new AbortController(), told: number[][] = []) {
  return matchedLogits({
    compute,
    images,
    channels: { own: 2 },
    inputs: [bank, hostTensor(Float32Array.of(1), [1])],
    probabilities: ({ features, rows }, [vectors, offset]) => {
      const distances = tf.sum(tf.squaredDifference(features, tf.gather(vectors!, rows)), -1);
      return tf.sigmoid(tf.sub(distances, offset!));
    },
    signal: controller.signal,
    onProgress: (image, count) => told.push([image, count]),
  });
}

test('logits of all tokens, sorted, each by its nearest vector, with progress', async () => {
  const told: number[][] = [];
  const logits = await matched(undefined, told);
  [-1, 0, 1, 3].forEach((logit, i) => expect(logits[i]).toBeCloseTo(logit, 5));
  expect(logits).toHaveLength(4);
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
});

test('stops when it is told to', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(matched(controller)).rejects.toThrow('enough');
});
