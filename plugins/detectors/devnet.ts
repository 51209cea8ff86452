/**
 * DevNet: Pang et al. 2021, "Explainable Deep Few-shot Anomaly Detection with Deviation Networks" (and Pang et al. 2019). A
 * network scores every place; the labelled anomalies shall lie several standard deviations above reference scores drawn from
 * a Gaussian, normal images at their mean. The backbone stays as it is; an adaptor and what scores its features are trained.
 */
import {
  defineDetector,
  hostTensor,
  problem,
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
  adaptFeatures,
  adaptorParams,
  blockLabelParams,
  byBatchStatistics,
  byStoredStatistics,
  convolution,
  convolutionParameters,
  createFeatureStage,
  deviationLoss,
  evenDrops,
  extractTrainingFeatures,
  filled,
  fitFeatureDimension,
  hyperColumnParams,
  hyperColumnProblems,
  initialAdaptor,
  measureNormalisation,
  optimiserParams,
  placeScores,
  positionConstrainedFeatures,
  postprocess,
  stateGraph,
  trainingLabels,
  topShareMean,
  trainNetwork,
  type FeatureStage,
  type NamedTensors,
  type Normalise,
  xavierNormal,
} from 'residua/toolkit';
import { cpuFeatures, cpuPresets } from './cpuPresets.js';

const params = z.strictObject({
  ...hyperColumnParams,
  ...optimiserParams(
    { steps: 150, learningRate: 1e-3, weightDecay: 1e-5, emaDecay: 0.98 },
    {
      learningRate: 'Learning rate of Adam; the paper: 2e-4.',
      weightDecay: "Adam's weight decay, a part of the gradients.",
    },
  ),
  learningRateDrops: z
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe('How often the learning rate falls to a tenth, after equal parts of the steps; the paper: 4.'),
  ...blockLabelParams,
  labels: z
    .enum(['image', 'block'])
    .default('image')
    .describe('image: as in the paper, an image is normal or not; block: each place is, by its mask.'),
  ...adaptorParams({ adaptorWidth: 0, adaptorKernel: 1 }),
  hidden: z
    .int()
    .min(0)
    .max(4096)
    .default(128)
    .describe('Hidden size of what scores a place; 0: one convolution of 1x1, as in the paper.'),
  absolute: z
    .boolean()
    .default(false)
    .describe('The size of the score of a place counts and not its sign, as in the original implementation.'),
  topShare: z.number().gt(0).max(1).default(0.1).describe('K: share of the places whose mean is the image score.'),
  topRounding: z
    .enum(['ceil', 'floor'])
    .default('ceil')
    .describe('Which whole number of places K is; the original implementation: floor.'),
  margin: z.number().gt(0).max(100).default(5).describe('a: standard deviations between anomalies and normal images.'),
  references: z.int().min(2).max(100_000).default(5000).describe('l: reference scores drawn for each step.'),
  imagesPerStep: z.int().min(1).max(64).default(4).describe('Normal images in a step, and as many anomalous ones.'),
});
type Params = z.output<typeof params>;

/** Most length of all gradients together, as in the original implementation. */
const clipNorm = 1;

/** As the original scores places. */
const original = { hidden: 0, absolute: true, topRounding: 'floor' } as const;
const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  ...cpuPresets<z.input<typeof params>>(
    { ...cpuFeatures, supervision: 'SUPERVISED', params: { ...original, adaptorWidth: 128 } },
    {
      description: 'Half a minute on two processor cores: 256 x 256 pixels, MobileNetV3.',
      params: { steps: 150, emaDecay: 0.98 },
    },
    { description: 'As cpu-small with 384 x 384 pixels and more steps.', params: { steps: 400, emaDecay: 0.99 } },
  ),
  {
    name: 'paper',
    description:
      "The paper's size of images, steps and rates; a convolution of 3x3 is trained on frozen features where the paper trains the backbone. Needs a GPU to be quick.",
    supervision: 'SUPERVISED',
    settings: { imageSize: 448, smoothingSigma: 4 },
    params: {
      ...{ ...original, featureDimension: 512, adaptorWidth: 512, adaptorKernel: 3, emaDecay: 0 },
      // 50 epochs of 20 batches of 48 images.
      ...{ steps: 1000, imagesPerStep: 24, learningRate: 2e-4, learningRateDrops: 4 },
    },
    featureExtractor: { id: 'wide-resnet50' },
  },
];

