import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EagerCompute } from '../../../../src/compute/engines/eager.js';
import { createCompute } from '../../../../src/compute/index.js';
import type { DetectorCheckpoint, TrainingSteps } from '../../../../src/plugin-api/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../src/shared/compute.js';
import { CompiledStep } from '../../../../src/toolkit/optimisation/compiledStep.js';
import { adam } from '../../../../src/toolkit/optimisation/adamW.js';
import { multiStep } from '../../../../src/toolkit/optimisation/schedules.js';
import { sgd } from '../../../../src/toolkit/optimisation/sgd.js';
import { trainSteps, type StepsTraining } from '../../../../src/toolkit/optimisation/trainSteps.js';
import type { Turn } from '../../../../src/toolkit/optimisation/turn.js';
import { countedBackend } from '../../../support/countedBackend.js';
import { scalar, scalarTraining, valuesOf } from './scalarTraining.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const training = (change: Partial<StepsTraining> = {}, steps: Partial<TrainingSteps> = {}) =>
  scalarTraining(compute, change, steps);
const plain = (rate = 0.1) => [{ optimiser: sgd({ learningRate: rate }) }];
/** Moves one parameter towards what `aim` gives, plainly. */
const towards = (name: string, part: string, aim: (current: Readonly<Record<string, Tensor>>) => Tensor): Turn => ({
  parts: [part],
  groups: [{ ...plain()[0]!, covers: (each) => each === name }],
  prepare: () => (current) => ({ [part]: tf.squaredDifference(current[name]!, aim(current)) }),
});

describe('training in steps', () => {
  test('without an average gives the parameters themselves', async () => {
    expect(valuesOf(await trainSteps(training()))).toEqual({ a: 0.488 });
  });

  test('with one gives the average: 0.5 * 0.488 + 0.25 * 0.36 + 0.125 * 0.2', async () => {
    expect(valuesOf(await trainSteps(training({ averageDecay: 0.5 })))).toEqual({ a: 0.359 });
  });

  test('follows the schedule of its rate', async () => {
    const [turn] = training().turns;
    const groups = [{ optimiser: sgd({ learningRate: multiStep(0.1, [1], 0) }) }];
    expect(valuesOf(await trainSteps(training({ turns: [{ ...turn!, groups }] })))).toEqual({ a: 0.2 });
  });

  test('clips the gradients of a step by their common length', async () => {
    const [turn] = training().turns;
    // The gradient is -2; of length 1 it moves a by 0.1 in each step.
    expect(valuesOf(await trainSteps(training({ turns: [{ ...turn!, clipNorm: 1 }] })))).toEqual({ a: 0.3 });
  });

  test('turns follow each other within a step, and each sees what the one before left', async () => {
    const reports: Record<string, number>[] = [];
    const two = training(
      {
        totalSteps: 1,
        parameters: { a: scalar(0), b: scalar(0) },
        turns: [towards('a', 'first', () => tf.scalar(1)), towards('b', 'second', ({ a }) => a!)],
      },
      { report: ({ metrics }) => reports.push({ ...metrics }) },
    );
    // b moves by 0.2 of the way to 0.2, where a is by then.
    expect(valuesOf(await trainSteps(two))).toEqual({ a: 0.2, b: 0.04 });
    expect(reports.map(valuesOfMetrics)).toEqual([{ loss: 1.04, first: 1, second: 0.04 }]);
  });

  test('a parameter that two turns move has an optimiser state for each', async () => {
    const turn = { ...training().turns[0]!, groups: [{ optimiser: sgd({ learningRate: 0.1, momentum: 0.9 }) }] };
    const step = await CompiledStep.compile(training({ turns: [turn, { ...turn, parts: ['again'], prepare: again }] }));
    expect(Object.keys(await step.snapshot())).toEqual(['parameters/a', 'turn0/velocities/a', 'turn1/velocities/a']);
    await step.dispose();
  });

  test('buffers are replaced without a gradient, and kept in checkpoints', async () => {
    let kept: DetectorCheckpoint | undefined;
    const counting = (change: Partial<StepsTraining> = {}, steps: Partial<TrainingSteps> = {}) =>
      training(
        {
          buffers: { seen: scalar(0), last: scalar(-1) },
          turns: [
            {
              ...training().turns[0]!,
              buffers: ['seen', 'last'],
              prepare:
                ([x], { seen }) =>
                ({ a }) => ({ loss: tf.squaredDifference(a!, x!), seen: tf.add(seen!, 1), last: tf.add(a!, 0) }),
            },
          ],
          ...change,
        },
        steps,
      );
    const whole = await trainSteps(counting());
    // `last` is what a was before the last step.
    expect(valuesOf(whole)).toEqual({ a: 0.488, seen: 3, last: 0.36 });
    const checkpoint: TrainingSteps['checkpoint'] = async (save) => void (kept = structuredClone(await save()));
    await trainSteps(counting({ totalSteps: 2 }, { checkpoint }));
    expect(await trainSteps(counting({}, { resumeFrom: kept }))).toEqual(whole);
  });

  test('a loss that misses parameters is refused, naming them', async () => {
    const missing = training({ parameters: { a: scalar(0), b: scalar(1), c: scalar(2) } });
    await expect(trainSteps(missing)).rejects.toThrow("the loss does not reach the parameters 'b', 'c'");
    const constant = { ...training().turns[0]!, prepare: () => () => ({ loss: tf.scalar(1) }) };
    await expect(trainSteps(training({ turns: [constant] }))).rejects.toThrow("does not reach the parameter 'a'");
  });

  test.each<[string, Partial<StepsTraining>, string]>([
    [
      'a parameter without an optimiser',
      { parameters: { a: scalar(0), b: scalar(0) }, turns: [towards('a', 'loss', () => tf.scalar(1))] },
      "no optimiser moves 'b'",
    ],
    [
      'two parts of one name',
      { turns: [towards('a', 'loss', () => tf.scalar(1)), towards('a', 'loss', () => tf.scalar(1))] },
      "two turns have a part of the loss named 'loss'",
    ],
    ['a buffer with the name of a parameter', { buffers: { a: scalar(0) } }, "'a' cannot be both"],
  ])('refuses %s', async (_, change, message) => {
    await expect(trainSteps(training(change))).rejects.toThrow(message);
  });

  test('refuses a turn that does not give what it names', async () => {
    const turn = { ...training().turns[0]!, parts: ['loss', 'other'] };
    await expect(trainSteps(training({ turns: [turn] }))).rejects.toThrow("the parameter 'other' is missing");
  });

  test.each(['stage', 'phase'])('refuses a checkpoint of other tensors, its stage under the name %s', async (stage) => {
    const resumeFrom = { step: 1, tensors: {}, metadata: { [stage]: 'training', random: [1, 2, 3, 4] } };
    await expect(trainSteps(training({}, { resumeFrom }))).rejects.toThrow(
      "the checkpoint of step 1 has no tensor 'parameters/a'",
    );
  });
});

