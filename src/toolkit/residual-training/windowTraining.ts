import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  elementCount,
  hostTensor,
  type CompiledFunction,
  type Compute,
  type HostTensor,
  type TensorSpec,
} from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import type { TrainingSettings } from '../../shared/training.js';
import type { NamedTensors } from '../swin/swinSettings.js';
import { adamWCoefficients } from '../training/adamW.js';
import { initialTrainingState, stateOf, stateTensors, trainingStep } from '../training/trainingStep.js';
import type { LossParts, LossTerm } from './lossTerm.js';

export interface WindowTrainingOptions {
  compute: Compute;
  settings: Pick<TrainingSettings, 'learningRate' | 'weightDecay' | 'emaDecay'>;
  /** The step descends the sum of all their parts. */
  terms: readonly LossTerm[];
  /** Memory bank `[m, d_f]`. */
  bank: HostTensor;
  /** Mean normal residual, `[d_t]` or `[1]`. */
  residualScale: HostTensor;
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
}

/** Optimiser state in the order parameters, first moments, second moments, averaged parameters. */
type State = readonly HostTensor[];

/** A whole training step (forward, backward, AdamW, EMA) as one compiled graph. */
export class WindowTraining {
  private step = 0;
  private next: State;

  private constructor(
    private readonly compiled: CompiledFunction,
    private readonly options: WindowTrainingOptions,
    private state: State,
  ) {
    this.next = state.map(emptyLike);
  }

  /** Traces and compiles the step. */
  static async compile(options: WindowTrainingOptions): Promise<WindowTraining> {
    const { parameters, bank, residualScale, terms } = options;
    const state = stateTensors(initialTrainingState(parameters));
    const inputs: TensorSpec[] = [
      ...state,
      bank,
      residualScale,
      { shape: [3] },
      ...terms.flatMap((term) => term.inputs),
    ];
    const compiled = await options.compute.compile(
      'training-step',
      (...tensors) => stepFunction(tensors, options),
      inputs,
    );
    return new WindowTraining(compiled, options, state);
  }

  /** Runs one step. @returns the loss before the update, and its parts by name. */
  async run(random: RandomSource): Promise<{ loss: number; parts: Record<string, number> }> {
    const { bank, residualScale, settings, terms } = this.options;
    const drawn = terms.flatMap((term) => term.draw(this.step, random));
    this.step += 1;
    const names = terms.flatMap((term) => term.parts);
    const values = ['loss', ...names].map(() => hostTensor(new Float32Array(1), []));
    await this.compiled.run(
      [
        ...this.state,
        bank,
        residualScale,
        hostTensor(adamWCoefficients(settings.learningRate, this.step), [3]),
        ...drawn,
      ],
      [...values, ...this.next],
    );
    // Two sets of arrays take turns: one is read while the other is written.
    [this.state, this.next] = [this.next, this.state];
    const [loss, ...parts] = values.map(({ data }) => data[0]!);
    return { loss: loss!, parts: Object.fromEntries(names.map((name, i) => [name, parts[i]!])) };
  }

  /** Everything the next step depends on but the batch; valid until that step. The opposite of {@link restore}. */
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
    const names = Object.keys(this.options.parameters);
    const { averages } = stateOf(names, this.state);
    return Object.fromEntries(Object.entries(averages).map(([name, average]) => [name, copy(average)]));
  }

  dispose(): Promise<void> {
    return this.compiled.dispose();
  }
}

/** The traced function: everything a step does, in the order of {@link WindowTraining.compile}'s inputs. */
function stepFunction(inputs: Tensor[], { parameters, terms, settings }: WindowTrainingOptions): Tensor[] {
  const names = Object.keys(parameters);
  const take = (count: number) => inputs.splice(0, count);
  const state = stateOf(names, take(4 * names.length));
  const [bank, residualScale, coefficients] = take(3) as [Tensor2D, Tensor1D, Tensor1D];
  const given = { bank, residualScale, parameters: state.parameters };
  const prepared = terms.map((term) => term.prepare(take(term.inputs.length), given));
  // Taken out of the differentiated function: made once more beside it, they would cost much of another forward pass.
  let kept: Scalar[] = [];
  const lossOf = (current: NamedTensors) => {
    const parts = prepared.flatMap((partsOf, i) => valuesOf(partsOf(current), terms[i]!));
    kept = parts.map((part) => tf.keep(tf.clone(part)));
    return parts.reduce((sum, part) => tf.add<Scalar>(sum, part));
  };
  const next = trainingStep(state, coefficients, lossOf, settings);
  const parts = kept.map((part) => tf.clone(part));
  tf.dispose(kept);
  return [next.loss, ...parts, ...stateTensors(next.state)];
}

function valuesOf(parts: LossParts, term: LossTerm): Scalar[] {
  return term.parts.map((name) => parts[name]!);
}

function emptyLike({ shape }: TensorSpec): HostTensor {
  return hostTensor(new Float32Array(elementCount(shape)), shape);
}

function copy({ shape, data }: HostTensor): HostTensor {
  return hostTensor(data.slice(), shape);
}
