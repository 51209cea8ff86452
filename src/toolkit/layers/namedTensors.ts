import type { Tensor } from '@tensorflow/tfjs-core';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A parameter by name. @throws RangeError naming it when it is missing. */
export function parameter<T extends Tensor>(parameters: NamedTensors, name: string): T {
  const found = parameters[name];
  if (!found) throw new RangeError(`the parameter '${name}' is missing`);
  return found as T;
}

/** Things by their names. @throws RangeError when the counts differ. */
export function named<T>(names: readonly string[], tensors: readonly T[]): Record<string, T> {
  if (names.length !== tensors.length) throw new RangeError(`${names.length} names for ${tensors.length} tensors`);
  return Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
}
