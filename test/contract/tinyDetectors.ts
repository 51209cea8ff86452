import type { TrainingSettings } from '../../src/shared/training.js';

/** What makes a training of a detector fit for a test. */
export interface TinyDetector {
  settings?: Partial<TrainingSettings>;
  params: Record<string, unknown>;
  /** Parameters and settings that do not fit the default features, and how each is named. */
  unfit?: { settings?: Partial<TrainingSettings>; params?: Record<string, unknown>; says: string };
}

const unfitDimension = { settings: { featureDimension: 1001 }, says: 'featureDimension is 1001' };
/** Networks that start from nothing need more than two steps to know anything. */
const fromNothing = { steps: 80, learningRate: 3e-3 };

/** One row a detector. */
export const tinyDetectors: Readonly<Record<string, TinyDetector>> = {
  semirest: { params: { syntheticPool: 4, pretraining: { steps: 2 } }, unfit: unfitDimension },
  patchcore: { params: {}, unfit: unfitDimension },
  padim: { params: {}, unfit: { params: { channels: 721 }, says: 'channels is 721' } },
  simplenet: { settings: fromNothing, params: { hidden: 64, featuresPerStep: 128 }, unfit: unfitDimension },
  draem: {
    params: {
      ...{ reconstructionWidth: 4, discriminationWidth: 4, workingSize: 32, imagesPerStep: 4, meanWindow: 5 },
      ...{ steps: 40, learningRate: 5e-3, normalShare: 0.3, turnedShare: 0 },
    },
    unfit: { params: { workingSize: 100 }, says: 'workingSize is 100' },
  },
  stfpm: {
    params: { width: 8, imagesPerStep: 4, steps: 40 },
    unfit: { settings: { imageSize: 72 }, says: 'imageSize is 72' },
  },
  devnet: { settings: fromNothing, params: { hidden: 16, references: 100 }, unfit: unfitDimension },
};
