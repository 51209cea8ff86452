import { supervisions, type Supervision, type TrainingSettings } from '../../shared/training.js';

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

/** Section 4.2.1 for MVTec AD. Steps, embedding size and EMA decay are not in the paper. */
const paper: TrainingSettings = {
  imageSize: 512,
  steps: 3000,
  learningRate: 1e-4,
  weightDecay: 0.05,
  emaDecay: 0.999,
  featureDimension: 1024,
  positionWeight: 0.1,
  coresetRatio: 0.1,
  residual: 'SQUARE',
  tokenPatchSize: 1,
  windowSize: 32,
  windowStep: 8,
  windowSamplingRatio: 1 / 4,
  swinBlocks: 4,
  swinWindow: 8,
  swinHeads: 32,
  swinDimension: 512,
  anomalousBlockThreshold: 0.5,
  normalBlockThreshold: 0.08,
  unknownBlockThreshold: 0.5,
  normalImagesPerStep: 4,
  syntheticImagesPerStep: 2,
  anomalousImagesPerStep: 0,
  unlabelledWeight: 5,
  unlabelledRampSteps: 400,
  sharpeningTemperature: 0.5,
  guesses: 3,
  smoothingSigma: 4,
  bagging: true,
};

const paperSupervised: TrainingSettings = {
  ...paper,
  anomalousBlockThreshold: 0.25,
  normalImagesPerStep: 2,
  syntheticImagesPerStep: 2,
  anomalousImagesPerStep: 2,
};

const paperSemiSupervised: TrainingSettings = {
  ...paper,
  learningRate: 3e-5,
  windowSamplingRatio: 1 / 10,
  anomalousBlockThreshold: 0.25,
  normalImagesPerStep: 3,
  syntheticImagesPerStep: 3,
  anomalousImagesPerStep: 2,
};

/** What the paper changes for BTAD, unsupervised. */
const btad = {
  learningRate: 3e-4,
  windowSamplingRatio: 1 / 6,
  anomalousBlockThreshold: 0.25,
  syntheticImagesPerStep: 4,
} satisfies Partial<TrainingSettings>;

/** ... and semi-supervised. */
const btadSemiSupervised = {
  learningRate: 3.125e-5,
  windowSamplingRatio: 1 / 25,
  anomalousBlockThreshold: 0.8,
  normalBlockThreshold: 0,
  unlabelledWeight: 10,
} satisfies Partial<TrainingSettings>;

const ksdd2 = { coresetRatio: 0.001 } satisfies Partial<TrainingSettings>;

const augmentations: readonly PluginDefault[] = [
  { id: 'synthetic-defect' },
  { id: 'knn-residual' },
  { id: 'residual-dropout' },
];
const loss = { id: 'focal' };

/** The training before a semi-supervised one has the unsupervised preset's settings. */
function pretrainingOf(settings: TrainingSettings) {
  const { steps, learningRate, windowSamplingRatio, anomalousBlockThreshold, normalBlockThreshold } = settings;
  const { normalImagesPerStep, syntheticImagesPerStep } = settings;
  return {
    steps,
    learningRate,
    windowSamplingRatio,
    anomalousBlockThreshold,
    normalBlockThreshold,
    normalImagesPerStep,
    syntheticImagesPerStep,
  };
}

/** The paper's network and data, nothing beyond it; synthetic defects are MemSeg's. */
function paperPlugins(pretraining: TrainingSettings) {
  const memseg = { id: 'synthetic-defect', params: { kinds: ['memseg-structural', 'memseg-textural'] } };
  return {
    featureExtractor: { id: 'wide-resnet50' },
    detectorParams: { semirest: { hyperColumn: 'patchcore', pretraining: pretrainingOf(pretraining) } },
    augmentations: augmentations.map((each) => (each.id === memseg.id ? memseg : each)),
    loss,
  };
}

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
  windowSize: 32,
  windowStep: 16,
  windowSamplingRatio: 1 / 4,
  swinBlocks: 1,
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
  distancePrior: 4,
  anomalousWindowsFirst: true,
};

/** Thin defects need pixels: larger images, as one window again, more steps, and as many vectors in the memory bank. */
const cpuMedium: TrainingSettings = {
  ...cpuSmall,
  imageSize: 384,
  windowSize: 48,
  windowStep: 24,
  coresetRatio: 0.025,
  steps: 240,
  emaDecay: 0.99,
};

