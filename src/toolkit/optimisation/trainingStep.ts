import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { elementCount, hostTensor, type HostTensor } from '../../shared/compute.js';
import { emaStep } from './adamW.js';
import { groupsOf, slotKey, takeTurn, type Turn, type TurnTensors } from './turn.js';

/** What a training step moves, and how. */
export interface StepPlan {
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
  /** Tensors that a turn replaces without a gradient, such as running means, as they are before the first step. */
  buffers?: Readonly<Record<string, HostTensor>> | undefined;
  /** In their order; most trainings have one. */
  turns: readonly Turn[];
  /** Of the exponential moving average of the parameters; left out: none is kept. */
  averageDecay?: number | undefined;
}

/** The tensors between two steps by kind and name: `parameters/weight`, `averages/weight`, `buffers/mean`, `turn0/firstMoments/weight`. */
export type TrainingState<T = Tensor> = Readonly<Record<string, T>>;

const ofTurn = (turn: number) => `turn${turn}/`;

/**
 * The state before the first step: what optimisers keep is zero, averages are the parameters. It shares no array with the plan.
 * @throws RangeError when no turn moves a parameter, two turns have parts of one name, or a buffer has the name of a parameter.
 */
export function initialTrainingState(plan: StepPlan): TrainingState<HostTensor> {
  checkPlan(plan);
  const { parameters, buffers = {}, turns, averageDecay } = plan;
  const copy = ({ data, shape, dtype }: HostTensor): HostTensor => ({ data: data.slice(), shape, dtype });
  const state = prefixed('parameters/', mapped(parameters, copy));
  turns.forEach((turn, at) => {
    for (const { name, group } of groupsOf(turn, Object.keys(parameters))) {
      const { shape } = parameters[name]!;
      for (const slot of turn.groups[group]!.optimiser.slots) {
        state[ofTurn(at) + slotKey(slot, name)] = hostTensor(new Float32Array(elementCount(shape)), shape);
      }
    }
  });
  if (averageDecay !== undefined) Object.assign(state, prefixed('averages/', mapped(parameters, copy)));
  return Object.assign(state, prefixed('buffers/', mapped(buffers, copy)));
}

/** The learning rates and other coefficients of a step, one tensor for each group of each turn. @param step from 1. */
export function stepCoefficients({ turns }: Pick<StepPlan, 'turns'>, step: number): HostTensor[] {
  return turns.flatMap(({ groups }) =>
    groups.map(({ optimiser }) => {
      const coefficients = optimiser.coefficients(step);
      return hostTensor(coefficients, [coefficients.length]);
    }),
  );
}

/**
 * One training step as a tensor function: every turn, then the moving average. Meant to be compiled as one graph.
 * @param coefficients see {@link stepCoefficients}.
 * @returns the next state, with the keys of the one before; the sum of all losses before the step, and their parts.
 */
export function trainingStep(
  plan: Omit<StepPlan, 'parameters' | 'buffers'>,
  state: TrainingState,
  coefficients: readonly Tensor1D[],
  inputs: Tensor[],
): { state: TrainingState; loss: Scalar; parts: Record<string, Scalar> } {
  const left = coefficients.slice();
  let now: Omit<TurnTensors, 'slots'> = { parameters: under('parameters/', state), buffers: under('buffers/', state) };
  const next: Record<string, Tensor> = {};
  const losses: Scalar[] = [];
  const parts: Record<string, Scalar> = {};
  plan.turns.forEach((turn, at) => {
    const before = { ...now, slots: under(ofTurn(at), state) };
    const after = takeTurn(turn, before, left.splice(0, turn.groups.length), inputs);
    Object.assign(next, prefixed(ofTurn(at), after.slots));
    Object.assign(parts, after.parts);
    losses.push(after.loss);
    now = after;
  });
  Object.assign(next, prefixed('parameters/', now.parameters), prefixed('buffers/', now.buffers));
  for (const [name, average] of Object.entries(under('averages/', state))) {
    next[`averages/${name}`] = emaStep(average, now.parameters[name]!, plan.averageDecay!);
  }
  const loss = losses.reduce((sum, each) => tf.add<Scalar>(sum, each));
  return { state: Object.fromEntries(Object.keys(state).map((key) => [key, next[key]!])), loss, parts };
}

/** What a training ends with: the averages where there are any, otherwise the parameters, and the buffers. */
export function trainedTensors<T>(state: TrainingState<T>): Record<string, T> {
  return { ...under('parameters/', state), ...under('averages/', state), ...under('buffers/', state) };
}

function checkPlan({ parameters, buffers = {}, turns }: StepPlan): void {
  const names = Object.keys(parameters);
  const list = (found: readonly string[]) => found.map((name) => `'${name}'`).join(', ');
  const moved = new Set(turns.flatMap((turn) => groupsOf(turn, names).map(({ name }) => name)));
  const still = names.filter((name) => !moved.has(name));
  if (still.length > 0)
    throw new RangeError(`no optimiser moves ${list(still)}; hand over what shall stay as an input`);
  const parts = turns.flatMap((turn) => turn.parts);
  const twice = parts.filter((name, i) => parts.indexOf(name) !== i);
  if (twice.length > 0) throw new RangeError(`two turns have a part of the loss named ${list(twice)}`);
  const both = Object.keys(buffers).filter((name) => name in parameters);
  if (both.length > 0) throw new RangeError(`${list(both)} cannot be both parameter and buffer`);
}

function prefixed<T>(prefix: string, tensors: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
}

function under<T>(prefix: string, tensors: Readonly<Record<string, T>>): Record<string, T> {
  const found = Object.entries(tensors).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, tensor]) => [key.slice(prefix.length), tensor]));
}

function mapped<T, U>(record: Readonly<Record<string, T>>, make: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value)]));
}
