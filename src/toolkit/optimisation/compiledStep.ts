import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import {
  elementCount,
  hostTensor,
  type CompiledFunction,
  type Compute,
  type HostTensor,
  type TensorSpec,
} from '../../shared/compute.js';
import type { TrainingSettings } from '../../shared/training.js';
import type { NamedTensors } from '../layers/namedTensors.js';
import { adamWCoefficients } from './adamW.js';
import { initialTrainingState, stateOf, stateTensors, trainingStep } from './trainingStep.js';

/** Named parts of a loss, each a scalar; a step descends their sum. */
export type LossParts = Readonly<Record<string, Scalar>>;

/** What a training step computes. */
export interface StepDefinition {
  compute: Compute;
  settings: Pick<TrainingSettings, 'learningRate' | 'weightDecay' | 'emaDecay'>;
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
  /** What a step is given beside the parameters. */
  inputs: readonly TensorSpec[];
  /** Names of {@link LossParts}. */
  parts: readonly string[];
  /**
   * A tensor function. What does not depend on the parameters being trained is made here, outside the differentiated
   * function that it returns.
   * @param current the parameters before the step.
   */
  prepare(inputs: Tensor[], current: NamedTensors): (parameters: NamedTensors) => LossParts;
  /** Factor on the learning rate of a parameter; default 1. */
  learningRateFactor?: ((name: string) => number) | undefined;
}

/** Optimiser state in the order parameters, first moments, second moments, averaged parameters. */
type State = readonly HostTensor[];

/** A whole training step (forward, backward, AdamW, EMA) as one compiled graph, and the state it moves on. */
export class CompiledStep {
  private step = 0;
  private next: State;

  private constructor(
    private readonly compiled: CompiledFunction,
    private readonly definition: StepDefinition,
    private state: State,
  ) {
    this.next = state.map(({ shape }) => hostTensor(new Float32Array(elementCount(shape)), shape));
  }

  /** Traces and compiles the step. */
  static async compile(definition: StepDefinition): Promise<CompiledStep> {
    const state = stateTensors(initialTrainingState(definition.parameters));
    const compiled = await definition.compute.compile(
      'training-step',
      (...tensors) => stepFunction(tensors, definition),
      [...state, { shape: [3] }, ...definition.inputs],
    );
    return new CompiledStep(compiled, definition, state);
  }

  /** Runs one step. @returns the loss before the update, and its parts by name. */
  async run(inputs: readonly HostTensor[]): Promise<{ loss: number; parts: Record<string, number> }> {
    const { settings, parts: names } = this.definition;
    this.step += 1;
    const values = ['loss', ...names].map(() => hostTensor(new Float32Array(1), []));
    const coefficients = hostTensor(adamWCoefficients(settings.learningRate, this.step), [3]);
    await this.compiled.run([...this.state, coefficients, ...inputs], [...values, ...this.next]);
    // Two sets of arrays take turns: one is read while the other is written.
    [this.state, this.next] = [this.next, this.state];
    const [loss, ...parts] = values.map(({ data }) => data[0]!);
    return { loss: loss!, parts: Object.fromEntries(names.map((name, i) => [name, parts[i]!])) };
  }

  /** Everything the next step depends on but its inputs; valid until that step. The opposite of {@link restore}. */
  snapshot(): Record<string, HostTensor> {
    return Object.fromEntries(this.state.map((tensor, i) => [String(i), tensor]));
  }

  /** Goes on behind `step`, with the tensors of its {@link snapshot}. */
  restore(step: number, tensors: Readonly<Record<string, HostTensor>>): void {
    this.step = step;
    this.state.forEach((tensor, i) => (tensor.data as Float32Array).set(tensors[String(i)]!.data));
  }

  /** The exponential moving average of the parameters: the final model. */
  averagedParameters(): Record<string, HostTensor> {
    const { averages } = stateOf(Object.keys(this.definition.parameters), this.state);
    return Object.fromEntries(
      Object.entries(averages).map(([name, { data, shape }]) => [name, hostTensor(data.slice(), shape)]),
    );
  }

  dispose(): Promise<void> {
    return this.compiled.dispose();
  }
}

/** The traced function: everything a step does, in the order of {@link CompiledStep.compile}'s inputs. */
function stepFunction(tensors: Tensor[], definition: StepDefinition): Tensor[] {
  const { parts, settings, learningRateFactor } = definition;
  const names = Object.keys(definition.parameters);
  const state = stateOf(names, tensors.slice(0, 4 * names.length));
  const [coefficients, ...inputs] = tensors.slice(4 * names.length) as [Tensor1D, ...Tensor[]];
  const partsOf = definition.prepare(inputs, state.parameters);
  // Taken out of the differentiated function: made once more beside it, they would cost much of another forward pass.
  let kept: Scalar[] = [];
  const lossOf = (current: NamedTensors) => {
    const values = partsOf(current);
    const ordered = parts.map((name) => values[name]!);
    kept = ordered.map((part) => tf.keep(tf.clone(part)));
    return ordered.reduce((sum, part) => tf.add<Scalar>(sum, part));
  };
  const next = trainingStep(state, coefficients, lossOf, { ...settings, learningRateFactor });
  const values = kept.map((part) => tf.clone(part));
  tf.dispose(kept);
  return [next.loss, ...values, ...stateTensors(next.state)];
}
