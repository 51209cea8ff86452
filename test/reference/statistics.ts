/** Inverse of a matrix by Gauss and Jordan's elimination with pivots. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column; row < n; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]![column]!;
    rows[column] = rows[column]!.map((value) => value / lead);
    rows.forEach((row, i) => {
      if (i === column) return;
      const factor = row[column]!;
      rows[i] = row.map((value, j) => value - factor * rows[column]![j]!);
    });
  }
  return rows.map((row) => row.slice(n));
}

/** Mean and covariance (divided by n - 1) of samples, by the definition. */
export function meanAndCovariance(samples: readonly (readonly number[])[]): { mean: number[]; covariance: number[][] } {
  const n = samples.length;
  const mean = samples[0]!.map((_, i) => samples.reduce((sum, sample) => sum + sample[i]!, 0) / n);
  const covariance = mean.map((a, i) =>
    mean.map((b, j) => samples.reduce((sum, sample) => sum + (sample[i]! - a) * (sample[j]! - b), 0) / (n - 1)),
  );
  return { mean, covariance };
}

/** (x - mean)^T covariance^-1 (x - mean). */
export function squaredDistance(x: readonly number[], mean: readonly number[], covariance: number[][]): number {
  const inverted = inverse(covariance);
  const difference = x.map((value, i) => value - mean[i]!);
  return difference.reduce(
    (sum, a, i) => sum + a * difference.reduce((inner, b, j) => inner + inverted[i]![j]! * b, 0),
    0,
  );
}