function initialParameters(params: Params, random: RandomSource): Record<string, HostTensor> {
  const { featureDimension, adaptorWidth, hidden } = params;
  const layer = (name: string, inputs: number, outputs: number) =>
    convolutionParameters(name, { inputs, outputs, kernel: 1 }, xavierNormal, random);
  const inputs = adaptorWidth || featureDimension;
  return {
    ...initialAdaptor(featureDimension, params, random),
    ...(hidden > 0 && layer('hidden', inputs, hidden)),
    ...layer('score', hidden || inputs, 1),
  };
}

/** Eq. 1: the score of each place. `[n, h, w, d]` to `[n, places]`. */
function scores(
  features: tf.Tensor4D,
  parameters: NamedTensors,
  params: Pick<Params, 'absolute'>,
  normalise: Normalise,
): tf.Tensor2D {
  const adapted = adaptFeatures(parameters, features, normalise);
  const hidden = 'hidden.weight' in parameters ? tf.relu(convolution(parameters, 'hidden', adapted)) : adapted;
  return placeScores(parameters, 'score', hidden, params);
}

interface Labelled {
  features: HostTensor;
  /** One for the image, or one for each place. */
  labels: Float32Array;
}

async function train(context: TrainingContext<Params>) {
  const { params, steps, anomalousImages } = context;
  const { random } = steps;
  if (anomalousImages.length === 0) {
    const message = 'detector devnet learns from labelled anomalies, and there are none in the training images';
    throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'devnet' });
  }
  const stage = await createFeatureStage(context);
  const [normal, anomalous] = await labelledFeatures(context, stage).finally(() => stage.dispose());
  const images = 2 * params.imagesPerStep;
  const { inputs, batch } = labelledBatches({ normal, anomalous }, { params, random, grid: stage.grid });
  const trained = await trainNetwork({
    ...{ ...context, inputs, batch },
    parameters: initialParameters(params, random.fork()),
    totalSteps: params.steps,
    averageDecay: params.emaDecay,
    clipNorm,
    groups: [
      {
        optimiser: adam({
          learningRate: evenDrops(params.learningRate, params.steps, params.learningRateDrops),
          weightDecay: params.weightDecay,
        }),
      },
    ],
    loss: (parameters, [features, labels, reference]) => {
      const each = scores(features as tf.Tensor4D, parameters, params, byBatchStatistics);
      const judged =
        labels!.size === images ? topShareMean(each, params.topShare, params.topRounding) : tf.reshape(each, [-1]);
      const { margin } = params;
      return deviationLoss(judged as tf.Tensor1D, labels as tf.Tensor1D, reference as tf.Tensor1D, { margin });
    },
  });
  if (params.adaptorWidth === 0) return { tensors: trained, metadata: {} };
  const statistics = await measureNormalisation({
    ...{ compute: context.compute, parameters: trained, inputs, batch },
    forward: (parameters, [features], normalise) => adaptFeatures(parameters, features as tf.Tensor4D, normalise),
  });
  return { tensors: { ...trained, ...statistics }, metadata: {} };
}

/** Batches of normal images and as many anomalous ones: features, labels, reference scores. */
function labelledBatches(
  images: Record<'normal' | 'anomalous', readonly Labelled[]>,
  { params, random, grid }: { params: Params; random: RandomSource; grid: number },
) {
  const count = 2 * params.imagesPerStep;
  const perImage = images.normal[0]!.labels.length;
  const shapes = [[count, grid, grid, params.featureDimension], [count * perImage], [params.references]];
  const inputs = shapes.map((shape) => filled(shape, 0)) as [HostTensor, HostTensor, HostTensor];
  const batch = () => {
    const [features, labels, reference] = inputs;
    for (let i = 0; i < count; i++) {
      const drawn = random.pick(i < params.imagesPerStep ? images.normal : images.anomalous);
      features.data.set(drawn.features.data, i * drawn.features.data.length);
      labels.data.set(drawn.labels, i * perImage);
    }
    for (let i = 0; i < reference.data.length; i++) reference.data[i] = random.normal();
    return inputs;
  };
  return { inputs, batch };
}

