/**
 * DRAEM: Zavrtanik, Kristan, Skocaj 2021, "DRAEM - A discriminatively trained reconstruction embedding for surface anomaly
 * detection". An autoencoder repairs images with synthetic defects; a U-Net that sees image and repair side by side marks them.
 * Both are trained together, from nothing and without a backbone.
 *
 * As in the authors' code: decay of the learning rate by 0.2 at 80 and 90 % of the steps, half of the samples without a defect,
 * normal images turned at times, score by a mean over 21x21. The range of structural similarity stays 1.
 */
import {
  defineDetector,
  tf,
  z,
  type DetectorChoices,
  type DetectorPreset,
  type PredictedTensors,
  type PredictionContext,
  type Problem,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adam,
  byBatchStatistics,
  byStoredStatistics,
  imageBatches,
  measureNormalisation,
  multiStep,
  postprocess,
  resizeBilinear,
  stateGraph,
  stepParams,
  trainSteps,
  type NamedTensors,
} from 'residua/toolkit';
import { defectProblems } from '../defectProblems.js';
import { draemLoss } from './losses.js';
import { anomalousProbability, draemNetworks, initialParameters, type DraemWidths } from './networks.js';
import { trainingSample } from './samples.js';

const params = z.strictObject({
  reconstructionWidth: z
    .int()
    .min(2)
    .max(256)
    .default(16)
    .describe('w: channels of the autoencoder at its first stage; the paper: 128.'),
  discriminationWidth: z
    .int()
    .min(2)
    .max(256)
    .default(8)
    .describe('v: channels of the U-Net at its first stage; the paper: 64.'),
  workingSize: z
    .int()
    .min(32)
    .max(2048)
    .default(128)
    .describe(
      'Side to which images are scaled for the networks, a multiple of 32; thin defects suffer from a small one. The paper: 256.',
    ),
  imagesPerStep: z.int().min(1).max(64).default(4).describe('Samples in a step; the paper: 8.'),
  ...stepParams(
    { steps: 300, learningRate: 1e-3 },
    {
      steps: 'Optimiser steps; the paper: 700 for each training image over imagesPerStep.',
      learningRate: 'Times 0.2 behind 80 and 90 % of the steps; the paper: 1e-4.',
    },
  ),
  normalShare: z.number().min(0).max(0.95).default(0.5).describe('Share of the samples without a synthetic defect.'),
  turnedShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Share of the normal images turned by up to 90 degrees either way.'),
  meanWindow: z
    .int()
    .min(1)
    .max(255)
    .default(11)
    .describe(
      'Side of the square, at working size, over which the map is averaged for the image score; odd. The paper: 21.',
    ),
});
type Params = z.output<typeof params>;
const shared = { supervision: 'UNSUPERVISED', augmentations: [{ id: 'synthetic-defect' }] } as const;
const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    ...shared,
    name: 'cpu-small',
    description: 'Small networks on 128 x 128 pixels.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
  },
  {
    ...shared,
    name: 'cpu-medium',
    description: 'As cpu-small on 192 x 192 pixels, with more steps.',
    settings: { imageSize: 384, smoothingSigma: 4 },
    params: { workingSize: 192, steps: 600 },
  },
  {
    ...shared,
    name: 'paper',
    description: "The paper's networks and rates, of synthetic defects those nearest to it; needs a GPU to be quick.",
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ reconstructionWidth: 128, discriminationWidth: 64, workingSize: 256, imagesPerStep: 8, steps: 18_000 },
      ...{ learningRate: 1e-4, meanWindow: 21 },
    },
    augmentations: [{ id: 'synthetic-defect', params: { kinds: ['memseg-textural'] } }],
  },
];

const uses = { features: false, augmentations: ['image'], loss: false } as const;
type Uses = typeof uses;

/** Further normal images that a synthetic defect may take its texture from. */
const textureSources = 4;
/** Batches over which the normalisations are measured. */
const measuredBatches = 16;

const widthsOf = (of: Params): DraemWidths => ({
  reconstruction: of.reconstructionWidth,
  discrimination: of.discriminationWidth,
});

function check(choices: DetectorChoices<Params, Uses>): Problem[] {
  const { params: chosen } = choices;
  const problem = (item: 'workingSize' | 'meanWindow', rule: string): Problem => ({
    code: 'CONFIG_INVALID',
    message: `${item} is ${chosen[item]}: it must be ${rule}`,
    field: ['detector', 'params', item],
    item,
  });
  return [
    ...(chosen.workingSize % 32 === 0 ? [] : [problem('workingSize', 'a multiple of 32')]),
    ...(chosen.meanWindow % 2 === 1 ? [] : [problem('meanWindow', 'odd')]),
    ...defectProblems('draem', choices),
  ];
}

