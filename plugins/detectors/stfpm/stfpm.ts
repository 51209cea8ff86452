/**
 * STFPM: Wang, Han, Ding, Huang 2021, "Student-teacher feature pyramid matching for anomaly detection". A student learns to give the
 * features of a trained network, the teacher, on normal images; where it fails, the image is anomalous.
 *
 * Beside the paper: the teacher is any feature extractor, so that the student is a network of its own with as many levels as that has
 * layers, instead of a copy of it.
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
  byBatchStatistics,
  byStoredStatistics,
  cosineSimilarity,
  imageBatches,
  imagenetColours,
  imageScores,
  measureNormalisation,
  normaliseColours,
  postprocess,
  sgd,
  stateGraph,
  stepParams,
  trainNetwork,
  type NamedTensors,
} from 'residua/toolkit';
import { initialStudent, studentFeatures, studentLevels } from './student.js';

const params = z.strictObject({
  width: z
    .int()
    .min(2)
    .max(256)
    .default(16)
    .describe('Channels of the student at half the size of the image; at most eight times as many below.'),
  imagesPerStep: z.int().min(1).max(64).default(8).describe('Normal images in a step; the paper: 32.'),
  ...stepParams(
    { steps: 300, learningRate: 0.4 },
    { steps: 'Optimiser steps; the paper: 100 for each training image over imagesPerStep.' },
  ),
  momentum: z.number().min(0).max(0.999).default(0.9),
  weightDecay: z.number().min(0).max(1).default(1e-4),
});
type Params = z.output<typeof params>;
const uses = { features: true, augmentations: [], loss: false } as const;
type Uses = typeof uses;

const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    name: 'cpu-small',
    description: 'Minutes on two processor cores: 256 x 256 pixels, MobileNetV3 as the teacher.',
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
  },
  {
    name: 'paper',
    description:
      "The paper's batch and steps for some hundred images; the teacher is the feature extractor that is chosen.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: { width: 32, imagesPerStep: 32, steps: 1000 },
  },
];

/** Batches over which the student's normalisations are measured. */
const measuredBatches = 8;

function check({ featureLayers, settings }: DetectorChoices<Params, Uses>): Problem[] {
  const odd = featureLayers.filter(({ stride }) => !Number.isInteger(Math.log2(stride)));
  const strides = odd.map(({ name, stride }) => `layer ${name} has stride ${stride}, and the student can only halve`);
  const last = featureLayers.at(-1)!.stride;
  const size =
    settings.imageSize % last === 0 ? [] : [`imageSize is ${settings.imageSize}: it must be a multiple of ${last}`];
  return [...strides, ...size].map((message) => ({
    code: 'CONFIG_INVALID',
    message,
    field: ['detector'],
    item: 'stfpm',
  }));
}

/** Both networks' features of images `[n, s, s, 3]`, 0..255. */
interface Pyramids {
  teacher: (images: tf.Tensor4D) => tf.Tensor4D[];
  student: (parameters: NamedTensors, images: tf.Tensor4D, normalise: typeof byBatchStatistics) => tf.Tensor4D[];
}

function pyramids({ params: chosen, featureExtractor, featureLayers }: PredictionContext<Params, Uses>): Pyramids {
  const levels = studentLevels(featureLayers, chosen.width);
  return {
    teacher: (images) => featureExtractor.features(images),
    student: (parameters, images, normalise) =>
      studentFeatures(parameters, normaliseColours(images, imagenetColours), levels, normalise),
  };
}

/** Eq. 1: half the squared distance of both directions at each place, which is 1 - cosine. `[n, h, w]`. */
function distance(teacher: tf.Tensor4D, student: tf.Tensor4D): tf.Tensor3D {
  return tf.tidy(() => tf.sub<tf.Tensor3D>(1, cosineSimilarity(teacher, student)));
}

async function train(context: TrainingContext<Params, Uses>) {
  const { params: chosen, settings, steps, compute, normalImages, featureLayers } = context;
  const { teacher, student } = pyramids(context);
  const inputs = [{ shape: [chosen.imagesPerStep, settings.imageSize, settings.imageSize, 3] }];
  const batch = imageBatches({
    ...{ images: normalImages, perStep: chosen.imagesPerStep, random: steps.random, inputs },
    entry: ({ data }) => [data],
  });
  const trained = await trainNetwork({
    ...{ compute, steps, inputs, batch, totalSteps: chosen.steps },
    parameters: initialStudent(studentLevels(featureLayers, chosen.width), steps.random.fork()),
    groups: [{ optimiser: sgd(chosen) }],
    // Eq. 2, 3: the mean over places, added up over layers.
    loss: (parameters, [images]) => {
      const wanted = teacher(images as tf.Tensor4D);
      const given = student(parameters, images as tf.Tensor4D, byBatchStatistics);
      return tf.addN(wanted.map((layer, i) => tf.mean<tf.Scalar>(distance(layer, given[i]!))));
    },
  });
  const statistics = await measureNormalisation({
    ...{ compute, parameters: trained, inputs, batches: measuredBatches },
    batch: (index) => {
      steps.signal.throwIfAborted();
      steps.report({ stage: 'normalisation', step: index + 1, totalSteps: measuredBatches });
      return batch();
    },
    forward: (parameters, [images], normalise) => student(parameters, images as tf.Tensor4D, normalise),
  });
  return { tensors: { ...trained, ...statistics }, metadata: {} };
}

/** Image to anomaly map, the product of the layers' distances at the size of the image (section 3.3), and its maximum. */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  context: PredictionContext<Params, Uses>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = context.settings;
  const { teacher, student } = pyramids(context);
  const given = student(tensors, image, byStoredStatistics);
  const maps = teacher(image).map((layer, i) => postprocess(distance(layer, given[i]!), imageSize, imageSize, 0));
  const product = maps.reduce((whole, map) => tf.mul<tf.Tensor3D>(whole, map));
  const anomalyMap = postprocess(product, imageSize, imageSize, smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/** STFPM: where a student cannot follow its teacher, the image is anomalous. */
export const stfpm = defineDetector({
  id: 'stfpm',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['0ebe252c753c026b4feaafb77f280e3a5e27b96630dc7cbfc455035903c7292d'],
  title: 'STFPM',
  description:
    'A student learns the features of a trained network on normal images and fails on others. Needs no labels.',
  reference: 'Wang et al. 2021, Student-teacher feature pyramid matching for anomaly detection',
  params,
  supervisions: ['UNSUPERVISED'],
  uses,
  continues: false,
  memoryParams: ['imagesPerStep', 'width'],
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
