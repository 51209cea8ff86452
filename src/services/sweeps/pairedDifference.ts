/** A mean and how sure it is. */
export interface MeanDifference {
  mean: number;
  /** Bounds of the 95 % interval; null below two pairs. */
  low: number | null;
  high: number | null;
}

/** 97.5 % quantiles of Student's t by degrees of freedom, from 1. */
const studentQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/**
 * Mean of the differences of pairs, with its 95 % interval by Student's t: runs with the same seed share what chance gives them, which the
 * difference takes away (Student, The Probable Error of a Mean, Biometrika 6, 1908).
 * @param pairs values with the same seed, at most ten; ours first.
 * @returns null without any pair.
 */
export function pairedDifference(pairs: readonly (readonly [number, number])[]): MeanDifference | null {
  const count = pairs.length;
  if (count === 0) return null;
  const differences = pairs.map(([ours, theirs]) => ours - theirs);
  const mean = differences.reduce((sum, one) => sum + one, 0) / count;
  if (count < 2) return { mean, low: null, high: null };
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1);
  const reach = studentQuantiles[Math.min(count - 1, studentQuantiles.length) - 1]! * Math.sqrt(variance / count);
  return { mean, low: mean - reach, high: mean + reach };
}
