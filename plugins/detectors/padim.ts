/**
 * PaDiM: Defard et al. 2021, "PaDiM: a Patch Distribution Modeling Framework for Anomaly Detection and Localization". A
 * Gaussian for each place of the feature map, of a random choice of channels; the score is the Mahalanobis distance to it.
 */
import {
  defineDetector,
  hostTensor,
  problem,
  tf,
  z,
  type DetectorChoices,
  type DetectorPreset,
  type FeatureExtractor,
  type ParamsToFit,
  type PredictedTensors,
  type PredictionContext,
  type Problem,
  type RandomSource,
} from 'residua/plugin-api';
import {
  compileFeatureStage,
  extractTrainingFeatures,
  fitPlaceGaussians,
  imageScores,
  leaveOneOutFactors,
  postprocess,
  resizeBilinear,
  squaredMahalanobis,
  squaredMahalanobisOfFew,
  stateGraph,
  trainedFlag,
  type NamedTensors,
} from 'residua/toolkit';

const params = z.strictObject({
  channels: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('d: channels chosen at random. Memory grows with its square: 4 d² bytes for each place of the map.'),
  regularisation: z
    .number()
    .gt(0)
    .max(1000)
    .default(0.01)
    .describe('epsilon, added to the diagonal of each covariance.'),
});
type Params = z.output<typeof params>;

const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    name: 'paper',
    description:
      "The paper's settings for WideResNet-50, of two layers instead of three; the whole image instead of its middle.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 224, smoothingSigma: 4 },
    params: { channels: 550 },
    featureExtractor: { id: 'wide-resnet50' },
  },
];

const totalChannels = ({ featureLayers }: Pick<PredictionContext<Params>, 'featureLayers'>) =>
  featureLayers.reduce((sum, layer) => sum + layer.channels, 0);

/** All channels of features that have fewer than the preset or the default. */
function fitParams(choices: ParamsToFit<Params>): Partial<Params> {
  const total = totalChannels(choices);
  return total > 0 && choices.params.channels > total ? { channels: total } : {};
}

function check(choices: DetectorChoices<Params>): Problem[] {
  const [wanted, total] = [choices.params.channels, totalChannels(choices)];
  if (wanted <= total) return [];
  const message = `channels is ${wanted}: the feature extractor has only ${total}`;
  return [{ code: 'CONFIG_INVALID', message, field: ['detector', 'params', 'channels'], item: 'channels' }];
}

/** `count` of the numbers 0..total-1, in ascending order. */
function randomChoice(total: number, count: number, random: RandomSource): Int32Array {
  const numbers = Int32Array.from({ length: total }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + random.integer(total - i);
    [numbers[i], numbers[other]] = [numbers[other]!, numbers[i]!];
  }
  return numbers.slice(0, count).sort();
}

/** Section III-A: all layers on the grid of the finest, concatenated, of which some channels are kept. `[1, rows, columns, d]`. */
function embedding(images: tf.Tensor4D, extractor: FeatureExtractor, channels: tf.Tensor1D): tf.Tensor4D {
  const layers = extractor.features(images);
  const [, rows, columns] = layers[0]!.shape;
  const all = tf.concat(
    layers.map((layer) => resizeBilinear(layer, rows, columns)),
    3,
  );
  return tf.gather(all, channels, 3);
}

/** Of each place, `[places, d]`, by the kind of Gaussians that the state has. */
function squaredDistances(places: tf.Tensor2D, tensors: NamedTensors, { regularisation }: Params): tf.Tensor1D {
  const means = tensors['gaussians.means'] as tf.Tensor2D;
  const whitening = tensors['gaussians.whitening'] as tf.Tensor3D | undefined;
  if (whitening) return squaredMahalanobis(places, means, whitening);
  const [samples, weights] = ['samples', 'weights'].map((name) => tensors[`gaussians.${name}`]) as [
    tf.Tensor3D,
    tf.Tensor3D,
  ];
  return squaredMahalanobisOfFew(places, means, { samples, weights, regularisation });
}

/** Image to anomaly map and score; an image of the training is judged by the other images. */
function predictionFunction(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  trained: tf.Scalar,
  images: number,
  { params, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const features = embedding(image, featureExtractor, tensors['channels'] as tf.Tensor1D);
  const [, rows, columns, d] = features.shape;
  const squared = squaredDistances(tf.reshape(features, [rows * columns, d]), tensors, params);
  const { r, q } = leaveOneOutFactors(images);
  const withoutIt = tf.div(tf.mul(squared, r), tf.maximum(tf.sub(1, tf.mul(squared, q)), 1e-6));
  const chosen = tf.add(tf.mul(withoutIt, trained), tf.mul(squared, tf.sub(1, trained)));
  const distances = tf.reshape<tf.Rank.R3>(tf.sqrt(chosen), [1, rows, columns]);
  const anomalyMap = postprocess(distances, settings.imageSize, settings.imageSize, settings.smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/** PaDiM: a Gaussian for each place, scored by Mahalanobis distance. */
export const padim = defineDetector({
  id: 'padim',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: ['a2e32863c7e34ccbc2d60bbf3401204f5c45b919197d33a685502684ad6fc2ef'],
  title: 'PaDiM',
  description:
    'Distance of each feature to the Gaussian of normal features at its place. For parts that always lie in the same place; needs no training steps and no labels.',
  reference:
    'Defard et al. 2021, PaDiM: a Patch Distribution Modeling Framework for Anomaly Detection and Localization',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['channels'],
  stages: () => [
    { name: 'feature-extraction', weight: 1 },
    { name: 'statistics', weight: 1 },
  ],
  presets,
  fitParams,
  check,
  train: async (context) => {
    const { params, normalImages, featureExtractor, steps } = context;
    if (normalImages.length < 3) {
      const message = `detector padim needs at least 3 normal images for a covariance, got ${normalImages.length}`;
      throw problem('TRAINING_DATA_INSUFFICIENT', message, { item: 'padim' });
    }
    const channels = randomChoice(totalChannels(context), params.channels, steps.random);
    const stage = await compileFeatureStage(context, params.channels, (images) =>
      embedding(images, featureExtractor, tf.tensor1d(channels, 'int32')),
    );
    const features = await extractTrainingFeatures(stage, context).finally(() => stage.dispose());
    const { means, metric } = await fitPlaceGaussians(features, {
      regularisation: params.regularisation,
      signal: steps.signal,
      onProgress: (step, totalSteps) => steps.report({ stage: 'statistics', step, totalSteps }),
    });
    return {
      tensors: {
        channels: hostTensor(channels, [channels.length]),
        'gaussians.means': means,
        ...Object.fromEntries(Object.entries(metric).map(([name, tensor]) => [`gaussians.${name}`, tensor])),
      },
      metadata: { imageIds: normalImages.map((image) => image.id) },
    };
  },
  predictionGraph: (state, context) => {
    const imageIds = state.metadata['imageIds'] as string[];
    return stateGraph(state, {
      predict: (image, tensors, trained) =>
        predictionFunction(image, tensors, trained as tf.Scalar, imageIds.length, context),
      leaveOut: trainedFlag(imageIds),
    });
  },
});
