import type { PluginChoice } from '../../src/plugin-host/index.js';
import type { TrainingSettings } from '../../src/shared/training.js';
import { tinyBank, tinySemirest } from '../support/tinySettings.js';

/** What makes a training of a detector fit for a test. */
export interface TinyDetector {
  params: Record<string, unknown>;
  /** Instead of the preset's. */
  featureExtractor?: PluginChoice;
  /** Parameters or settings that do not fit the default features, and how they are named; left out where all do. */
  unfit?: { settings?: Partial<TrainingSettings>; params?: Record<string, unknown>; says: string };
}

/** Small flows, long enough to tell what is likely. */
const tinyFlows = {
  params: { channels: 16, blocks: 2, condition: 8, placesPerStep: 64, steps: 40, learningRate: 5e-3 },
  unfit: { params: { condition: 6 }, says: 'condition is 6' },
};

const { featureDimension } = tinyBank;
const unfit = { params: { featureDimension: 1001 }, says: 'featureDimension is 1001' };
/** The layers of a hyper-column, none of them fine. */
const twoLayers = { id: 'mobilenet-v3' };
/** Networks that start from nothing need more than two steps to know anything. */
const fromNothing = { featureDimension, steps: 80, learningRate: 3e-3 };

/** One row a detector. */
export const tinyDetectors: Readonly<Record<string, TinyDetector>> = {
  // The paper's network and bank; variants.test has the linear head and the fine layers of the presets.
  semirest: {
    params: {
      ...tinySemirest,
      head: 'swin',
      fineLayers: 0,
      whitening: 0,
      learningRate: 3e-4,
      steps: 2,
      syntheticPool: 4,
      pretraining: { steps: 2 },
    },
    featureExtractor: twoLayers,
    unfit,
  },
  patchcore: { params: { ...tinyBank, fineLayers: 0 }, featureExtractor: twoLayers, unfit },
  padim: { params: {}, unfit: { params: { channels: 721 }, says: 'channels is 721' } },
  simplenet: { params: { ...fromNothing, hidden: 64, featuresPerStep: 128 }, unfit },
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
  rd: {
    params: { width: 8, embedding: 16, imagesPerStep: 4, steps: 60 },
    unfit: { settings: { imageSize: 64 }, params: { imagesPerStep: 2 }, says: 'imagesPerStep is 2' },
  },
  cflow: tinyFlows,
  nfad: tinyFlows,
  bgad: {
    params: { ...tinyFlows.params, anomalousPlacesPerStep: 16, pasted: 4, synthetic: 4 },
    unfit: { params: { placesPerStep: 256 }, says: 'anomalousPlacesPerStep is 256' },
  },
  prn: {
    params: {
      ...{ width: 8, imagesPerStep: 4, pasted: 4, synthetic: 4 },
      ...{ steps: 40, learningRate: 1e-2, emaDecay: 0.7 },
    },
    unfit: { params: { width: 0 }, says: 'width is 0' },
  },
  rdpp: {
    params: { width: 8, embedding: 16, projectionDivisor: 16, imagesPerStep: 4, steps: 40 },
    unfit: { settings: { imageSize: 64 }, params: { pooledImages: 3 }, says: 'pooledImages is 3' },
  },
  destseg: {
    params: {
      ...{ studentWidth: 4, headWidth: 8, imagesPerStep: 4, headImagesPerStep: 4, pooledImages: 16 },
      ...{ steps: 60, headSteps: 80, learningRate: 5e-3, headLearningRate: 1e-2 },
    },
    unfit: { params: { pooledImages: 5 }, says: 'pooledImages is 5' },
  },
  dmad: {
    params: { width: 8, embedding: 16, deformationWidth: 4, imagesPerStep: 4, steps: 30, codes: 8 },
    unfit: { settings: { imageSize: 64 }, params: { imagesPerStep: 3 }, says: 'imagesPerStep is 3' },
  },
  pyramidflow: {
    params: { channels: 8, levels: 2, stacks: 1, imagesPerStep: 3, steps: 40, learningRate: 3e-3 },
    unfit: { settings: { imageSize: 64 }, params: { levels: 4 }, says: 'levels is 4' },
  },
  dra: {
    params: {
      ...{ adaptorWidth: 16, hidden: 16, references: 100, referenceImages: 3, imagesPerStep: 4, syntheticPool: 32 },
      ...{ layer: 'all', transform: 'standardise', steps: 80, learningRate: 3e-3 },
    },
    unfit: { settings: { imageSize: 96 }, params: { scales: 2 }, says: 'imageSize is 96' },
  },
  devnet: { params: { ...fromNothing, adaptorWidth: 16, references: 100 }, unfit },
};

const few: Readonly<Record<string, unknown>> = { steps: 2, headSteps: 2, pretraining: { steps: 2 } };

/** Parameters of a training of two steps: so few that rounding cannot grow. */
export function fewSteps(id: string): Record<string, unknown> {
  const { params } = tinyDetectors[id]!;
  return Object.fromEntries(Object.entries(few).filter(([name]) => name in params));
}
