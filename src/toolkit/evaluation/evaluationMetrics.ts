import type { CurvePoint, DefectTypeMetrics, EvaluationMetrics } from '../../shared/evaluation.js';

export type { DefectTypeMetrics, EvaluationMetrics } from '../../shared/evaluation.js';

/** What {@link EvaluationAccumulator.finish} returns. Curves are of pixels, thinned for charts, empty where undefined. */
export interface EvaluationResult {
  metrics: EvaluationMetrics;
  /** Sorted by name. */
  byDefectType: DefectTypeMetrics[];
  /** x false-positive rate, y true-positive rate. */
  rocCurve: CurvePoint[];
  /** x recall, y precision. */
  precisionRecallCurve: CurvePoint[];
  /** x false-positive rate, y mean overlap of the regions. */
  proCurve: CurvePoint[];
  /** Scores of the pixels of normal images at `quantileShares`; null without normal images. */
  normalPixelQuantiles: number[] | null;
}
