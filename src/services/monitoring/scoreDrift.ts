/** How far scores, or distances to the memory bank, lie from a version's own normal ones. */
export interface ScoreDrift {
  /** Kolmogorov-Smirnov distance of the two distributions, 0 to 1. */
  distance: number;
  /** Population stability index; 0 for equal distributions. */
  stabilityIndex: number;
  /** How many were compared. */
  seen: number;
}

/** Chance that a distance beyond the limit is an accident: of alerts that open, and of those that stay open. */
export const openingChance = 0.001;
export const closingChance = 0.05;

/** Groups of the normal scores that the stability index compares: with few normal scores more groups are noise. */
const stabilityGroups = 5;

/**
 * Compares counted scores with a version's own normal ones.
 *
 * The distance is that of N. Smirnov, Table for Estimating the Goodness of Fit of Empirical Distributions, Annals of Mathematical
 * Statistics 19, 1948, looked at where the counts end: at most one normal score's share below that of the scores themselves. The index is
 * sum((o - e) ln(o / e)) over groups (N. Siddiqi, Credit Risk Scorecards, 2006) of equally many normal scores, half a score added to each.
 * @param bins scores counted between `edges`, one more than these.
 * @param edges ascending.
 * @param normal scores of normal images, in any order.
 * @returns null where there is nothing to compare.
 */
export function scoreDrift(
  bins: readonly number[],
  edges: readonly number[],
  normal: readonly number[],
): ScoreDrift | null {
  const expected = binned(normal, edges);
  const [seen, known] = [sumOf(bins), normal.length];
  if (seen === 0 || known === 0 || edges.length === 0) return null;
  const groups = Math.min(stabilityGroups, known);
  let [distance, stabilityIndex] = [0, 0];
  let [below, belowExpected] = [0, 0];
  let [group, groupExpected, number] = [0, 0, 1];
  for (const [bin, count] of expected.entries()) {
    below += bins[bin] ?? 0;
    belowExpected += count;
    distance = Math.max(distance, Math.abs(below / seen - belowExpected / known));
    group += bins[bin] ?? 0;
    groupExpected += count;
    // What lies beyond all of them belongs to the last group.
    const isGoingOn = belowExpected < (number * known) / groups || belowExpected === known;
    if (bin < expected.length - 1 && isGoingOn) continue;
    stabilityIndex += stabilityTerm((group + 0.5) / (seen + groups / 2), (groupExpected + 0.5) / (known + groups / 2));
    [group, groupExpected] = [0, 0];
    number = Math.floor((belowExpected * groups) / known) + 1;
  }
  return { distance, stabilityIndex, seen };
}

/**
 * The distance of two samples of one distribution that is exceeded by chance alone (Smirnov, as above, for large samples).
 * @param chance between 0 and 1.
 */
export function distanceLimit(normal: number, seen: number, chance: number): number {
  return Math.sqrt(-Math.log(chance / 2) / 2) * Math.sqrt((normal + seen) / (normal * seen));
}

/** Counts of scores between edges, as PostgreSQL's `width_bucket` does. */
function binned(scores: readonly number[], edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const score of scores) {
    const above = edges.findIndex((edge) => edge > score);
    counts[above < 0 ? edges.length : above]! += 1;
  }
  return counts;
}

function stabilityTerm(observed: number, expected: number): number {
  return (observed - expected) * Math.log(observed / expected);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