/** Few labelled defects are seen often, by a network that learns how they look (see `pluginsBySupervision`). */
const withLabels = {
  learningRate: 1e-3,
  steps: 150,
  normalImagesPerStep: 2,
  syntheticImagesPerStep: 2,
  anomalousImagesPerStep: 4,
};
function cpuPlugins(unsupervised: TrainingSettings, syntheticPool: number) {
  return {
    featureExtractor: { id: 'mobilenet-v3' },
    detectorParams: {
      semirest: { ...semirestBeyondPaper, syntheticPool, pretraining: pretrainingOf(unsupervised) },
    },
    augmentations,
    loss,
  };
}

/**
 * Without labels normal images say where normal ends. With labels the network sees features beside residuals. No residual is
 * dropped, since a dropped token would keep its label, and no gradient is starved: few labels and few steps need every one of
 * them. Inside boxes their tightness says more than MixMatch, whose guesses are those of the distance. What a semi-supervised
 * training starts from has grown its MLPs already.
 */
function pluginsBySupervision({ detectorParams: { semirest } }: ReturnType<typeof cpuPlugins>): SupervisionPlugins {
  const labelled = (beyond: Record<string, unknown>) => ({
    detectorParams: { semirest: { ...semirest, featureInput: 1, ...beyond } },
    augmentations: augmentations.filter(({ id }) => id !== 'residual-dropout'),
    loss: { id: 'focal', params: { alpha: 0.5, gamma: 0 } },
  });
  // The training before a semi-supervised one has the unsupervised preset's loss and dropout as well.
  const pretraining = { ...semirest.pretraining, focal: {}, dropout: {} };
  return {
    UNSUPERVISED: { detectorParams: { semirest: { ...semirest, tokenFalsePositiveRate: 1e-4 } } },
    SUPERVISED: labelled({ mlpInitialGain: 2 }),
    SEMI_SUPERVISED: labelled({ boxTightness: 1, mixMatch: false, pretraining }),
  };
}

type Family = Omit<TrainingPreset, 'supervision' | 'settings'>;
/** What else differs by supervision. */
type SupervisionPlugins = Partial<Record<Supervision, Partial<Family>>>;

/** One preset for each supervision. */
function family(
  shared: Family,
  settings: Readonly<Record<Supervision, TrainingSettings>>,
  own: SupervisionPlugins = {},
): TrainingPreset[] {
  return supervisions.map((supervision) => ({
    ...shared,
    ...own[supervision],
    supervision,
    settings: settings[supervision],
  }));
}

const smallPlugins = cpuPlugins(cpuSmall, 96);
const mediumPlugins = cpuPlugins(cpuMedium, 256);

const presets: readonly TrainingPreset[] = [
  ...family(
    {
      name: 'cpu-small',
      description: 'About two minutes on two processor cores: 256 x 256 pixels, MobileNetV3, a small Swin.',
      ...smallPlugins,
    },
    {
      UNSUPERVISED: cpuSmall,
      SUPERVISED: { ...cpuSmall, ...withLabels },
      SEMI_SUPERVISED: { ...cpuSmall, ...withLabels },
    },
    pluginsBySupervision(smallPlugins),
  ),
  ...family(
    {
      name: 'cpu-medium',
      description: 'About ten minutes on two processor cores: as cpu-small with 384 x 384 pixels and more steps.',
      ...mediumPlugins,
    },
    {
      UNSUPERVISED: cpuMedium,
      SUPERVISED: { ...cpuMedium, ...withLabels, steps: 400 },
      SEMI_SUPERVISED: { ...cpuMedium, ...withLabels, steps: 400 },
    },
    pluginsBySupervision(mediumPlugins),
  ),
  ...family(
    {
      name: 'paper',
      description: "The paper's settings for MVTec AD; needs a GPU to be quick.",
      ...paperPlugins(paper),
    },
    { UNSUPERVISED: paper, SUPERVISED: paperSupervised, SEMI_SUPERVISED: paperSemiSupervised },
  ),
  ...family(
    {
      name: 'paper-btad',
      description: "The paper's settings for BTAD; needs a GPU to be quick.",
      ...paperPlugins({ ...paper, ...btad }),
    },
    {
      UNSUPERVISED: { ...paper, ...btad },
      SUPERVISED: paperSupervised,
      SEMI_SUPERVISED: { ...paperSemiSupervised, ...btadSemiSupervised },
    },
  ),
  ...family(
    {
      name: 'paper-ksdd2',
      description: "The paper's settings for KolektorSDD2; needs a GPU to be quick.",
      ...paperPlugins({ ...paper, ...ksdd2 }),
    },
    {
      UNSUPERVISED: { ...paper, ...ksdd2 },
      SUPERVISED: { ...paperSupervised, ...ksdd2 },
      SEMI_SUPERVISED: { ...paperSemiSupervised, ...ksdd2 },
    },
  ),
];

/** Every preset, one row for each supervision it serves. */
export function trainingPresets(): readonly TrainingPreset[] {
  return presets;
}
