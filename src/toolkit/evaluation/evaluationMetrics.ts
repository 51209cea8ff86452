import type { CurvePoint } from './curves.js';

/** All in [0, 1] but the thresholds; null where not defined (no anomalous or no normal pixels or images). */
export interface EvaluationMetrics {
  pixelAuroc: number | null;
  pixelAp: number | null;
  /** Per-region overlap, integrated up to `proFprLimit` and normalised by it. */
  pro: number | null;
  proFprLimit: number;
  pixelF1Max: number | null;
  /** A pixel score at or above it is anomalous. */
  pixelF1MaxThreshold: number | null;
  imageAuroc: number | null;
  imageAp: number | null;
  imageF1Max: number | null;
  /** An image score at or above it is anomalous. */
  imageF1MaxThreshold: number | null;
}

/** Metrics of one defect type: its images together with all normal ones. */
export interface DefectTypeMetrics {
  defectType: string;
  /** Images of this type, the normal ones not counted. */
  images: number;
  metrics: EvaluationMetrics;
}

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
}
