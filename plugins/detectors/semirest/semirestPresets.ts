/** Presets of SemiREST: those of its paper (section 4.2.1), and smaller ones for processors. */
import type { DetectorPreset, PresetPlugin, Supervision, z } from 'residua/plugin-api';
import { fineCpuFeatures, tiledCpuFeatures } from '../cpuPresets.js';
import type { semirestParams } from './semirestParams.js';

type Params = z.input<typeof semirestParams>;
type Preset = DetectorPreset<Params>;

/** For MVTec AD. Steps, embedding size and EMA decay are not in the paper. */
const paper = {
  steps: 3000,
  learningRate: 1e-4,
  weightDecay: 0.05,
  emaDecay: 0.999,
  hyperColumn: 'patchcore',
  featureDimension: 1024,
  positionWeight: 0.1,
  coresetRatio: 0.1,
  residual: 'square',
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
  bagging: true,
} as const satisfies Params;

const paperSupervised = {
  ...paper,
  anomalousBlockThreshold: 0.25,
  normalImagesPerStep: 2,
  syntheticImagesPerStep: 2,
  anomalousImagesPerStep: 2,
} satisfies Params;

const paperSemiSupervised = {
  ...paper,
  learningRate: 3e-5,
  windowSamplingRatio: 1 / 10,
  anomalousBlockThreshold: 0.25,
  normalImagesPerStep: 3,
  syntheticImagesPerStep: 3,
  anomalousImagesPerStep: 2,
} satisfies Params;

/** What the paper changes for BTAD, unsupervised. */
const btad = {
  learningRate: 3e-4,
  windowSamplingRatio: 1 / 6,
  anomalousBlockThreshold: 0.25,
  syntheticImagesPerStep: 4,
} satisfies Params;

/** ... and semi-supervised. */
const btadSemiSupervised = {
  learningRate: 3.125e-5,
  windowSamplingRatio: 1 / 25,
  anomalousBlockThreshold: 0.8,
  normalBlockThreshold: 0,
  unlabelledWeight: 10,
} satisfies Params;

const ksdd2 = { coresetRatio: 0.001 } satisfies Params;

/**
 * What few steps and few labels can teach: a linear function of whitened features and their residuals. It starts from the matching distance; a penalty keeps what synthetic
 * defects teach a correction of it.
 */
const cpu = {
  head: 'linear',
  headPenalty: 10,
  whitening: 1,
  fineLayers: 1,
  featureInput: 1,
  featureDimension: 720,
  positionWeight: 0.1,
  residual: 'square',
  tokenPatchSize: 1,
  windowSamplingRatio: 1 / 4,
  steps: 150,
  learningRate: 3e-3,
  weightDecay: 0.05,
  emaDecay: 0.98,
  anomalousBlockThreshold: 0.25,
  normalBlockThreshold: 0.08,
  unknownBlockThreshold: 0.5,
  normalImagesPerStep: 3,
  syntheticImagesPerStep: 3,
  syntheticPool: 96,
  anomalousImagesPerStep: 0,
  bagging: true,
  // Where `head` asks for a Swin.
  swinBlocks: 1,
  swinWindow: 8,
  swinHeads: 4,
  swinDimension: 128,
  // What goes beyond the paper, each with its reason in `semirestParams.ts`.
  leaveOwnImageOut: true,
  residualScale: 'channel-mean',
  residualInput: 'logarithm',
  distancePrior: 1,
  temperature: 3,
  anomalousWindowsFirst: true,
} as const satisfies Params;

/** Few labelled defects are seen often, and may be trusted more than synthetic ones. */
const withLabels = {
  headPenalty: 0.5,
  syntheticShare: 0.35,
  steps: 300,
  learningRate: 5e-3,
  normalImagesPerStep: 2,
  syntheticImagesPerStep: 2,
  anomalousImagesPerStep: 4,
} satisfies Params;

const augmentations: readonly PresetPlugin[] = [
  { id: 'synthetic-defect' },
  { id: 'knn-residual' },
  { id: 'residual-dropout' },
];

/** The training before a semi-supervised one has the unsupervised preset's parameters. */
function pretrainingOf(params: Params) {
  const { steps, learningRate, windowSamplingRatio, anomalousBlockThreshold, normalBlockThreshold } = params;
  const { normalImagesPerStep, syntheticImagesPerStep } = params;
  return {
    ...{ steps, learningRate, windowSamplingRatio, anomalousBlockThreshold, normalBlockThreshold },
    ...{ normalImagesPerStep, syntheticImagesPerStep },
  };
}

/** No residual is dropped, since a dropped token would keep its label, and no gradient is starved: few labels and few steps need every one of them. */
const everyToken: Pick<Preset, 'augmentations' | 'loss'> = {
  augmentations: augmentations.filter(({ id }) => id !== 'residual-dropout'),
  loss: { id: 'focal', params: { alpha: 0.5, gamma: 0 } },
};

