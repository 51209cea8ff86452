import type { TrainingContext } from '../../plugin-api/index.js';
import type { HostTensor } from '../../shared/compute.js';
import { problem } from '../../shared/errors.js';
import { CompiledStep, type StepDefinition } from './compiledStep.js';

/** A training in steps: parameters, the inputs of a step and the loss they give. */
export interface StepsTraining
  extends Omit<StepDefinition, 'settings'>, Pick<TrainingContext<unknown>, 'settings' | 'steps'> {
  /**
   * The inputs of one step, drawn from `steps.random` and nothing else; the same arrays may be used again.
   * @param step from 0.
   */
  batch(step: number): readonly HostTensor[];
  /** Name of this training in reports and checkpoints; default `training`. */
  stage?: string | undefined;
}

/**
 * Trains for `settings.steps` steps with AdamW, reporting each. Goes on from a checkpoint of the same stage, to the same bits.
 * @returns the moving average of the parameters.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export async function trainSteps(training: StepsTraining): Promise<Record<string, HostTensor>> {
  const { settings, stage = 'training' } = training;
  const { random, signal, report, checkpoint } = training.steps;
  const compiled = await CompiledStep.compile(training);
  try {
    for (let step = resume(training, compiled) + 1; step <= settings.steps; step++) {
      signal.throwIfAborted();
      const { loss, parts } = await compiled.run(training.batch(step - 1));
      if (!Number.isFinite(loss)) {
        const message = `the loss of step ${step} is ${loss}; lower the learning rate`;
        throw problem('NON_FINITE_OUTPUT', message, { item: 'loss' });
      }
      const named = Object.keys(parts).length > 1 ? parts : {};
      report({ stage, step, totalSteps: settings.steps, metrics: { loss, ...named } });
      await checkpoint(() => ({
        step,
        tensors: compiled.snapshot(),
        metadata: { phase: stage, random: random.snapshot() },
      }));
    }
    return compiled.averagedParameters();
  } finally {
    await compiled.dispose();
  }
}

/** @returns steps done; 0 when there is nothing of this stage to go on from. */
function resume({ steps, stage = 'training' }: StepsTraining, compiled: CompiledStep): number {
  const { resumeFrom, random } = steps;
  if (resumeFrom?.metadata['phase'] !== stage) return 0;
  compiled.restore(resumeFrom.step, resumeFrom.tensors);
  random.restore(resumeFrom.metadata['random'] as number[]);
  return resumeFrom.step;
}
