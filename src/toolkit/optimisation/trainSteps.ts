import type { TrainingSteps } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import { CompiledStep, type StepDefinition } from './compiledStep.js';
import { DrawnBatches, type Batch } from './drawnBatches.js';

/** A training in steps: parameters, the inputs of a step and the losses they give. */
export interface StepsTraining extends StepDefinition {
  steps: TrainingSteps;
  totalSteps: number;
  /** The inputs of a step, drawn from `steps.random`. @param step from 0. */
  batch: Batch;
  /** Name of this training in reports and checkpoints; default `training`. */
  stage?: string | undefined;
}

/**
 * Trains for `totalSteps` steps, reporting each. Goes on from a checkpoint of the same stage, to the same bits.
 * @returns the moving average of the parameters, or the parameters where there is none, and the buffers.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export async function trainSteps(training: StepsTraining): Promise<Record<string, HostTensor>> {
  const { totalSteps, stage = 'training' } = training;
  const { random, signal, report, checkpoint } = training.steps;
  const compiled = await CompiledStep.compile(training);
  try {
    const done = await resume(training, compiled);
    const batches = new DrawnBatches(training.batch, random, done, totalSteps);
    for (let step = done + 1; step <= totalSteps; step++) {
      signal.throwIfAborted();
      const { loss, parts } = await compiled.run(await batches.next());
      if (!Number.isFinite(loss)) {
        const message = `the loss of step ${step} is ${loss}; lower the learning rate`;
        throw problem('NON_FINITE_OUTPUT', message, { item: 'loss' });
      }
      const named = Object.keys(parts).length > 1 ? parts : {};
      report({ stage, step, totalSteps, metrics: { loss, ...named } });
      await checkpoint(async () => ({
        step,
        tensors: await compiled.snapshot(),
        metadata: { stage, random: batches.random },
      }));
    }
    return await compiled.trained();
  } finally {
    await compiled.dispose();
  }
}

/** @returns steps done; 0 when there is nothing of this stage to go on from. */
async function resume({ steps, stage = 'training' }: StepsTraining, compiled: CompiledStep): Promise<number> {
  const { resumeFrom, random } = steps;
  // Checkpoints of earlier versions call it `phase`.
  if (!resumeFrom || (resumeFrom.metadata['stage'] ?? resumeFrom.metadata['phase']) !== stage) return 0;
  await compiled.restore(resumeFrom.step, resumeFrom.tensors);
  random.restore(resumeFrom.metadata['random'] as number[]);
  return resumeFrom.step;
}
