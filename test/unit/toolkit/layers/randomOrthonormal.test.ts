import { expect, test } from 'vitest';
import type { HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { randomOrthonormal } from '../../../../src/toolkit/layers/randomOrthonormal.js';

const at = ({ data, shape }: HostTensor, row: number, column: number) => data[row * shape[1]! + column]!;

/** Furthest from the identity that Q^T Q is. */
function worst(basis: HostTensor): number {
  const [rows, columns] = basis.shape as [number, number];
  let most = 0;
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = i === j ? -1 : 0;
      for (let row = 0; row < rows; row++) sum += at(basis, row, i) * at(basis, row, j);
      most = Math.max(most, Math.abs(sum));
    }
  }
  return most;
}

/** By its first row, as in a textbook. */
function determinant(matrix: number[][]): number {
  if (matrix.length === 1) return matrix[0]![0]!;
  return matrix[0]!.reduce((sum, value, column) => {
    const rest = matrix.slice(1).map((row) => row.filter((_, i) => i !== column));
    return sum + (column % 2 === 0 ? 1 : -1) * value * determinant(rest);
  }, 0);
}

test.each([
  [1, 1],
  [2, 2],
  [5, 5],
  [40, 40],
  [7, 3],
  [200, 30],
])('%i x %i: columns are orthonormal', (rows, columns) => {
  // prettier-ignore
  expect(worst(randomOrthonormal(rows, columns, RandomSource.fromSeed(rows)))).toBeLessThan(1e-6);
});

test('as many columns as rows are a rotation, whatever the seed', () => {
  for (let seed = 0; seed < 12; seed++) {
    const size = 2 + (seed % 4);
    const basis = randomOrthonormal(size, size, RandomSource.fromSeed(seed));
    const rows = Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, c) => at(basis, row, c)));
    expect(determinant(rows), `seed ${seed}`).toBeCloseTo(1, 5);
  }
});

test('no direction is preferred', () => {
  const random = RandomSource.fromSeed(4);
  const sums = new Float64Array(9);
  for (let i = 0; i < 3000; i++) randomOrthonormal(3, 3, random).data.forEach((value, k) => (sums[k]! += value / 3000));
  // Each is a mean of 3000 numbers of variance 1/3.
  expect(Math.max(...sums.map(Math.abs))).toBeLessThan(4 / Math.sqrt(9000));
});

test('more columns than rows are refused', () => {
  expect(() => randomOrthonormal(2, 3, RandomSource.fromSeed(1))).toThrow('no 3 orthonormal columns of 2 numbers');
});
