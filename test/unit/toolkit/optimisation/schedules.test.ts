import { expect, test } from 'vitest';
import {
  cosine,
  epochCosine,
  evenDrops,
  multiStep,
  rateAt,
  warmUp,
  type LearningRate,
} from '../../../../src/toolkit/optimisation/schedules.js';
import { expectGolden, goldenCases, number } from '../../../golden/golden.js';

const rates = (rate: LearningRate, ...steps: number[]) =>
  steps.map((step) => Number(rateAt(rate, step).toPrecision(6)));

test('a number is the rate of every step', () => {
  expect(rates(0.1, 1, 2, 1000)).toEqual([0.1, 0.1, 0.1]);
});

test('multi-step multiplies behind each milestone', () => {
  expect(rates(multiStep(1, [80, 90], 0.2), 80, 81, 90, 91, 500)).toEqual([1, 0.2, 0.2, 0.04, 0.04]);
});

test('even drops part the steps into equal stretches', () => {
  expect(rates(evenDrops(1, 300, 2), 1, 100, 101, 200, 201, 300)).toEqual([1, 1, 0.1, 0.1, 0.01, 0.01]);
  expect(rates(evenDrops(0.5, 300, 0), 1, 300)).toEqual([0.5, 0.5]);
});

test('cosine falls from the rate to its end, slowly at both ends', () => {
  expect(rates(cosine(1, 100), 1, 26, 51, 76, 101, 200)).toEqual([1, 0.853553, 0.5, 0.146447, 0, 0]);
  expect(rates(cosine(1, 100, 0.1), 1, 51, 101)).toEqual([1, 0.55, 0.1]);
});

test('warm-up rises to a rate or a schedule', () => {
  expect(rates(warmUp(1, 4), 1, 2, 3, 5, 9)).toEqual([0, 0.25, 0.5, 1, 1]);
  expect(rates(warmUp(1, 4, 0.2), 1, 3, 5)).toEqual([0.2, 0.6, 1]);
  expect(rates(warmUp(multiStep(1, [4], 0.1), 4), 3, 5)).toEqual([0.5, 0.1]);
  expect(rates(warmUp(0.3, 0), 1)).toEqual([0.3]);
});

test.each(goldenCases('detectors/cflow/cflow', 'learning_rate'))('a cosine of epochs, $name', (golden) => {
  const [rate, epochs, warmEpochs, stepsPerEpoch] = ['lr', 'epochs', 'warmEpochs', 'batches'].map((name) =>
    number(golden.inputs[name]),
  ) as [number, number, number, number];
  const schedule = epochCosine(rate, { stepsPerEpoch, epochs, warmEpochs });
  expectGolden(golden, { rates: Array.from({ length: epochs * stepsPerEpoch }, (_, i) => rateAt(schedule, i + 1)) });
  expect(rateAt(schedule, 10 * epochs * stepsPerEpoch)).toBeCloseTo(rate / 1000, 10);
});
