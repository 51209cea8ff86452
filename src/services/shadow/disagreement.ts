/** What a version says of an image. */
export interface Verdict {
  anomalyScore: number;
  isAnomalous: boolean;
  imageThreshold: number | null;
}

/** Different verdicts stand before all others. */
const differentVerdicts = 100;
/** Powers of two of a score beside its threshold that count, at most. */
const mostOctaves = 10;

/**
 * How much two versions disagree about an image: by how many powers of two their scores lie apart, each beside its own threshold (scores of two
 * versions have no common unit), and 100 more where their verdicts differ. Without a threshold above 0 a score lies on it.
 */
export function disagreementOf(one: Verdict, other: Verdict): number {
  const apart = Math.abs(octavesAbove(one) - octavesAbove(other));
  return one.isAnomalous === other.isAnomalous ? apart : apart + differentVerdicts;
}

function octavesAbove({ anomalyScore, imageThreshold }: Verdict): number {
  if (imageThreshold === null || imageThreshold <= 0) return 0;
  return Math.max(-mostOctaves, Math.min(mostOctaves, Math.log2(Math.max(0, anomalyScore) / imageThreshold)));
}
