/**
 * DevNet: Pang et al. 2021, "Explainable Deep Few-shot Anomaly Detection with Deviation Networks" (and Pang et al. 2019). A
 * network scores every place; the labelled anomalies shall lie several standard deviations above reference scores drawn from
 * a Gaussian, normal images at their mean. The backbone stays as it is; only what scores its features is trained.
 */
import {
  defineDetector,
  hostTensor,
  problem,
  tf,
  z,
  type DetectorPreset,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type RandomSource,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adamW,
  blockLabelParams,
  createFeatureStage,
  deviationLoss,
  extractTrainingFeatures,
  filled,
  fitFeatureDimension,
  hyperColumnParams,
  hyperColumnProblems,
  optimiserParams,
  positionConstrainedFeatures,
  postprocess,
  stateGraph,
  trainingLabels,
  topShareMean,
  trainNetwork,
  type FeatureStage,
  type NamedTensors,
  xavierNormal,
} from 'residua/toolkit';

const params = z.strictObject({
  ...hyperColumnParams,
  ...optimiserParams({ steps: 150, learningRate: 1e-3, weightDecay: 0.05, emaDecay: 0.98 }),
  ...blockLabelParams,
  labels: z
    .enum(['image', 'block'])
    .default('image')
    .describe('image: as in the paper, an image is normal or not; block: each place is, by its mask.'),
  topShare: z.number().gt(0).max(1).default(0.1).describe('K: share of the places whose mean is the image score.'),
  margin: z.number().gt(0).max(100).default(5).describe('a: standard deviations between anomalies and normal images.'),
  references: z.int().min(2).max(100_000).default(5000).describe('l: reference scores drawn for each step.'),
  hidden: z.int().min(0).max(4096).default(128).describe('Hidden size of the scoring network; 0: a linear score.'),
  imagesPerStep: z.int().min(1).max(64).default(4).describe('Normal images in a step, and as many anomalous ones.'),
});
type Params = z.output<typeof params>;

const cpu = { supervision: 'SUPERVISED', featureExtractor: { id: 'mobilenet-v3' } } as const;
const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    ...cpu,
    name: 'cpu-small',
    description: 'A few seconds on two processor cores: 256 x 256 pixels, MobileNetV3.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: { steps: 150, emaDecay: 0.98 },
  },
  {
    ...cpu,
    name: 'cpu-medium',
    description: 'As cpu-small with 384 x 384 pixels and more steps.',
    settings: { imageSize: 384, smoothingSigma: 4 },
    params: { steps: 400, emaDecay: 0.99 },
  },
];

function initialParameters(dimension: number, hidden: number, random: RandomSource): Record<string, HostTensor> {
  const layer = (name: string, inputs: number, outputs: number) => ({
    [`${name}.weight`]: xavierNormal([inputs, outputs], random),
    [`${name}.bias`]: filled([outputs], 0),
  });
  if (hidden === 0) return layer('score', dimension, 1);
  return { ...layer('hidden', dimension, hidden), ...layer('score', hidden, 1) };
}

/** Eq. 1: the score of each feature. `[n, d]` to `[n]`. */
function scores(features: tf.Tensor2D, parameters: NamedTensors): tf.Tensor1D {
  const layer = (x: tf.Tensor2D, name: string) =>
    tf.add<tf.Tensor2D>(
      tf.matMul(x, parameters[`${name}.weight`] as tf.Tensor2D),
      parameters[`${name}.bias`] as tf.Tensor1D,
    );
  const hidden = parameters['hidden.weight'] ? tf.relu(layer(features, 'hidden')) : features;
  return tf.reshape(layer(hidden, 'score'), [-1]);
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
  const { featureDimension: dimension } = params;
  const places = stage.grid ** 2;
  const images = 2 * params.imagesPerStep;
  const perImage = params.labels === 'block' ? places : 1;
  const batch = [[images * places, dimension], [images * perImage], [params.references]].map((shape) =>
    hostTensor(new Float32Array(shape.reduce((a, b) => a * b)), shape),
  ) as [HostTensor, HostTensor, HostTensor];
  const tensors = await trainNetwork({
    ...context,
    parameters: initialParameters(dimension, params.hidden, random.fork()),
    totalSteps: params.steps,
    averageDecay: params.emaDecay,
    groups: [{ optimiser: adamW(params) }],
    inputs: batch,
    batch: () => {
      const [features, labels, reference] = batch;
      for (let i = 0; i < images; i++) {
        const drawn = random.pick(i < params.imagesPerStep ? normal : anomalous);
        features.data.set(drawn.features.data, i * places * dimension);
        labels.data.set(drawn.labels, i * perImage);
      }
      for (let i = 0; i < reference.data.length; i++) reference.data[i] = random.normal();
      return batch;
    },
    loss: (parameters, [features, labels, reference]) => {
      const each = scores(features as tf.Tensor2D, parameters);
      const judged = perImage === 1 ? topShareMean(tf.reshape(each, [images, places]), params.topShare) : each;
      return deviationLoss(judged, labels as tf.Tensor1D, reference as tf.Tensor1D, { margin: params.margin });
    },
  });
  return { tensors, metadata: {} };
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

/** Image to anomaly map and score: the mean of the highest scores, as in training. */
function predictionFunction(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  { params, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const features = positionConstrainedFeatures(image, featureExtractor, params);
  const [, rows, columns, dimension] = features.shape;
  const each = scores(tf.reshape(features, [rows * columns, dimension]), tensors);
  const block = tf.reshape<tf.Rank.R3>(each, [1, rows, columns]);
  const anomalyMap = postprocess(block, settings.imageSize, settings.imageSize, settings.smoothingSigma);
  const anomalyScore = topShareMean(tf.reshape(each, [1, rows * columns]), params.topShare);
  return { anomalyMap, anomalyScore };
}

/** Deviation network on frozen features: image labels as in the paper, or labels of places. */
export const devnet = defineDetector({
  id: 'devnet',
  version: '2.0.0',
  apiVersion: 2,
  earlierDigests: ['69aac3501c796c7c6ac273a410613ec7fb4fcb849d461ef6cbe958ec0bb85287'],
  title: 'DevNet',
  description: 'Scores that put the few labelled anomalies far above normal images. Learns from labels alone.',
  reference: 'Pang et al. 2021, Explainable Deep Few-shot Anomaly Detection with Deviation Networks',
  params,
  supervisions: ['SUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
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
