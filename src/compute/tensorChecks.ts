import { elementCount, sameShape, type HostTensor, type TensorSpec } from '../shared/compute.js';

const arrayTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

const describe = (shape: readonly number[], dtype: string) => `${dtype}[${shape.join(', ')}]`;

/**
 * Checks tensors against what a compiled function declares.
 * @throws RangeError naming the function, the index and both shapes.
 */
export function checkTensors(
  name: string,
  role: 'input' | 'output' | 'state',
  tensors: readonly HostTensor[],
  specs: readonly Required<TensorSpec>[],
): void {
  if (tensors.length !== specs.length) {
    throw new RangeError(`"${name}" takes ${specs.length} ${role} tensors, got ${tensors.length}`);
  }
  tensors.forEach(({ shape, dtype, data }, i) => {
    const expected = specs[i]!;
    const where = `${role} ${i} of "${name}"`;
    const matches =
      shape.length === expected.shape.length && shape.every((size, axis) => size === expected.shape[axis]);
    if (!matches || dtype !== expected.dtype) {
      throw new RangeError(
        `${where} must be ${describe(expected.shape, expected.dtype)}, got ${describe(shape, dtype)}`,
      );
    }
    if (!(data instanceof arrayTypes[dtype]) || data.length !== elementCount(shape)) {
      throw new RangeError(
        `${where} must hold ${elementCount(shape)} elements in a ${arrayTypes[dtype].name}, got ${data.length} in a ${data.constructor.name}`,
      );
    }
  });
}

/** An array for one output. */
export function emptyTensor({ shape, dtype }: Required<TensorSpec>): HostTensor {
  return { shape, dtype, data: new arrayTypes[dtype](elementCount(shape)) };
}

/** A copy in an array of its own. */
export function copyOf({ shape, dtype, data }: HostTensor): HostTensor {
  return { shape: shape.slice(), dtype, data: data.slice() };
}

/** Copies the elements of a tensor into another one of the same shape and type. */
export function copyInto(source: HostTensor, target: HostTensor): void {
  target.data.set(source.data);
}

/** What a tensor function takes and gives. */
export interface TensorTypes {
  inputs: readonly Required<TensorSpec>[];
  outputs: readonly Required<TensorSpec>[];
}

/**
 * Takes the state, the first `count` of inputs and outputs, apart from the others.
 * @throws RangeError when the function gives another state than it takes.
 */
export function splitState(
  name: string,
  { inputs, outputs }: TensorTypes,
  count: number,
): TensorTypes & { state: readonly Required<TensorSpec>[] } {
  const state = inputs.slice(0, count);
  state.forEach(({ shape, dtype }, i) => {
    const next = outputs[i];
    const matches = next && next.dtype === dtype && sameShape(next.shape, shape);
    if (matches) return;
    const given = next ? describe(next.shape, next.dtype) : 'nothing';
    throw new RangeError(
      `"${name}" must give state ${i} as ${describe(shape, dtype)}, as it took it, and gives ${given}`,
    );
  });
  return { state, inputs: inputs.slice(count), outputs: outputs.slice(count) };
}
