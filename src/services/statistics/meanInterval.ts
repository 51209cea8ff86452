import { RandomSource } from '../../shared/random.js';

/** Bounds of a value. */
export interface Interval {
  low: number;
  high: number;
}

/** Resamples of a bootstrap. */
const resamples = 1_000;

/** Clusters from which on the mean's own distribution is as good as normal, and resampling only costs time. */
const mostResampled = 1_000;

/**
 * The 95 % interval of a mean of seconds: percentiles of a bootstrap (Efron, 1979) that draws whole clusters, since values of one person or
 * image belong together; beyond 1,000 clusters the normal approximation of the same mean. The same values give the same interval.
 * @param clusters values, those that belong together in one list; empty ones are left out.
 * @returns null below two clusters: one says nothing of how much the next differs.
 */
export function meanInterval(clusters: readonly (readonly number[])[]): Interval | null {
  const sums = clusters
    .filter(({ length }) => length > 0)
    .map((values) => ({ sum: values.reduce((all, one) => all + one, 0), count: values.length }));
  if (sums.length < 2) return null;
  return sums.length > mostResampled ? normalInterval(sums) : bootstrapInterval(sums);
}

interface Cluster {
  sum: number;
  count: number;
}

function bootstrapInterval(clusters: readonly Cluster[]): Interval {
  const random = RandomSource.fromSeed(20_230_606);
  const means = Float64Array.from({ length: resamples }, () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < clusters.length; i += 1) {
      const drawn = clusters[Math.floor(random.uniform() * clusters.length)]!;
      sum += drawn.sum;
      count += drawn.count;
    }
    return sum / count;
  }).sort();
  return { low: quantileOf(means, 0.025), high: quantileOf(means, 0.975) };
}

/** Variance of a ratio of sums over clusters, linearised (Cochran, Sampling Techniques, section 6.3). */
function normalInterval(clusters: readonly Cluster[]): Interval {
  const count = clusters.reduce((all, one) => all + one.count, 0);
  const mean = clusters.reduce((all, one) => all + one.sum, 0) / count;
  const squares = clusters.reduce((all, one) => all + (one.sum - mean * one.count) ** 2, 0);
  const error = Math.sqrt((squares * clusters.length) / (clusters.length - 1)) / count;
  return { low: mean - 1.96 * error, high: mean + 1.96 * error };
}

/** @param share from 0 to 1, between neighbours by their distance. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
