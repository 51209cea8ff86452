import { describe, expect, it } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { symmetricEigen } from '../../../../src/toolkit/statistics/symmetricEigen.js';

describe('eigenvalues and eigenvectors of a symmetric matrix', () => {
  it('of a small one are those by hand, largest first', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect([...values]).toEqual([expect.closeTo(3, 12), expect.closeTo(1, 12)]);
    // Columns (1, 1) and (1, -1) over the root of 2, whichever way they point.
    expect(Math.abs(vectors[0]! * vectors[2]!)).toBeCloseTo(0.5, 12);
    expect(vectors[0]! * vectors[2]!).toBeGreaterThan(0);
    expect(vectors[1]! * vectors[3]!).toBeLessThan(0);
  });

  it.each([
    ['of full rank', 12, 12],
    ['with values of zero and equal ones', 12, 5],
  ])('%s make the matrix again, and are orthonormal', (_, n, rank) => {
    const random = RandomSource.fromSeed(2);
    const factor = Float64Array.from({ length: n * rank }, () => random.normal());
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < rank; k++) matrix[i * n + j]! += factor[i * rank + k]! * factor[j * rank + k]!;
      }
    }
    const { values, vectors } = symmetricEigen(matrix, n);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    expect(values.slice(rank).every((value) => Math.abs(value) < 1e-9)).toBe(true);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let [again, product] = [0, 0];
        for (let k = 0; k < n; k++) {
          again += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!;
          product += vectors[k * n + i]! * vectors[k * n + j]!;
        }
        expect(again).toBeCloseTo(matrix[i * n + j]!, 9);
        expect(product).toBeCloseTo(Number(i === j), 12);
      }
    }
  });

  it('of a multiple of an identity, of zeros and of one number are themselves', () => {
    expect([...symmetricEigen(Float64Array.of(3, 0, 0, 3), 2).values]).toEqual([3, 3]);
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...symmetricEigen(Float64Array.of(-2), 1).values]).toEqual([-2]);
  });
});
