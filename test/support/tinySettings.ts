import type { TrainingSettings } from '../../src/shared/training.js';

/** Images of a size that tests have time for. */
export const tinySettings: Partial<TrainingSettings> = { imageSize: 64 };

/** Sizes of features and memory bank that suit them. */
export const tinyBank = { featureDimension: 64, coresetRatio: 0.2 };

/** Every part of SemiREST, small. */
export const tinySemirest = {
  ...tinyBank,
  ...{ steps: 4, windowSize: 4, windowStep: 2, swinBlocks: 2, swinWindow: 4, swinHeads: 2, swinDimension: 16 },
};
