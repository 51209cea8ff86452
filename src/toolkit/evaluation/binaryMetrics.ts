import { measureRanking, type RankedScores, type RankingMetrics } from './thresholdSweep.js';

/** AUROC, AP and F1-max of scored items; null where not defined. */
export type BinaryMetrics = Omit<RankingMetrics, 'pro'>;

/**
 * AUROC, average precision and F1-max of scored items with labels (non-zero: anomalous).
 * @throws RangeError when the counts differ or a score is not finite.
 */
export function binaryMetrics(scores: ArrayLike<number>, labels: ArrayLike<number | boolean>): BinaryMetrics {
  const { pro: _, ...metrics } = measureRanking(rankScores(scores, labels), 1);
  return metrics;
}

/** Keys are the negated scores. */
function rankScores(scores: ArrayLike<number>, labels: ArrayLike<number | boolean>): RankedScores {
  if (scores.length !== labels.length) throw new RangeError(`${scores.length} scores, but ${labels.length} labels`);
  const anomalous: number[] = [];
  const normal: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (!Number.isFinite(score)) throw new RangeError(`score ${i} is ${score}, not a finite number`);
    // 0 - score turns no zero into -0.
    (labels[i] ? anomalous : normal).push(0 - score);
  }
  return {
    anomalous: Float64Array.from(anomalous).sort(),
    normal: [Float64Array.from(normal).sort()],
    regions: 0,
    scoreOf: (key) => 0 - key,
  };
}
