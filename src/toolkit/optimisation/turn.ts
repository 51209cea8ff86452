import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { named, parameter as find, type NamedTensors } from '../layers/namedTensors.js';
import { clipByGlobalNorm, lossAndGradients } from './gradients.js';
import type { Optimiser } from './optimiser.js';

/** Named parts of a loss, each a scalar; a step descends their sum. */
export type LossParts = Readonly<Record<string, Scalar>>;

/** Parameters that one optimiser moves. */
export interface ParameterGroup {
  optimiser: Optimiser;
  /** Which parameters; left out: all that no group before it covers. */
  covers?: ((this: void, name: string) => boolean) | undefined;
}

/**
 * One descent within a step: a loss, and the parameters that are moved along its gradients. Others are constants of it. With several
 * turns in a step each sees what the one before it left.
 */
export interface Turn {
  /** Names of the parts of its loss: the sum of these scalars is descended, and each is reported. */
  parts: readonly string[];
  /** Names of the buffers that it replaces. */
  buffers?: readonly string[] | undefined;
  groups: readonly ParameterGroup[];
  /** Most length of all its gradients together; left out: they stay as they are. */
  clipNorm?: number | undefined;
  /**
   * A tensor function. What does not depend on the parameters being trained is made here, outside the differentiated
   * function that it returns. That one gives the parts of the loss, and the next value of each buffer, by their names.
   * @param current parameters and buffers before the turn.
   */
  prepare(inputs: Tensor[], current: NamedTensors): (current: NamedTensors) => NamedTensors;
}

/** A turn's share of the tensors between two steps. */
export interface TurnTensors {
  parameters: NamedTensors;
  buffers: NamedTensors;
  /** What the optimisers keep, by slot and parameter: `firstMoments/weight`. */
  slots: NamedTensors;
}

/** Key of a slot. */
export function slotKey(slot: string, parameterName: string): string {
  return `${slot}/${parameterName}`;
}

/** Which group of a turn moves which of these parameters; those that none covers are left out. */
export function groupsOf(turn: Turn, names: readonly string[]): { name: string; group: number }[] {
  return names.flatMap((name) => {
    const group = turn.groups.findIndex(({ covers }) => covers?.(name) ?? true);
    return group < 0 ? [] : [{ name, group }];
  });
}

/**
 * A tensor function: one turn.
 * @param coefficients of each group's optimiser.
 * @returns the tensors after it, all of them, and loss and parts before it.
 * @throws RangeError naming a part or buffer that the turn does not give, or parameters that its loss does not reach.
 */
export function takeTurn(
  turn: Turn,
  before: TurnTensors,
  coefficients: readonly Tensor1D[],
  inputs: Tensor[],
): TurnTensors & { loss: Scalar; parts: Record<string, Scalar> } {
  const current = { ...before.parameters, ...before.buffers };
  const moved = groupsOf(turn, Object.keys(before.parameters));
  const valuesOf = turn.prepare(inputs, current);
  const kept = new Kept([...turn.parts, ...(turn.buffers ?? [])]);
  const { loss, gradients } = lossAndGradients(
    named(
      moved.map(({ name }) => name),
      moved.map(({ name }) => before.parameters[name]!),
    ),
    (given) => {
      const values = kept.keep(valuesOf({ ...current, ...given }));
      return turn.parts.map((name) => values[name] as Scalar).reduce((sum, part) => tf.add<Scalar>(sum, part));
    },
  );
  const values = kept.take();
  const clipped = turn.clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, turn.clipNorm);
  const after = descend(turn, before, clipped, coefficients);
  tf.dispose([gradients, clipped]);
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, values[name]!]));
  return {
    ...after,
    buffers: { ...before.buffers, ...pick(turn.buffers ?? []) },
    loss,
    parts: pick(turn.parts) as Record<string, Scalar>,
  };
}

function descend(
  turn: Turn,
  before: TurnTensors,
  gradients: NamedTensors,
  coefficients: readonly Tensor1D[],
): Pick<TurnTensors, 'parameters' | 'slots'> {
  const parameters: Record<string, Tensor> = { ...before.parameters };
  const slots: Record<string, Tensor> = { ...before.slots };
  for (const { name, group } of groupsOf(turn, Object.keys(parameters))) {
    const { optimiser } = turn.groups[group]!;
    const keys = optimiser.slots.map((slot) => slotKey(slot, name));
    const update = optimiser.update(
      parameters[name]!,
      gradients[name]!,
      keys.map((key) => slots[key]!),
      coefficients[group]!,
    );
    parameters[name] = update.parameter;
    keys.forEach((key, i) => (slots[key] = update.slots[i]!));
  }
  return { parameters, slots };
}

/** Values taken out of a differentiated function: made once more beside it, they would cost much of another forward pass. */
class Kept {
  private values: Record<string, Tensor> = {};

  constructor(private readonly names: readonly string[]) {}

  keep(values: NamedTensors): NamedTensors {
    this.values = Object.fromEntries(this.names.map((name) => [name, tf.keep(tf.clone(find(values, name)))]));
    return values;
  }

  /** As tensors of the scope around the differentiated function. */
  take(): Record<string, Tensor> {
    const taken = Object.fromEntries(Object.entries(this.values).map(([name, value]) => [name, tf.clone(value)]));
    tf.dispose(this.values);
    return taken;
  }
}
