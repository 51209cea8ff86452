import * as tf from '@tensorflow/tfjs-core';
import type { TrainingSteps } from '../../../../src/plugin-api/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { sgd } from '../../../../src/toolkit/optimisation/sgd.js';
import type { StepsTraining } from '../../../../src/toolkit/optimisation/trainSteps.js';

export const scalar = (value: number) => hostTensor(Float32Array.of(value), []);

/** Three steps of plain descent of (a - x)^2 from a = 0, x = 1: after a step a = 0.2, 0.36, 0.488. */
export function scalarTraining(
  compute: Compute,
  change: Partial<StepsTraining> = {},
  steps: Partial<TrainingSteps> = {},
): StepsTraining {
  return {
    compute,
    steps: {
      random: RandomSource.fromSeed(1),
      signal: new AbortController().signal,
      report: () => undefined,
      checkpoint: () => Promise.resolve(),
      resumeFrom: undefined,
      ...steps,
    },
    totalSteps: 3,
    parameters: { a: scalar(0) },
    inputs: [{ shape: [] }],
    batch: () => [scalar(1)],
    turns: [
      {
        parts: ['loss'],
        groups: [{ optimiser: sgd({ learningRate: 0.1 }) }],
        prepare:
          ([x]) =>
          ({ a }) => ({ loss: tf.squaredDifference(a!, x!) }),
      },
    ],
    ...change,
  };
}

/** First elements, to six digits. */
export function valuesOf(tensors: Readonly<Record<string, HostTensor>>): Record<string, number> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Number(data[0]!.toPrecision(6))]));
}
