/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** Largest first. */
  values: Float64Array;
  /** Orthonormal, `[n, n]` row-major: vector k is column k. */
  vectors: Float64Array;
}

/** Enough for any matrix: each sweep squares what is left beside the diagonal once it is small. */
const mostSweeps = 30;

/**
 * Cyclic Jacobi (Golub and Van Loan, "Matrix computations", section 8.5): rotations that zero one pair of elements after another.
 * Some n^3 operations a sweep and some eight sweeps: for some hundred dimensions.
 * @param matrix row-major `[n, n]`, symmetric; not changed.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = Float64Array.from(matrix);
  const turned = new Float64Array(n * n);
  for (let i = 0; i < n; i++) turned[i * n + i] = 1;
  const negligible = 1e-24 * a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < mostSweeps && besideDiagonal(a, n) > negligible; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, turned, { n, p, q });
  }
  // Rows of `turned` are eigenvectors.
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!);
  const vectors = new Float64Array(n * n);
  order.forEach((row, column) => {
    for (let i = 0; i < n; i++) vectors[i * n + column] = turned[row * n + i]!;
  });
  return { values: Float64Array.from(order, (row) => a[row * n + row]!), vectors };
}

/** Sum of squares above the diagonal. */
function besideDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) sum += a[p * n + q]! ** 2;
  return sum;
}

/** Zeroes the elements (p, q) and (q, p). */
function rotate(a: Float64Array, turned: Float64Array, { n, p, q }: { n: number; p: number; q: number }): void {
  const between = a[p * n + q]!;
  if (between === 0) return;
  const half = (a[q * n + q]! - a[p * n + p]!) / (2 * between);
  const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.sqrt(half * half + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  turnRows(a, { n, p, q }, cosine, sine);
  for (let i = 0; i < n; i++) {
    const [left, right] = [a[i * n + p]!, a[i * n + q]!];
    a[i * n + p] = cosine * left - sine * right;
    a[i * n + q] = sine * left + cosine * right;
  }
  turnRows(turned, { n, p, q }, cosine, sine);
}

function turnRows(
  a: Float64Array,
  { n, p, q }: { n: number; p: number; q: number },
  cosine: number,
  sine: number,
): void {
  for (let i = 0; i < n; i++) {
    const [upper, lower] = [a[p * n + i]!, a[q * n + i]!];
    a[p * n + i] = cosine * upper - sine * lower;
    a[q * n + i] = sine * upper + cosine * lower;
  }
}
