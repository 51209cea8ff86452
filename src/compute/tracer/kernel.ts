import type { GraphBuilder, Value } from './graph.js';

/** The inputs of tfjs kernels by tfjs's names; each kernel has its own few of these. */
export interface KernelInputs {
  readonly a: Value;
  readonly b: Value;
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
  readonly input: Value;
  readonly output: Value;
  readonly value: Value;
  readonly logits: Value;
  readonly images: Value;
  readonly condition: Value;
  readonly t: Value;
  readonly e: Value;
  readonly alpha: Value;
  readonly params: Value;
  readonly indices: Value;
  readonly updates: Value;
  readonly tensor: Value;
  readonly segmentIds: Value;
  readonly sparseIndices: Value;
  readonly sparseValues: Value;
  readonly defaultValue: Value;
  readonly filter: Value;
  readonly mean: Value;
  readonly variance: Value;
  readonly scale?: Value;
  readonly offset?: Value;
  readonly bias?: Value;
  readonly preluActivationWeights?: Value;
}

/** Writes what one tfjs kernel does into the graph. Several results: an array. */
export type Kernel = (g: GraphBuilder, inputs: KernelInputs, attributes: unknown) => Value | readonly Value[];

/** Kernels by tfjs kernel name. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** Gives a kernel's attributes their type; tfjs states it per kernel name. */
export function withAttributes<Attributes>(
  kernel: (g: GraphBuilder, inputs: KernelInputs, attributes: Attributes) => Value | readonly Value[],
): Kernel {
  return (g, inputs, attributes) => kernel(g, inputs, attributes as Attributes);
}

/** The inputs of a kernel that takes a list (tfjs passes arrays or objects with numbers as keys). */
export function inputList(inputs: KernelInputs): Value[] {
  return Object.values(inputs) as Value[];
}

/** A negative axis counted from the end. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
