import type { Box } from './images.js';

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

/** A point of a ROC, precision-recall or PRO curve. `threshold` is null where no score stands for the point, as at (0, 0). */
export interface CurvePoint {
  x: number;
  y: number;
  threshold: number | null;
}

/** A connected part of a map at or above a threshold. */
export interface Region {
  box: Box;
  /** Highest score inside. */
  score: number;
  pixels: number;
  /** Why it was flagged; null or left out where the detector cannot say. */
  nearestNormal?: NearestNormal | null;
}

/** The normal patch that the most anomalous place of a region resembles most. */
export interface NearestNormal {
  /** The training image that shows it. */
  imageId: string;
  /** Where, in pixels of that image. */
  box: Box;
  /** Between the two patches, L2 in the space of features. */
  distance: number;
  /** The place of the region, in pixels of the image that was predicted. */
  patch: Box;
}
