import { hostTensor, type HostTensor } from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';

/**
 * Random orthonormal columns, every direction as likely as any other: the product of Householder reflections of Gaussian vectors
 * (Stewart 1980). With as many columns as rows it is a rotation: its determinant is 1.
 * @returns `[rows, columns]`.
 * @throws RangeError for more columns than rows.
 */
export function randomOrthonormal(rows: number, columns: number, random: RandomSource): HostTensor {
  if (columns > rows) throw new RangeError(`there are no ${columns} orthonormal columns of ${rows} numbers`);
  const square = columns === rows;
  const reflections = Array.from({ length: square ? columns - 1 : columns }, (_, i) => reflection(rows - i, random));
  const signs = reflections.map(({ sign }) => sign);
  // Each reflection has the determinant -1, and each sign its own.
  if (square) signs.push(signs.reduce((product, sign) => product * sign, (rows - 1) % 2 === 0 ? 1 : -1));
  const basis = new Float64Array(rows * columns);
  for (let i = 0; i < columns; i++) basis[i * columns + i] = signs[i]!;
  for (let i = reflections.length - 1; i >= 0; i--) reflect(basis, columns, i, reflections[i]!.vector);
  return hostTensor(Float32Array.from(basis), [rows, columns]);
}

/** A Gaussian vector made into that of the reflection which turns it onto its first axis, and the side it came from. */
function reflection(length: number, random: RandomSource): { vector: Float64Array; sign: number } {
  const vector = Float64Array.from({ length }, () => random.normal());
  const sign = vector[0]! < 0 ? -1 : 1;
  vector[0]! += sign * Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return { vector, sign: -sign };
}

/** Reflects the columns from `at` on, which are zero above row `at`. */
function reflect(basis: Float64Array, columns: number, at: number, vector: Float64Array): void {
  const scale = 2 / vector.reduce((sum, value) => sum + value * value, 0);
  const along = new Float64Array(columns);
  vector.forEach((value, k) => {
    for (let c = at; c < columns; c++) along[c]! += value * basis[(at + k) * columns + c]!;
  });
  vector.forEach((value, k) => {
    for (let c = at; c < columns; c++) basis[(at + k) * columns + c]! -= scale * value * along[c]!;
  });
}
