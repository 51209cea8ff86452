import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Compute, HostTensor, StatefulFunction, TensorSpec } from '../../shared/compute.js';
import { named } from '../layers/namedTensors.js';
import {
  initialTrainingState,
  stepCoefficients,
  type StepPlan,
  trainedTensors,
  trainingStep,
  type TrainingState,
} from './trainingStep.js';

/** What a training step computes, and with what. */
export interface StepDefinition extends StepPlan {
  compute: Compute;
  /** What a step is given. */
  inputs: readonly TensorSpec[];
}

/** A whole training step (forward, backward, optimisers, average) as one compiled graph, whose state stays where it is computed. */
export class CompiledStep {
  private step = 0;

  private constructor(
    private readonly compiled: StatefulFunction,
    private readonly definition: StepDefinition,
    /** Keys of the state, in its order. */
    private readonly keys: readonly string[],
    private readonly parts: readonly string[],
  ) {}

  /** Traces and compiles the step. @throws RangeError as {@link initialTrainingState}, or for a loss that misses a parameter. */
  static async compile(definition: StepDefinition): Promise<CompiledStep> {
    const state = initialTrainingState(definition);
    const keys = Object.keys(state);
    const parts = definition.turns.flatMap((turn) => turn.parts);
    const coefficients = stepCoefficients(definition, 1);
    const compiled = await definition.compute.compile(
      'training-step',
      (...tensors) => {
        const next = trainingStep(
          definition,
          named(keys, tensors.splice(0, keys.length)),
          tensors.splice(0, coefficients.length) as Tensor1D[],
          tensors,
        );
        return [...ordered(next.state, keys), next.loss, ...ordered(next.parts, parts)];
      },
      { state: Object.values(state), inputs: [...coefficients, ...definition.inputs] },
    );
    return new CompiledStep(compiled, definition, keys, parts);
  }

  /** Runs one step. @returns the loss before the update, and its parts by name. */
  async run(inputs: readonly HostTensor[]): Promise<{ loss: number; parts: Record<string, number> }> {
    const coefficients = stepCoefficients(this.definition, this.step + 1);
    const results = await this.compiled.run([...coefficients, ...inputs]);
    this.step += 1;
    const [loss, ...parts] = results.map(({ data }) => data[0]!);
    return { loss: loss!, parts: named(this.parts, parts) };
  }

  /** Everything the next step depends on but its inputs, by name. The opposite of {@link restore}. */
  async snapshot(): Promise<TrainingState<HostTensor>> {
    return named(this.keys, await this.compiled.state());
  }

  /** Goes on behind `step`, with the tensors of its {@link snapshot}. @throws RangeError naming a tensor that is missing. */
  async restore(step: number, tensors: TrainingState<HostTensor>): Promise<void> {
    const missing = this.keys.filter((key) => !tensors[key]);
    if (missing.length > 0)
      throw new RangeError(`the checkpoint of step ${step} has no tensor '${missing.join("', '")}'`);
    await this.compiled.restore(ordered(tensors, this.keys));
    this.step = step;
  }

  /** The trained tensors: the moving average of the parameters, or the parameters where there is none, and the buffers. */
  async trained(): Promise<Record<string, HostTensor>> {
    return trainedTensors(await this.snapshot());
  }

  dispose(): Promise<void> {
    return this.compiled.dispose();
  }
}

function ordered<T extends Tensor | HostTensor>(tensors: Readonly<Record<string, T>>, keys: readonly string[]): T[] {
  return keys.map((key) => tensors[key]!);
}
