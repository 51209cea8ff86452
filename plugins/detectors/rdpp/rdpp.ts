/**
 * RD++: Tien et al. 2023, "Revisiting Reverse Distillation for Anomaly Detection". Reverse distillation with a projection between
 * teacher and embedding, which learns from noisy images to throw the anomalous part of a map away.
 *
 * The self-supervised transport of the authors' code is left out: it is that of a batch and a permutation of the same batch, which is
 * 0 and has no gradient. Every noisy image has noise of its own; the steps are a number instead of the best epoch on test images.
 */
import {
  defineDetector,
  tf,
  z,
  type DetectorState,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adamW,
  byBatchStatistics,
  byStoredStatistics,
  createPyramidStage,
  decode,
  drawnImages,
  embed,
  extractTrainingFeatures,
  featurePyramid,
  imageScores,
  initialReverse,
  measureNormalisation,
  postprocess,
  requireImages,
  reverseDetectorParams,
  reverseDistances,
  reverseLoss,
  reverseNetwork,
  reverseProblems,
  reverseStages,
  stateGraph,
  tensorBatches,
  trainedReverse,
  trainNetwork,
  transformChannels,
  transformedPyramid,
  transformMaps,
  type FeatureMaps,
  type NamedTensors,
  type Normalise,
  type ReverseNetwork,
} from 'residua/toolkit';
import { reversePresets } from '../reversePresets.js';
import { noisyImage } from './noisyImage.js';
import {
  initialProjections,
  project,
  projectionLosses,
  projectionOf,
  weighedLosses,
  type Projection,
} from './projection.js';

const params = z.strictObject({
  ...reverseDetectorParams({
    ...{ steps: 200, learningRate: 5e-3, weightDecay: 0, emaDecay: 0.98 },
    ...{ imagesPerStep: 4, paperImages: 16, pooledImages: 150 },
  }),
  projectionDivisor: z
    .int()
    .min(2)
    .max(64)
    .default(4)
    .describe('Channels of a map over those behind the first convolution of its projection; the paper: 2.'),
  projectionWeight: z.number().min(0).max(100).default(0.2).describe("lambda: weight of the projections' losses."),
  projectionLearningRate: z.number().gt(0).max(1).default(1e-3).describe('Learning rate of the projections.'),
});
type Params = z.output<typeof params>;

const presets = reversePresets<z.input<typeof params>>(
  { steps: 500 },
  { params: { projectionDivisor: 2, imagesPerStep: 16, steps: 2800 } },
);

/** Both parts of the student. */
interface Networks {
  reverse: ReverseNetwork;
  projections: Projection[][];
}

function networksOf(reverse: ReverseNetwork, { projectionDivisor }: Params): Networks {
  const projections = reverse.levels.map(({ channels }, level) => projectionOf(level, channels, projectionDivisor));
  return { reverse, projections };
}

/** What the student gives for projected maps. */
function rebuild(
  parameters: NamedTensors,
  { reverse }: Networks,
  projected: readonly tf.Tensor4D[],
  normalise: Normalise,
): tf.Tensor4D[] {
  return decode(parameters, reverse, embed(parameters, reverse, projected, normalise), normalise);
}

/** The maps of an image as it is and with noise. */
interface Pair {
  clean: FeatureMaps;
  noisy: FeatureMaps;
}

/** Pairs of the normal images; reported as stage `feature-extraction`. */
async function extractPairs(context: TrainingContext<Params>): Promise<Pair[]> {
  const { steps, params: chosen } = context;
  const normalImages = drawnImages(context, chosen.pooledImages);
  const random = steps.random.fork();
  const stage = await createPyramidStage(context);
  const extract = async (image: Parameters<typeof noisyImage>[0]): Promise<Pair> => ({
    clean: await stage.extract(image),
    noisy: await stage.extract(noisyImage(image, random)),
  });
  return extractTrainingFeatures({ extract }, { ...context, normalImages }).finally(() => stage.dispose());
}

async function train(context: TrainingContext<Params>): Promise<DetectorState> {
  const { params: chosen, steps, compute, normalImages } = context;
  requireImages(normalImages.length, chosen.imagesPerStep);
  const pairs = await extractPairs(context);
  const clean = pairs.map((pair) => pair.clean);
  const { levels, measured, rectified } = transformedPyramid(context, chosen.transform, clean);
  transformMaps(chosen.transform, measured, pairs.map((pair) => pair.noisy)); // prettier-ignore
  const networks = networksOf(reverseNetwork(levels, chosen, rectified), chosen);
  const random = steps.random.fork();
  const both = pairs.map((pair) => [...pair.clean, ...pair.noisy]);
  const { inputs, batch } = tensorBatches(both, chosen.imagesPerStep, steps.random);
  const halves = (maps: readonly tf.Tensor[]) =>
    [maps.slice(0, levels.length), maps.slice(levels.length)] as [tf.Tensor4D[], tf.Tensor4D[]];
  const trained = await trainNetwork({
    ...{ compute, steps, inputs, batch },
    parameters: {
      ...initialReverse(networks.reverse, random),
      ...initialProjections(networks.projections, random),
    },
    totalSteps: chosen.steps,
    averageDecay: chosen.emaDecay,
    groups: [
      {
        covers: (name) => name.startsWith('projection.'),
        optimiser: adamW({ ...chosen, learningRate: chosen.projectionLearningRate, beta1: 0.5 }),
      },
      { optimiser: adamW({ ...chosen, beta1: 0.5 }) },
    ],
    loss: (current, maps) => {
      const [teacher, noisy] = halves(maps);
      const projected = project(current, networks.projections, teacher);
      const losses = projectionLosses(noisy, project(current, networks.projections, noisy), projected);
      const distilled = reverseLoss(teacher, rebuild(current, networks, projected, byBatchStatistics));
      return tf.add(distilled, tf.mul(weighedLosses(losses), chosen.projectionWeight));
    },
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs, batch },
    forward: (current, maps, normalise) =>
      rebuild(current, networks, project(current, networks.projections, halves(maps)[0]), normalise),
  });
  return { tensors: { ...trained, ...statistics, ...measured }, metadata: { rectified } };
}

/** Image to anomaly map, the sum of the layers' distances, and its maximum. */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  networks: Networks,
  { params: chosen, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = settings;
  const maps = featurePyramid(image, featureExtractor, networks.reverse.levels);
  const teacher = transformChannels(chosen.transform, tensors, maps);
  const projected = project(tensors, networks.projections, teacher);
  const student = rebuild(tensors, networks, projected, byStoredStatistics);
  const sum = tf.addN(reverseDistances(teacher, student, imageSize));
  const anomalyMap = postprocess(sum, imageSize, imageSize, smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/** RD++: reverse distillation of maps that were projected to what is normal in them. */
export const rdpp = defineDetector({
  id: 'rdpp',
  version: '1.0.0',
  apiVersion: 2,
  title: 'RD++',
  description:
    'Reverse distillation with projections that learn from noisy images to keep the normal part of the features. Needs no labels.',
  reference: 'Tien et al. 2023, Revisiting Reverse Distillation for Anomaly Detection',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['imagesPerStep', 'pooledImages', 'width'],
  presets,
  stages: ({ params: { steps } }) => reverseStages(steps),
  check: (choices) => reverseProblems(choices, 'rdpp'),
  train,
  predictionGraph: (state, context) => {
    const networks = networksOf(trainedReverse(state, context), context.params);
    return stateGraph(state, { predict: (image, tensors) => predict(image, tensors, networks, context) });
  },
});
