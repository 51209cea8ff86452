import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import type { DetectorCheckpoint, TrainingSteps } from '../../../../src/plugin-api/index.js';
import type { Compute } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { TrainingStages } from '../../../../src/toolkit/optimisation/stages.js';
import { trainSteps, type StepsTraining } from '../../../../src/toolkit/optimisation/trainSteps.js';
import { scalar, scalarTraining } from './scalarTraining.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

/** A teacher that is trained, statistics that are drawn, and a student that needs both. */
async function threeStages(change: Partial<TrainingSteps>, ran: string[]) {
  const random = RandomSource.fromSeed(5);
  const context = scalarTraining(compute, {}, { ...change, random });
  const stages = new TrainingStages(context.steps);
  const learn = (name: string, of: Partial<StepsTraining>) => {
    ran.push(name);
    return trainSteps({ ...context, ...of, stage: name, batch: () => [scalar(random.normal())] });
  };
  const teacher = await stages.run('teacher', (steps) => learn('teacher', { steps }));
  const statistics = await stages.run('statistics', () => {
    ran.push('statistics');
    return Promise.resolve({ mean: scalar(random.normal()) });
  });
  const shift = random.normal();
  const parameters = { a: scalar(teacher['a']!.data[0]! + statistics.mean.data[0]! + shift) };
  return stages.run('student', (steps) => learn('student', { steps, parameters }));
}

test('each stage runs once; from any checkpoint on, those before it are passed over, to the same bits', async () => {
  const checkpoints: DetectorCheckpoint[] = [];
  const checkpoint: TrainingSteps['checkpoint'] = async (save) => void checkpoints.push(structuredClone(await save()));
  const all: string[] = [];
  const whole = await threeStages({ checkpoint }, all);
  expect(all).toEqual(['teacher', 'statistics', 'student']);
  // Three steps of teacher and student, and the end of each stage.
  expect(checkpoints).toHaveLength(9);
  const passed: number[] = [];
  for (const resumeFrom of checkpoints) {
    const ran: string[] = [];
    expect(await threeStages({ resumeFrom }, ran)).toEqual(whole);
    passed.push(3 - ran.length);
  }
  expect(passed).toEqual([0, 0, 0, 1, 2, 2, 2, 2, 3]);
});

test('a checkpoint holds the results of the stages before it, under their names', async () => {
  const last: DetectorCheckpoint[] = [];
  await threeStages({ checkpoint: async (save) => void (last[0] = await save()) }, []);
  expect(Object.keys(last[0]!.tensors)).toEqual(['stages/teacher/a', 'stages/statistics/mean', 'stages/student/a']);
});