test('what crosses to an eager backend in a step does not grow with the network', async () => {
  const traffic = countedBackend('counted-steps');
  const eager = new EagerCompute('eager', 'counted-steps', {});
  const crossing = async (size: number) => {
    const input = hostTensor(new Float32Array(8).fill(1), [1, 8]);
    const step = await CompiledStep.compile({
      compute: eager,
      parameters: { w: hostTensor(new Float32Array(8 * size).fill(1), [8, size]) },
      averageDecay: 0.9,
      inputs: [input],
      turns: [
        {
          parts: ['loss'],
          groups: [{ optimiser: adam({ learningRate: 1e-3 }) }],
          prepare:
            ([x]) =>
            ({ w }) => {
              const y = tf.matMul(x as Tensor2D, w as Tensor2D);
              return { loss: tf.reshape<tf.Rank.R0>(tf.matMul(y, y, false, true), []) };
            },
        },
      ],
    });
    Object.assign(traffic, { uploaded: 0, downloaded: 0 });
    await step.run([input]);
    const { uploaded, downloaded } = traffic;
    await step.dispose();
    return { uploaded: uploaded - input.data.byteLength, downloaded };
  };
  const [small, large] = [await crossing(8), await crossing(100_000)];
  expect(large).toEqual(small);
  // The loss and its one part come back; three coefficients and numbers of the formulas go beside the inputs.
  expect(small.downloaded).toBe(8);
  expect(small.uploaded).toBeLessThan(200);
  await eager.dispose();
});

describe('batches drawn ahead', () => {
  /** Notes when a batch was begun and when a step had it. */
  const drawing = (events: string[], steps: Partial<TrainingSteps> = {}) => {
    const report = ({ step }: { step: number }) => void events.push(`step ${step}`);
    const base = training({ totalSteps: 4 }, { report, ...steps });
    const batch = (step: number): Promise<HostTensor[]> => {
      const drawn = base.steps.random.uniform();
      events.push(`draw ${step}`);
      return Promise.resolve().then(() => [scalar(drawn)]);
    };
    return { ...base, batch };
  };

  test('the next one is begun before the step ends, the last one is the last', async () => {
    const events: string[] = [];
    await trainSteps(drawing(events));
    expect(events).toEqual(['draw 0', 'draw 1', 'step 1', 'draw 2', 'step 2', 'draw 3', 'step 3', 'step 4']);
  });

  test('a training that goes on from any checkpoint gives the same bits', async () => {
    const checkpoints: DetectorCheckpoint[] = [];
    const checkpoint: TrainingSteps['checkpoint'] = async (save) =>
      void checkpoints.push(structuredClone(await save()));
    const whole = await trainSteps(drawing([], { checkpoint }));
    expect(checkpoints).toHaveLength(4);
    for (const resumeFrom of checkpoints) expect(await trainSteps(drawing([], { resumeFrom }))).toEqual(whole);
  });

  test('one that draws after it has promised is refused: going on from a checkpoint would draw anew', async () => {
    const base = training();
    const late = async () => {
      await Promise.resolve();
      return [scalar(base.steps.random.uniform())];
    };
    await expect(trainSteps({ ...base, batch: late })).rejects.toThrow(
      'the batch of step 1 drew from the random source after it had returned its promise',
    );
  });

  test('one that fails ends the training with its error', async () => {
    const batch = (step: number) => (step === 2 ? Promise.reject(new Error('no image')) : Promise.resolve([scalar(1)]));
    const steps: number[] = [];
    await expect(trainSteps(training({ batch }, { report: ({ step }) => steps.push(step) }))).rejects.toThrow(
      'no image',
    );
    expect(steps).toEqual([1, 2]);
  });
});

const again: Turn['prepare'] =
  ([x]) =>
  ({ a }) => ({ again: tf.squaredDifference(a!, x!) });

const valuesOfMetrics = (metrics: Record<string, number>) =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value.toPrecision(6))]));
