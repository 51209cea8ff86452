/**
 * SimpleNet: Liu et al. 2023, "SimpleNet: A Simple Network for Image Anomaly Detection and Localization". Normal features pass
 * an adaptor; noise makes anomalous ones of them; a discriminator learns to tell the two apart.
 */
import {
  defineDetector,
  hostTensor,
  tf,
  z,
  type DetectorPreset,
  type DetectorState,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type RandomSource,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adam,
  adamW,
  byBatchStatistics,
  byStoredStatistics,
  createFeatureStage,
  extractTrainingFeatures,
  filled,
  imageScores,
  measureNormalisation,
  normalisationParameters,
  fitFeatureDimension,
  hyperColumnParams,
  hyperColumnProblems,
  optimiserParams,
  positionConstrainedFeatures,
  postprocess,
  stateGraph,
  trainNetwork,
  truncatedL1Loss,
  type NamedTensors,
  type Normalise,
  xavierNormal,
} from 'residua/toolkit';
import { cpuFeatures, cpuPresets } from './cpuPresets.js';

const params = z.strictObject({
  ...hyperColumnParams,
  ...optimiserParams(
    { steps: 120, learningRate: 2e-4, weightDecay: 0.01, emaDecay: 0.98 },
    {
      learningRate: "Learning rate of the discriminator; the adaptor's is half of it.",
      weightDecay: 'Decoupled weight decay of AdamW, which trains the adaptor.',
    },
  ),
  discriminatorDecay: z
    .number()
    .min(0)
    .max(1)
    .default(1e-5)
    .describe('Weight decay of Adam, which trains the discriminator: a part of its gradients.'),
  noise: z
    .number()
    .gt(0)
    .max(100)
    .default(0.25)
    .describe('sigma of the noise that makes features anomalous, over the standard deviation of the normal features.'),
  noiseAbsolute: z
    .boolean()
    .default(false)
    .describe('noise is in units of the features; the paper: 0.015 of hyper-columns of wide-resnet50.'),
  hidden: z.int().min(1).max(4096).default(1024).describe('Hidden size of the discriminator.'),
  featuresPerStep: z.int().min(16).max(65_536).default(2048).describe('Normal features drawn for each step.'),
});
type Params = z.output<typeof params>;

const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  ...cpuPresets<z.input<typeof params>>(
    // Far fewer steps than the paper's, with more features in each.
    { ...cpuFeatures, supervision: 'UNSUPERVISED', params: { learningRate: 3e-4 } },
    {
      description: 'About a minute and a half on two processor cores: 256 x 256 pixels, MobileNetV3.',
      params: { steps: 240, emaDecay: 0.98 },
    },
    { description: 'As cpu-small with 384 x 384 pixels and more steps.', params: { steps: 480, emaDecay: 0.99 } },
  ),
  {
    name: 'paper',
    description:
      "The paper's features, noise, rates and batches, for two hundred normal images; the whole image instead of its middle. Needs a GPU to be quick.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 288, smoothingSigma: 4 },
    params: {
      ...{ hyperColumn: 'patchcore', featureDimension: 1536, noise: 0.015, noiseAbsolute: true },
      // 160 epochs of batches of eight images, each place of which is a feature.
      ...{ steps: 4000, featuresPerStep: 8 * 36 * 36, emaDecay: 0 },
    },
    featureExtractor: { id: 'wide-resnet50' },
  },
];

/** The discriminator's batch normalisation. */
const normalisation = 'discriminator.normalisation';

/** Xavier's initial values; no bias in the last layer. */
function initialParameters(dimension: number, hidden: number, random: RandomSource): Record<string, HostTensor> {
  return {
    adaptor: xavierNormal([dimension, dimension], random),
    'adaptor.bias': filled([dimension], 0),
    'discriminator.hidden.weight': xavierNormal([dimension, hidden], random),
    'discriminator.hidden.bias': filled([hidden], 0),
    ...normalisationParameters(normalisation, hidden),
    'discriminator.score.weight': xavierNormal([hidden, 1], random),
  };
}

/** Section 3.2: G, the feature adaptor. `[n, d]` to the same shape. */
const adapt = (features: tf.Tensor2D, parameters: NamedTensors) =>
  tf.add<tf.Tensor2D>(tf.matMul(features, parameters['adaptor'] as tf.Tensor2D), parameters['adaptor.bias']!);

/** Adapted features before the discriminator's normalisation, `[n, hidden]`. */
const hiddenValues = (adapted: tf.Tensor2D, parameters: NamedTensors) =>
  tf.add<tf.Tensor2D>(
    tf.matMul(adapted, parameters['discriminator.hidden.weight'] as tf.Tensor2D),
    parameters['discriminator.hidden.bias']!,
  );

/** Section 3.4: D, high on normal features. `[n]`. */
function discriminate(values: tf.Tensor2D, parameters: NamedTensors, normalise: Normalise): tf.Tensor1D {
  const active = tf.leakyRelu(normalise(parameters, normalisation, values), 0.2);
  return tf.reshape(tf.matMul(active, parameters['discriminator.score.weight'] as tf.Tensor2D), [-1]);
}

/** Normal features and, with noise (Eq. 4), anomalous ones, as the discriminator sees them: `[2n, hidden]`. */
function bothKinds(features: tf.Tensor2D, noise: tf.Tensor2D, parameters: NamedTensors): tf.Tensor2D {
  const adapted = adapt(features, parameters);
  return hiddenValues(tf.concat([adapted, tf.add<tf.Tensor2D>(adapted, noise)]), parameters);
}

