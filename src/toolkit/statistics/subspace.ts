import type { HostTensor } from '../../shared/compute.js';

/** So many rows from all over a matrix `[n, d]`: what a subspace iteration starts with. */
export function spreadVectors({ data, shape }: HostTensor, count: number): Float64Array[] {
  const [size, width] = shape as [number, number];
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor((i * size) / count);
    return Float64Array.from(data.subarray(row * width, (row + 1) * width));
  });
}

/** The columns of a matrix `[rows, columns]`. */
export function columnsOf({ data, shape }: HostTensor): Float64Array[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => data[row * columns + column]!),
  );
}

/** Gram and Schmidt, twice for its rounding. What depends on vectors before it becomes zero. @returns `[dimensions, count]`. */
export function orthonormal(vectors: readonly Float64Array[], dimensions: number): Float32Array {
  const basis = new Float32Array(dimensions * vectors.length);
  vectors.forEach((vector, i) => {
    const length = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++) {
      for (const before of vectors.slice(0, i)) {
        const along = dot(vector, before);
        for (let c = 0; c < dimensions; c++) vector[c]! -= along * before[c]!;
      }
    }
    const left = Math.sqrt(dot(vector, vector));
    const scale = left > 1e-6 * length ? 1 / left : 0;
    for (let c = 0; c < dimensions; c++) basis[c * vectors.length + i] = vector[c]! *= scale;
  });
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}
