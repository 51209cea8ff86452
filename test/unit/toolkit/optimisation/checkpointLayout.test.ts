import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import type { DetectorCheckpoint } from '../../../../src/plugin-api/index.js';
import type { Compute } from '../../../../src/shared/compute.js';
import { adam, adamW } from '../../../../src/toolkit/optimisation/adamW.js';
import { checkpointLayout } from '../../../../src/toolkit/optimisation/checkpointLayout.js';
import { sgd } from '../../../../src/toolkit/optimisation/sgd.js';
import { TrainingStages } from '../../../../src/toolkit/optimisation/stages.js';
import { trainSteps, type StepsTraining } from '../../../../src/toolkit/optimisation/trainSteps.js';
import type { Turn } from '../../../../src/toolkit/optimisation/turn.js';
import { scalar, scalarTraining } from './scalarTraining.js';

const learningRate = 0.1;

/** Two turns, every optimiser, an average and a buffer. */
function everything(compute: Compute): StepsTraining {
  const both: Turn = {
    parts: ['loss'],
    buffers: ['seen'],
    groups: [
      { optimiser: sgd({ learningRate, momentum: 0.9 }), covers: (name) => name === 'a' },
      { optimiser: adam({ learningRate }), covers: (name) => name === 'b' },
    ],
    prepare:
      ([x], { seen }) =>
      ({ a, b }) => ({ loss: tf.squaredDifference(tf.add(a!, b!), x!), seen: tf.add(seen!, 1) }),
  };
  const again: Turn = {
    parts: ['again'],
    groups: [{ optimiser: adamW({ learningRate, weightDecay: 0.01 }), covers: (name) => name === 'a' }],
    prepare:
      ([x]) =>
      ({ a }) => ({ again: tf.squaredDifference(a!, x!) }),
  };
  const parameters = { a: scalar(0), b: scalar(0) };
  const changes = { parameters, buffers: { seen: scalar(0) }, averageDecay: 0.5, turns: [both, again] };
  return scalarTraining(compute, changes);
}

/** The last checkpoint of the second of two stages. */
async function fullCheckpoint(): Promise<DetectorCheckpoint> {
  const compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
  const offered: DetectorCheckpoint[] = [];
  const training = scalarTraining(
    compute,
    {},
    { checkpoint: async (save) => void offered.push(structuredClone(await save())) },
  );
  const stages = new TrainingStages(training.steps);
  await stages.run('before', (steps) => trainSteps({ ...training, steps, stage: 'before' }));
  await stages.run('after', (steps) => trainSteps({ ...everything(compute), steps, stage: 'after' }));
  await compute.dispose();
  return offered.findLast(({ metadata }) => metadata['stage'] === 'after')!;
}

it('what checkpoints hold is what the number of their layout stands for', async () => {
  const { step, tensors, metadata } = await fullCheckpoint();
  const held = Object.entries(tensors).map(([name, { data, shape }]) => [
    name,
    { shape, values: Array.from(data, (value) => Number(value.toPrecision(4))) },
  ]);
  const found = { step, tensors: Object.fromEntries(held) as object, metadata };
  const file = new URL(`../../../fixtures/checkpointLayouts/${checkpointLayout}.json`, import.meta.url);
  const known = await readFile(file, 'utf8').catch(() => 'null');
  const advice = 'another layout: raise checkpointLayout, and keep what is found as the file of the new number';
  expect(found, advice).toEqual(JSON.parse(known));
});
