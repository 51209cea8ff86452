import { expect, test } from 'vitest';
import { hostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { tensorBatches } from '../../../../src/toolkit/batches/tensorBatches.js';

const entries = Array.from({ length: 6 }, (_, i) => [
  hostTensor(Float32Array.of(i, i), [1, 2]),
  hostTensor(Float32Array.of(10 * i), [1, 1, 1]),
]);

test('a batch holds each entry at most once, all of its tensors at the same place, and every entry comes', () => {
  const { inputs, batch } = tensorBatches(entries, 4, RandomSource.fromSeed(1));
  expect(inputs).toEqual([{ shape: [4, 2] }, { shape: [4, 1, 1] }]);
  const seen = new Set<number>();
  for (let step = 0; step < 30; step++) {
    const [left, right] = batch().map(({ data }) => Array.from(data));
    const drawn = left!.filter((_, i) => i % 2 === 0);
    expect(new Set(drawn).size).toBe(4);
    expect(right).toEqual(drawn.map((value) => 10 * value));
    drawn.forEach((value) => seen.add(value));
  }
  expect(seen.size).toBe(6);
});

test('a batch depends on the state of the random source alone, so that a training goes on with the same', () => {
  const random = RandomSource.fromSeed(2);
  const whole = tensorBatches(entries, 3, random);
  whole.batch();
  const snapshot = random.snapshot();
  const next = whole.batch().map(({ data }) => Array.from(data));
  const resumed = tensorBatches(entries, 3, RandomSource.fromSnapshot(snapshot));
  expect(resumed.batch().map(({ data }) => Array.from(data))).toEqual(next);
});

test('more entries a step than there are is refused with both numbers', () => {
  expect(() => tensorBatches(entries, 7, RandomSource.fromSeed(1))).toThrow(
    'TRAINING_DATA_INSUFFICIENT: imagesPerStep is 7, and there are only 6 normal images to train on',
  );
});
