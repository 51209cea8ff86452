import type { Supervision, TrainingSettings } from '../../shared/training.js';

interface PluginDefault {
  id: string;
  params?: Record<string, unknown>;
}

/** A named starting point for one supervision: settings, plugins and their parameters, all of which a caller can override. */
export interface TrainingPreset {
  name: string;
  description: string;
  supervision: Supervision;
  settings: TrainingSettings;
  featureExtractor: PluginDefault;
  /** Parameters for each detector that the preset tunes; another detector runs with its own defaults. */
  detectorParams: Readonly<Record<string, Record<string, unknown>>>;
  augmentations: readonly PluginDefault[];
  loss: PluginDefault;
}

/** Used where a caller names no preset. */
export const defaultPreset = 'cpu-small';

const cpuSmall: TrainingSettings = {
  imageSize: 256,
  steps: 120,
  learningRate: 3e-4,
  weightDecay: 0.05,
  emaDecay: 0.98,
  featureDimension: 720,
  positionWeight: 0.1,
  coresetRatio: 0.05,
  residual: 'SQUARE',
  tokenPatchSize: 1,
  windowSize: 16,
  windowStep: 8,
  windowSamplingRatio: 1 / 4,
  swinBlocks: 4,
  swinWindow: 8,
  swinHeads: 4,
  swinDimension: 128,
  anomalousBlockThreshold: 0.25,
  normalBlockThreshold: 0.08,
  unknownBlockThreshold: 0.5,
  normalImagesPerStep: 3,
  syntheticImagesPerStep: 3,
  anomalousImagesPerStep: 0,
  unlabelledWeight: 5,
  unlabelledRampSteps: 100,
  sharpeningTemperature: 0.5,
  guesses: 3,
  smoothingSigma: 4,
  bagging: true,
};

/** What goes beyond the paper, each a parameter of the detector with its reason there. */
const semirestBeyondPaper = {
  leaveOwnImageOut: true,
  residualScale: 'mean',
  residualInput: 'logarithm',
  distancePrior: 1,
  anomalousWindowsFirst: true,
  syntheticPool: 96,
};

const plugins = {
  featureExtractor: { id: 'mobilenet-v3' },
  detectorParams: { semirest: semirestBeyondPaper },
  augmentations: [{ id: 'synthetic-defect' }, { id: 'knn-residual' }, { id: 'residual-dropout' }],
  loss: { id: 'focal' },
} satisfies Partial<TrainingPreset>;

const presets: readonly TrainingPreset[] = [
  {
    name: 'cpu-small',
    description: 'A few minutes on two processor cores: 256 x 256 pixels, MobileNetV3, a small Swin.',
    supervision: 'UNSUPERVISED',
    settings: cpuSmall,
    ...plugins,
  },
  {
    name: 'cpu-small',
    description: 'As cpu-small, with block labels of a few real defects.',
    supervision: 'SUPERVISED',
    settings: { ...cpuSmall, normalImagesPerStep: 2, syntheticImagesPerStep: 2, anomalousImagesPerStep: 2 },
    ...plugins,
  },
];

/** Every preset, one row for each supervision it serves. */
export function trainingPresets(): readonly TrainingPreset[] {
  return presets;
}
