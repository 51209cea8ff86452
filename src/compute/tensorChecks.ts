import { elementCount, type HostTensor, type TensorSpec } from '../shared/compute.js';

const arrayTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

const describe = (shape: readonly number[], dtype: string) => `${dtype}[${shape.join(', ')}]`;

/**
 * Checks tensors against what a compiled function declares.
 * @throws RangeError naming the function, the index and both shapes.
 */
export function checkTensors(
  name: string,
  role: 'input' | 'output',
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