/** Features and labels of the normal and of the anomalous images. */
async function labelledFeatures(
  context: TrainingContext<Params>,
  stage: FeatureStage,
): Promise<[Labelled[], Labelled[]]> {
  const { anomalousImages, params, settings } = context;
  const count = params.labels === 'block' ? stage.grid ** 2 : 1;
  const normal = await extractTrainingFeatures(stage, context);
  const anomalous: Labelled[] = [];
  for (const image of anomalousImages) {
    context.steps.signal.throwIfAborted();
    const labels =
      count === 1 ? Float32Array.of(1) : await trainingLabels(image, { ...settings, ...params }, stage.grid);
    anomalous.push({ features: await stage.extract(await image.load()), labels });
  }
  return [normal.map((features) => ({ features, labels: new Float32Array(count) })), anomalous];
}

/** The first layout of states had matrices where the layers are convolutions of 1x1. */
function withConvolutions({ tensors, metadata }: DetectorState): DetectorState {
  const turned = Object.entries(tensors).map(([name, tensor]) => [
    name,
    name.endsWith('.weight') ? transposed(tensor) : tensor,
  ]);
  return { tensors: Object.fromEntries(turned) as DetectorState['tensors'], metadata };
}

/** `[in, out]` to `[out, in, 1, 1]`. */
function transposed({ data, shape: [inputs = 0, outputs = 0] }: HostTensor): HostTensor {
  const values = Float32Array.from(data, (_, i) => data[(i % inputs) * outputs + Math.floor(i / inputs)]!);
  return hostTensor(values, [outputs, inputs, 1, 1]);
}

/** Image to anomaly map and score: the mean of the highest scores, as in training. */
function predictionFunction(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  { params, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const features = positionConstrainedFeatures(image, featureExtractor, params);
  const [, rows, columns] = features.shape;
  const each = scores(features, tensors, params, byStoredStatistics);
  const block = tf.reshape<tf.Rank.R3>(each, [1, rows, columns]);
  const anomalyMap = postprocess(block, settings.imageSize, settings.imageSize, settings.smoothingSigma);
  return { anomalyMap, anomalyScore: topShareMean(each, params.topShare, params.topRounding) };
}

/** Deviation network on frozen features: image labels as in the paper, or labels of places. */
export const devnet = defineDetector({
  id: 'devnet',
  version: '3.0.0',
  apiVersion: 2,
  earlierDigests: [
    '69aac3501c796c7c6ac273a410613ec7fb4fcb849d461ef6cbe958ec0bb85287',
    '5be7f97b9ea47f246f5fb54973502993deeb967d6786ffcfe61d0a825be3c35a',
  ],
  title: 'DevNet',
  description: 'Scores that put the few labelled anomalies far above normal images. Learns from labels alone.',
  reference: 'Pang et al. 2021, Explainable Deep Few-shot Anomaly Detection with Deviation Networks',
  params,
  supervisions: ['SUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['imagesPerStep', 'featureDimension'],
  stateVersion: 2,
  stateReaders: { 1: withConvolutions },
  stages: () => [
    { name: 'feature-extraction', weight: 1 },
    { name: 'training', weight: 4 },
  ],
  presets,
  blockLabels: ({ params, featureLayers }) =>
    params.labels === 'block' ? { ...params, side: featureLayers[0]!.stride } : undefined,
  fitParams: fitFeatureDimension,
  check: hyperColumnProblems,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, {
      predict: (image, tensors) => predictionFunction(image, tensors, context),
    }),
});
