import { choleskyFactor } from './cholesky.js';

/**
 * The inverse of a covariance S = X^T X + regularisation * 1 of fewer samples than dimensions, without anything of `[d, d]`:
 * x^T S^-1 x = |x - X^T Y x|^2 / regularisation. Y = (L + sqrt(regularisation) 1)^-T L^-1 X with L L^T = X X^T + regularisation * 1: Andrews
 * 1968, "A square root formulation of the Kalman covariance equations".
 * @param samples X, centred and divided by sqrt(n - 1), row-major `[n, d]`.
 * @returns Y, row-major `[n, d]`.
 */
export function fewSampleWeights(samples: Float64Array, d: number, regularisation: number): Float64Array {
  const n = samples.length / d;
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += samples[i * d + c]! * samples[j * d + c]!;
      product[i * n + j] = sum;
    }
    product[i * n + i]! += regularisation;
  }
  const factor = choleskyFactor(product, n);
  const solved = Float64Array.from(samples);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) addRow(solved, i, k, -factor[i * n + k]!, d);
    scaleRow(solved, i, 1 / factor[i * n + i]!, d);
  }
  const root = Math.sqrt(regularisation);
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) addRow(solved, i, k, -factor[k * n + i]!, d);
    scaleRow(solved, i, 1 / (factor[i * n + i]! + root), d);
  }
  return solved;
}

/** Adds a multiple of one row to another. */
function addRow(matrix: Float64Array, to: number, from: number, times: number, d: number): void {
  const [target, source] = [to * d, from * d];
  for (let c = 0; c < d; c++) matrix[target + c]! += times * matrix[source + c]!;
}

function scaleRow(matrix: Float64Array, row: number, times: number, d: number): void {
  for (let c = row * d; c < (row + 1) * d; c++) matrix[c]! *= times;
}
