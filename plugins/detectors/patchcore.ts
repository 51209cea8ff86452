/**
 * PatchCore: Roth et al. 2022, "Towards Total Recall in Industrial Anomaly Detection". The distance of each feature to the
 * nearest of a coreset of normal features.
 */
import { defineDetector, tf, z, type PredictionContext } from 'residua/plugin-api';
import {
  createBankPredictor,
  memoryBankParams,
  memoryBankProblems,
  memoryBankState,
  nearestNeighbours,
  positionConstrainedFeatures,
  postprocess,
  trainMemoryBank,
} from 'residua/toolkit';

const params = z.strictObject({
  ...memoryBankParams,
  reweightingNeighbours: z
    .int()
    .min(0)
    .max(64)
    .default(9)
    .describe('b of the image score: neighbours of the matched memory vector that weigh it; 0: the plain maximum.'),
});
type Params = z.output<typeof params>;

/**
 * Image score (Roth et al. 2022, Eq. 6, 7): the largest distance s*, weighed by how lonely its memory vector m* is among its
 * b nearest memory vectors: (1 - exp(s*) / sum exp(|m_test - m|)) s*.
 * @returns `[1]`.
 */
function imageScore(
  queries: tf.Tensor2D,
  bank: tf.Tensor2D,
  penalty: tf.Tensor1D,
  distances: tf.Tensor1D,
  nearest: tf.Tensor1D,
  b: number,
) {
  const { values: largest, indices: place } = tf.topk(distances, 1);
  if (b === 0) return largest;
  const query = tf.gather(queries, place);
  const matched = tf.gather(bank, tf.gather(nearest, place));
  const { indices: around } = nearestNeighbours(matched, bank, penalty, Math.min(b, bank.shape[0]));
  const neighbours = tf.gather(bank, tf.reshape(around, [-1]));
  const toNeighbours = tf.sqrt(tf.sum(tf.square(tf.sub(neighbours, query)), 1));
  // exp() of distances overflows; their differences to s* do not matter beyond a few units.
  const ratios = tf.exp(tf.clipByValue(tf.sub(toNeighbours, largest), -60, 60));
  return tf.mul(largest, tf.sub(1, tf.div(1, tf.maximum(tf.sum(ratios), 1))));
}

/** Image `[1, size, size, 3]` to anomaly map `[1, size, size]` and image score `[1]`. */
function predictionFunction(
  image: tf.Tensor4D,
  bank: tf.Tensor2D,
  penalty: tf.Tensor1D,
  { params, settings, featureExtractor }: PredictionContext<Params>,
): tf.Tensor[] {
  const { imageSize, featureDimension, smoothingSigma } = settings;
  const features = positionConstrainedFeatures(image, featureExtractor, settings, params.hyperColumn);
  const [, rows, columns] = features.shape;
  const queries = tf.reshape<tf.Rank.R2>(features, [-1, featureDimension]);
  const { indices, squaredDistances } = nearestNeighbours(queries, bank, penalty, 1);
  const distances = tf.reshape<tf.Rank.R1>(tf.sqrt(squaredDistances), [-1]);
  const nearest = tf.reshape<tf.Rank.R1>(indices, [-1]);
  const map = postprocess(tf.reshape(distances, [1, rows, columns]), imageSize, imageSize, smoothingSigma);
  return [map, imageScore(queries, bank, penalty, distances, nearest, params.reweightingNeighbours)];
}

export const patchcore = defineDetector({
  id: 'patchcore',
  version: '1.0.0',
  apiVersion: 1,
  title: 'PatchCore',
  description:
    'Distance of each feature to the nearest of a coreset of normal features. Needs no training steps and no labels.',
  reference: 'Roth et al. 2022, Towards Total Recall in Industrial Anomaly Detection',
  params,
  supervisions: ['UNSUPERVISED'],
  usesLoss: false,
  usesAugmentations: false,
  check: memoryBankProblems,
  train: async (context) => {
    const { bank, stage } = await trainMemoryBank(context);
    await stage.dispose();
    return memoryBankState(bank, context.normalImages);
  },
  load: (state, context) =>
    createBankPredictor('patchcore', state, context, (image, bank, penalty) =>
      predictionFunction(image, bank, penalty, context),
    ),
});
