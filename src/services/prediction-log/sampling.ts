/** Whether pictures of a prediction are kept, as far as that is known before its score. */
export interface Sampling {
  /** Scores within this share of the threshold are kept. */
  nearThreshold: number;
  /** Whether the lot fell on this one, whatever its score. */
  isDrawn: boolean;
}

/** Whether pictures of a prediction are kept: always near the threshold, else by the lot. Without a threshold above 0 nothing is near. */
export function isSampled({ nearThreshold, isDrawn }: Sampling, score: number, threshold: number | null): boolean {
  if (isDrawn) return true;
  return threshold !== null && threshold > 0 && Math.abs(score / threshold - 1) <= nearThreshold;
}
