/**
 * L with L L^T = S, row-major `[d, d]`, lower triangular.
 * @param matrix S, symmetric and positive definite; only its lower half is read.
 * @throws RangeError when it is not positive definite.
 */
export function choleskyFactor(matrix: Float64Array, d: number): Float64Array {
  const factor = new Float64Array(d * d);
  for (let row = 0; row < d; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * d + column]!;
      for (let k = 0; k < column; k++) rest -= factor[row * d + k]! * factor[column * d + k]!;
      if (row !== column) factor[row * d + column] = rest / factor[column * d + column]!;
      else if (rest > 0) factor[row * d + row] = Math.sqrt(rest);
      else throw new RangeError(`a covariance is not positive definite in dimension ${row}: ${rest}`);
    }
  }
  return factor;
}