/** Images `[n, size, size, 3]`, 0..255, as the networks see them: 0..1 at working size. */
function scaled(images: tf.Tensor4D, { workingSize }: Params): tf.Tensor4D {
  return tf.tidy(() => tf.div<tf.Tensor4D>(resizeBilinear(images, workingSize, workingSize), 255));
}

async function train(context: TrainingContext<Params, Uses>) {
  const { params: chosen, settings, steps, compute, normalImages, imageAugmentations } = context;
  const { imagesPerStep, learningRate, normalShare, turnedShare } = chosen;
  const image = { shape: [imagesPerStep, settings.imageSize, settings.imageSize, 3] };
  const mask = { shape: [imagesPerStep, settings.imageSize, settings.imageSize, 1] };
  const inputs = [image, image, mask];
  const parameters = initialParameters(widthsOf(chosen), steps.random.fork());
  const batch = imageBatches({
    ...{ images: normalImages, perStep: imagesPerStep, random: steps.random, inputs, others: textureSources },
    entry: (clean, others, random) =>
      trainingSample(clean, others, random, { augmentations: imageAugmentations, normalShare, turnedShare }),
  });
  const milestones = [0.8 * chosen.steps, 0.9 * chosen.steps];
  const trained = await trainSteps({
    ...{ compute, steps, parameters, inputs, batch, totalSteps: chosen.steps },
    turns: [
      {
        parts: ['squaredError', 'dissimilarity', 'focal'],
        groups: [{ optimiser: adam({ learningRate: multiStep(learningRate, milestones, 0.2) }) }],
        prepare: ([clean, changed, defects]) => {
          const [target, seen] = [clean, changed].map((each) => scaled(each as tf.Tensor4D, chosen)) as [
            tf.Tensor4D,
            tf.Tensor4D,
          ];
          const wanted = tf.squeeze<tf.Tensor3D>(
            resizeBilinear(defects as tf.Tensor4D, chosen.workingSize, chosen.workingSize),
            [3],
          );
          return (current) => {
            const { reconstruction, logits } = draemNetworks(current, seen, widthsOf(chosen), byBatchStatistics);
            return { ...draemLoss(reconstruction, target, anomalousProbability(logits), wanted) };
          };
        },
      },
    ],
  });
  const statistics = await measureNormalisation({
    ...{ compute, parameters: trained, inputs: [image], batches: measuredBatches },
    batch: async (index) => {
      steps.signal.throwIfAborted();
      steps.report({ stage: 'normalisation', step: index + 1, totalSteps: measuredBatches });
      const [, changed] = await batch();
      return [changed!];
    },
    forward: (current, [images], normalise) =>
      draemNetworks(current, scaled(images as tf.Tensor4D, chosen), widthsOf(chosen), normalise),
  });
  return { tensors: { ...trained, ...statistics }, metadata: {} };
}

/** Image to anomaly map, the probability of each pixel, and score, the highest mean of a square of it (section 3.4). */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  { params: chosen, settings }: PredictionContext<Params, Uses>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = settings;
  const { logits } = draemNetworks(tensors, scaled(image, chosen), widthsOf(chosen), byStoredStatistics);
  const probability = anomalousProbability(logits);
  return {
    anomalyMap: postprocess(probability, imageSize, imageSize, smoothingSigma),
    anomalyScore: highestMean(probability, chosen.meanWindow),
  };
}

/** Highest mean of a square of the map, with zeros around it: `[n, s, s]` to `[n]`. */
export function highestMean(map: tf.Tensor3D, side: number): tf.Tensor1D {
  return tf.tidy(() => tf.max<tf.Tensor1D>(squareMeans(map, side), [1, 2]));
}

/** Mean of the square around each place, with zeros around the map: the shape of the map. */
export function squareMeans(map: tf.Tensor3D, side: number): tf.Tensor3D {
  return tf.tidy(() => {
    const around: [number, number] = [(side - 1) / 2, (side - 1) / 2];
    const padded = tf.pad(tf.expandDims<tf.Tensor4D>(map, 3), [[0, 0], around, around, [0, 0]]);
    return tf.squeeze<tf.Tensor3D>(tf.avgPool(padded, side, 1, 'valid'), [3]);
  });
}

/** DRAEM: repairs images, and marks where image and repair differ as defects do. */
export const draem = defineDetector({
  id: 'draem',
  version: '1.0.0',
  apiVersion: 2,
  title: 'DRAEM',
  description:
    'An autoencoder repairs synthetic defects and a U-Net marks them; both learn from the images alone, without a backbone. Needs no labels.',
  reference:
    'Zavrtanik et al. 2021, DRAEM - A discriminatively trained reconstruction embedding for surface anomaly detection',
  params,
  supervisions: ['UNSUPERVISED'],
  uses,
  continues: false,
  presets,
  stages: ({ params: { steps } }) => [
    { name: 'training', weight: 3 * steps },
    { name: 'normalisation', weight: measuredBatches },
  ],
  check,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predict(image, tensors, context) }),
});
