export const supervisions = ['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const;
/** What the training may read: normal images only; block or pixel labels of some anomalous images; or boxes on them. */
export type Supervision = (typeof supervisions)[number];

export const residualFunctions = ['SQUARE', 'ABSOLUTE'] as const;
/** Element-wise distance of Eq. 6; ABSOLUTE is the paper's ablation. */
export type ResidualFunction = (typeof residualFunctions)[number];

/** Every hyper-parameter of the paper's section 4.2.1. The paper's symbol stands behind each. */
export interface TrainingSettings {
  /** Side of the square the image is scaled to, pixels. */
  imageSize: number;
  /** Optimiser steps. */
  steps: number;
  learningRate: number;
  /** AdamW's decoupled weight decay. */
  weightDecay: number;
  emaDecay: number;
  /** Channels of a pooled feature, d_f. */
  featureDimension: number;
  /** lambda_PE of Eq. 2. */
  positionWeight: number;
  /** Share of all normal features kept in the memory bank, (0, 1]. */
  coresetRatio: number;
  residual: ResidualFunction;
  /** rho of Eq. 7: features per token side. */
  tokenPatchSize: number;
  /** mu of Eq. 8: tokens per window side. */
  windowSize: number;
  /** s of Eq. 8: tokens between window starts. */
  windowStep: number;
  /** p: share of the sliding windows drawn in each step. */
  windowSamplingRatio: number;
  swinBlocks: number;
  /** Attention window, tokens per side. */
  swinWindow: number;
  swinHeads: number;
  /** Embedding size of the Swin. */
  swinDimension: number;
  /** eps+ of Eq. 14, share of a block's pixels. */
  anomalousBlockThreshold: number;
  /** eps- of Eq. 14. */
  normalBlockThreshold: number;
  /** upsilon of Eq. 15. */
  unknownBlockThreshold: number;
  /** b1. */
  normalImagesPerStep: number;
  /** b2. */
  syntheticImagesPerStep: number;
  /** b3. */
  anomalousImagesPerStep: number;
  /** lambda_u, the weight of the unlabelled loss at the end of its ramp. */
  unlabelledWeight: number;
  /** Steps over which lambda_u rises from 0. */
  unlabelledRampSteps: number;
  /** T of MixMatch. */
  sharpeningTemperature: number;
  /** M of Algorithm 1: augmented copies of each window. */
  guesses: number;
  /** Gaussian sigma on the anomaly map, pixels of the scaled image. */
  smoothingSigma: number;
  /** Mean over all windows that contain a token (Eq. 10); otherwise windows side by side. */
  bagging: boolean;
}
