import type { EvaluatedImageEntity, ImageLabel } from '../../database/entities/index.js';
import { explainVerdict } from '../../shared/explainVerdict.js';

/** What a detector's answer about a labelled image was worth. */
export const verdicts = ['CORRECT', 'FALSE_ALARM', 'MISS'] as const;
/** How a result compares with the label. */
export type Verdict = (typeof verdicts)[number];

/** A stored result as it looks at an image threshold. */
export type JudgedImage = EvaluatedImageEntity & {
  /** Whether the score reaches the threshold. */
  isAnomalous: boolean;
  /** Null where nobody labelled the image. */
  verdict: Verdict | null;
  /** Why the image is normal although places of it were marked, or anomalous although none was; null when both agree. */
  explanation: string | null;
};

/** Judges a stored result at an image threshold. @param pixelThreshold what its regions were cut at. */
export function judged(
  image: EvaluatedImageEntity,
  imageThreshold: number,
  pixelThreshold: number | null,
): JudgedImage {
  const isAnomalous = image.anomalyScore >= imageThreshold;
  const verdict = verdictOf(image.label, isAnomalous);
  const explanation = explainVerdict({ ...image, isAnomalous, imageThreshold, pixelThreshold }) ?? null;
  return Object.assign(image, { isAnomalous, verdict, explanation });
}

function verdictOf(label: ImageLabel, isAnomalous: boolean): Verdict | null {
  if (label === 'UNLABELLED') return null;
  if ((label === 'ANOMALOUS') === isAnomalous) return 'CORRECT';
  return isAnomalous ? 'FALSE_ALARM' : 'MISS';
}

/** The same in SQL, over rows `result` and a parameter `:threshold`. */
export const verdictConditions: Record<Verdict, string> = {
  CORRECT: "result.label <> 'UNLABELLED' AND (result.label = 'ANOMALOUS') = (result.anomaly_score >= :threshold)",
  FALSE_ALARM: "result.label = 'NORMAL' AND result.anomaly_score >= :threshold",
  MISS: "result.label = 'ANOMALOUS' AND result.anomaly_score < :threshold",
};

/** How far a score lies on the wrong side of a threshold; negative on the right side. Unlabelled images count as normal. */
export function wrongBy({ label, anomalyScore }: EvaluatedImageEntity, threshold: number): number {
  return label === 'ANOMALOUS' ? threshold - anomalyScore : anomalyScore - threshold;
}

/** {@link wrongBy} in SQL, over rows `result` and a parameter `:threshold`. */
export const wrongBySql = `(CASE result.label WHEN 'ANOMALOUS' THEN :threshold - result.anomaly_score ELSE result.anomaly_score - :threshold END)`;

/** The image threshold of a version. None, as before any calibration, counts as 0. */
export function imageThresholdOf({ imageThreshold }: { imageThreshold: number | null }): number {
  return imageThreshold ?? 0;
}
