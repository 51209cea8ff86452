/** How the thresholds of a model version were chosen: by a quantile of normal scores, by the best F1, or by a person. */
export const thresholdPolicyKinds = ['NORMAL_QUANTILE', 'F1_MAX', 'MANUAL'] as const;
export type ThresholdPolicyKind = (typeof thresholdPolicyKinds)[number];

/** The splits thresholds can have been chosen on. */
type Split = 'TRAIN' | 'VALIDATION' | 'TEST';

/** A policy as it was applied. */
export interface ThresholdPolicy {
  kind: ThresholdPolicyKind;
  /** NORMAL_QUANTILE: share of normal images that stay below the image threshold. */
  imageQuantile: number | null;
  /** NORMAL_QUANTILE: share of the pixels of normal images that stay below the pixel threshold. */
  pixelQuantile: number | null;
  /** Whose scores were looked at; null for MANUAL, and for the training's own normal images. */
  evaluationId: string | null;
  /** Where the scores came from; null for MANUAL. */
  split: Split | null;
  /** As the caller gave it; null for a training's own choice. */
  author: string | null;
  /** ISO 8601. */
  chosenAt: string;
}

/** Scores of images known to be normal: what quantile thresholds are read from. */
export interface NormalScores {
  /** One an image, in any order. */
  imageScores: number[];
  /** Scores of all their pixels at `quantileShares`. */
  pixelQuantiles: number[];
  /**
   * Distances of the same images to the memory bank, in the order of `imageScores`. Left out where there is no bank, and by what was
   * made before they were kept.
   */
  bankDistances?: number[] | undefined;
}

/** Share of normal images, and of their pixels, below the thresholds a training chooses. */
export const defaultQuantiles = { imageQuantile: 0.98, pixelQuantile: 0.999 } as const;