async function train(context: TrainingContext<Params>) {
  const { params, steps, compute } = context;
  const { random } = steps;
  const stage = await createFeatureStage(context);
  const features = await extractTrainingFeatures(stage, context).finally(() => stage.dispose());
  const dimension = params.featureDimension;
  const shape = [params.featuresPerStep, dimension];
  const [batch, noise] = [shape, shape].map((each) => hostTensor(new Float32Array(shape[0]! * shape[1]!), each));
  const sigma = params.noise * (params.noiseAbsolute ? 1 : standardDeviation(features));
  const draw = () => {
    drawFeatures(batch!.data, features, dimension, random);
    for (let i = 0; i < noise!.data.length; i++) noise!.data[i] = sigma * random.normal();
    return [batch!, noise!];
  };
  const parameters = await trainNetwork({
    ...context,
    parameters: initialParameters(dimension, params.hidden, random.fork()),
    inputs: [{ shape }, { shape }],
    batch: draw,
    totalSteps: params.steps,
    averageDecay: params.emaDecay,
    // As in the paper: 1e-4 for the adaptor, 2e-4 for the discriminator.
    groups: [
      {
        covers: (name) => name.startsWith('adaptor'),
        optimiser: adamW({ ...params, learningRate: params.learningRate / 2 }),
      },
      { optimiser: adam({ learningRate: params.learningRate, weightDecay: params.discriminatorDecay }) },
    ],
    loss: (current, [drawn, change]) => {
      const values = bothKinds(drawn as tf.Tensor2D, change as tf.Tensor2D, current);
      const scores = discriminate(values, current, byBatchStatistics);
      const [normal, anomalous] = tf.split<tf.Tensor1D>(scores, 2);
      return truncatedL1Loss(normal!, anomalous!);
    },
  });
  const statistics = await measureNormalisation({
    ...{ compute, parameters, inputs: [{ shape }, { shape }], batch: draw },
    forward: (current, [drawn, change], normalise) =>
      normalise(current, normalisation, bothKinds(drawn as tf.Tensor2D, change as tf.Tensor2D, current)),
  });
  return { tensors: { ...parameters, ...statistics }, metadata: {} };
}

/** Of all values of all features: other backbones than the paper's have other units. */
function standardDeviation(features: readonly HostTensor[]): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const { data } of features) {
    count += data.length;
    for (const value of data) {
      sum += value;
      squares += value * value;
    }
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

function drawFeatures(
  target: HostTensor['data'],
  features: readonly HostTensor[],
  dimension: number,
  random: RandomSource,
): void {
  for (let at = 0; at < target.length; at += dimension) {
    const { data, shape } = random.pick(features);
    const row = random.integer(shape[0]!) * dimension;
    target.set(data.subarray(row, row + dimension), at);
  }
}

/** The first layout of states called the statistics of the normalisation otherwise. */
function withNamedStatistics({ tensors, metadata }: DetectorState): DetectorState {
  const { 'discriminator.mean': mean, 'discriminator.variance': variance, ...others } = tensors;
  return {
    tensors: { ...others, [`${normalisation}.mean`]: mean!, [`${normalisation}.variance`]: variance! },
    metadata,
  };
}

/** The second layout of states had no bias in the adaptor. */
function withAdaptorBias({ tensors, metadata }: DetectorState): DetectorState {
  return { tensors: { ...tensors, 'adaptor.bias': filled([tensors['adaptor']!.shape[1]!], 0) }, metadata };
}

/** Image to anomaly map and score: -D of every adapted feature. */
function predictionFunction(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  { params, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const features = positionConstrainedFeatures(image, featureExtractor, params);
  const [, rows, columns, dimension] = features.shape;
  const adapted = adapt(tf.reshape(features, [rows * columns, dimension]), tensors);
  const values = hiddenValues(adapted, tensors);
  const scores = discriminate(values, tensors, byStoredStatistics);
  const block = tf.reshape<tf.Rank.R3>(tf.neg(scores), [1, rows, columns]);
  const anomalyMap = postprocess(block, settings.imageSize, settings.imageSize, settings.smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/** SimpleNet: adapted features, Gaussian noise on them as anomalies, a discriminator between the two. */
export const simplenet = defineDetector({
  id: 'simplenet',
  version: '3.0.0',
  apiVersion: 2,
  earlierDigests: [
    '07e4ebc95c411c011554e556c0b6d66fb66f747a0321bed2572f45fd0e2deeca',
    '10162b9777da013215ade7e14b23f2db951009e1f24f9c3182d4c32d6b1ea506',
  ],
  title: 'SimpleNet',
  description: 'A discriminator between normal features and the same with Gaussian noise. Needs no labels.',
  reference: 'Liu et al. 2023, SimpleNet: A Simple Network for Image Anomaly Detection and Localization',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['featuresPerStep', 'hidden', 'featureDimension'],
  stateVersion: 3,
  stateReaders: { 1: withNamedStatistics, 2: withAdaptorBias },
  stages: () => [
    { name: 'feature-extraction', weight: 1 },
    { name: 'training', weight: 4 },
  ],
  presets,
  fitParams: fitFeatureDimension,
  check: hyperColumnProblems,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, {
      predict: (image, tensors) => predictionFunction(image, tensors, context),
    }),
});
