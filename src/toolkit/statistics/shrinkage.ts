/**
 * How far a covariance of few samples is moved towards an identity of the same trace: oracle approximating shrinkage (Chen, Wiesel,
 * Eldar and Hero 2010, "Shrinkage algorithms for MMSE covariance estimation", Eq. 23).
 * @param covariance S, row-major `[p, p]`.
 * @param samples n, of as many as are independent.
 * @returns rho of (1 - rho) S + rho (tr S / p) 1, 0 to 1.
 */
export function shrinkageOf(covariance: ArrayLike<number>, p: number, samples: number): number {
  let [trace, squares] = [0, 0];
  for (let i = 0; i < p; i++) {
    trace += covariance[i * p + i]!;
    for (let j = 0; j < p; j++) squares += covariance[i * p + j]! ** 2;
  }
  const most = (samples + 1 - 2 / p) * (squares - trace ** 2 / p);
  if (!(most > 0)) return 1;
  return Math.min(1, ((1 - 2 / p) * squares + trace ** 2) / most);
}