/**
 * Presets for processors. Without labels the matching distance alone says whether an image is normal, which no synthetic defect has taught anything, and normal images say where
 * normal ends. Inside boxes their tightness says more than MixMatch, whose guesses are those of the distance, and nothing is gained by a training before: the distance is where a head starts.
 * @param size what is of the size alone; up to 384 pixels a window is the whole image.
 */
function cpuPresets(
  { imageSize, ...named }: Pick<Preset, 'name' | 'description'> & { imageSize: number },
  size: Params,
  features: Pick<Preset, 'featureExtractor'> = fineCpuFeatures,
): Preset[] {
  const shared = {
    ...{ ...named, ...everyToken, settings: { imageSize, smoothingSigma: 4 } },
    ...features,
  };
  const own = { ...cpu, ...size };
  const alone: Params = { tokenFalsePositiveRate: 1e-4, imageScore: 'distance' };
  const boxes: Params = {
    ...withLabels,
    boxTightness: 1,
    mixMatch: false,
    pretraining: { steps: 0 },
  };
  return [
    { ...shared, supervision: 'UNSUPERVISED', params: { ...own, ...alone } },
    { ...shared, supervision: 'SUPERVISED', params: { ...own, ...withLabels, crossValidation: { folds: 3 } } },
    { ...shared, supervision: 'SEMI_SUPERVISED', params: { ...own, ...boxes } },
  ];
}

/** The paper's network and data, nothing beyond it; synthetic defects are MemSeg's. */
function paperPresets(
  { name, dataset }: { name: string; dataset: string },
  unsupervised: Params,
  others: Readonly<Record<Exclude<Supervision, 'UNSUPERVISED'>, Params>>,
): Preset[] {
  const memseg = { id: 'synthetic-defect', params: { kinds: ['memseg-structural', 'memseg-textural'] } };
  const params: Readonly<Record<Supervision, Params>> = { UNSUPERVISED: unsupervised, ...others };
  const pretraining = pretrainingOf(unsupervised);
  return (['UNSUPERVISED', 'SUPERVISED', 'SEMI_SUPERVISED'] as const).map((supervision) => ({
    name,
    description: `The paper's settings for ${dataset}; needs a GPU to be quick.`,
    supervision,
    settings: { imageSize: 512, smoothingSigma: 4 },
    params: { ...params[supervision], pretraining },
    featureExtractor: { id: 'wide-resnet50' },
    augmentations: augmentations.map((each) => (each.id === memseg.id ? memseg : each)),
    loss: { id: 'focal' },
  }));
}

/** Every preset, one row for each supervision. */
export const semirestPresets: readonly Preset[] = [
  ...cpuPresets(
    {
      name: 'cpu-small',
      description:
        'About a minute on two processor cores, three with masks: 256 x 256 pixels, MobileNetV3, linear heads on whitened features of two grids.',
      imageSize: 256,
    },
    { coresetRatio: 0.05, windowSize: 32, windowStep: 16 },
  ),
  ...cpuPresets(
    {
      name: 'cpu-medium',
      description: 'As cpu-small with 384 x 384 pixels, for thin defects, and as many vectors in the memory bank.',
      imageSize: 384,
    },
    { coresetRatio: 0.025, windowSize: 48, windowStep: 24 },
  ),
  ...cpuPresets(
    {
      name: 'cpu-large',
      description:
        'As cpu-small with 512 x 512 pixels and as many vectors in the memory bank, for large images with small defects.',
      imageSize: 512,
    },
    { coresetRatio: 0.0125, windowSize: 32, windowStep: 16 },
  ),
  ...cpuPresets(
    {
      name: 'cpu-tiles',
      description:
        'As cpu-large with 640 x 640 pixels, which the backbone sees in nine overlapping tiles of 256 x 256.',
      imageSize: 640,
    },
    { coresetRatio: 0.008, windowSize: 40, windowStep: 20 },
    tiledCpuFeatures,
  ),
  ...paperPresets({ name: 'paper', dataset: 'MVTec AD' }, paper, {
    SUPERVISED: paperSupervised,
    SEMI_SUPERVISED: paperSemiSupervised,
  }),
  ...paperPresets(
    { name: 'paper-btad', dataset: 'BTAD' },
    { ...paper, ...btad },
    {
      SUPERVISED: paperSupervised,
      SEMI_SUPERVISED: { ...paperSemiSupervised, ...btadSemiSupervised },
    },
  ),
  ...paperPresets(
    { name: 'paper-ksdd2', dataset: 'KolektorSDD2' },
    { ...paper, ...ksdd2 },
    {
      SUPERVISED: { ...paperSupervised, ...ksdd2 },
      SEMI_SUPERVISED: { ...paperSemiSupervised, ...ksdd2 },
    },
  ),
];
