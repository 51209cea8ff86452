import type { TrainingSettings } from '../../src/shared/training.js';

/** Every part of the real detectors, small. */
export const tinySettings: Partial<TrainingSettings> = {
  imageSize: 64,
  steps: 4,
  featureDimension: 64,
  coresetRatio: 0.2,
  windowSize: 4,
  windowStep: 2,
  swinBlocks: 2,
  swinWindow: 4,
  swinHeads: 2,
  swinDimension: 16,
};
