/**
 * RD: Deng and Li 2022, "Anomaly detection via reverse distillation from one-class embedding". The feature maps of a frozen teacher
 * are squeezed into one small embedding; a decoder, the student, rebuilds them from deep to fine; where it fails the image is
 * anomalous.
 *
 * As in the authors' code: the loss takes the maps of an image as whole vectors, and the map is a sum over layers. The teacher is
 * any feature extractor; layers with more channels than `width` allows are reduced on the way in, and a 1x1 convolution maps to them
 * on the way out.
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
  decode,
  embed,
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
  trainingPyramid,
  trainNetwork,
  transformChannels,
  type NamedTensors,
  type Normalise,
  type ReverseNetwork,
} from 'residua/toolkit';
import { reversePresets } from '../reversePresets.js';

const params = z.strictObject(
  reverseDetectorParams({
    ...{ steps: 250, learningRate: 5e-3, weightDecay: 0, emaDecay: 0.98 },
    ...{ imagesPerStep: 8, paperImages: 16 },
  }),
);
type Params = z.output<typeof params>;

const presets = reversePresets<z.input<typeof params>>(
  { steps: 800 },
  { rates: 'rate', params: { imagesPerStep: 16, steps: 2800 } },
);

/** What the student gives for the maps of the teacher. */
function rebuild(
  parameters: NamedTensors,
  network: ReverseNetwork,
  maps: readonly tf.Tensor4D[],
  normalise: Normalise,
): tf.Tensor4D[] {
  return decode(parameters, network, embed(parameters, network, maps, normalise), normalise);
}

async function train(context: TrainingContext<Params>): Promise<DetectorState> {
  const { params: chosen, steps, compute, normalImages } = context;
  requireImages(normalImages.length, chosen.imagesPerStep);
  const { levels, images, measured, rectified } = await trainingPyramid(context, chosen);
  const network = reverseNetwork(levels, chosen, rectified);
  const parameters = initialReverse(network, steps.random.fork());
  const { inputs, batch } = tensorBatches(images, chosen.imagesPerStep, steps.random);
  const trained = await trainNetwork({
    ...{ compute, steps, parameters, inputs, batch },
    totalSteps: chosen.steps,
    averageDecay: chosen.emaDecay,
    groups: [{ optimiser: adamW({ ...chosen, beta1: 0.5 }) }],
    loss: (current, teacher) =>
      reverseLoss(teacher as tf.Tensor4D[], rebuild(current, network, teacher as tf.Tensor4D[], byBatchStatistics)),
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs, batch },
    forward: (current, teacher, normalise) => rebuild(current, network, teacher as tf.Tensor4D[], normalise),
  });
  return { tensors: { ...trained, ...statistics, ...measured }, metadata: { rectified } };
}

/** Image to anomaly map, the sum of the layers' distances (section 3.4), and its maximum. */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  network: ReverseNetwork,
  { params: chosen, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const { imageSize, smoothingSigma } = settings;
  const maps = featurePyramid(image, featureExtractor, network.levels);
  const teacher = transformChannels(chosen.transform, tensors, maps);
  const student = rebuild(tensors, network, teacher, byStoredStatistics);
  const sum = tf.addN(reverseDistances(teacher, student, imageSize));
  const anomalyMap = postprocess(sum, imageSize, imageSize, smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/** RD: a student rebuilds the features of its teacher from a small embedding of normal ones, and fails on others. */
export const rd = defineDetector({
  id: 'rd',
  version: '1.0.0',
  apiVersion: 2,
  title: 'RD (reverse distillation)',
  description:
    'A decoder rebuilds the features of normal images from a small embedding and fails on others. Needs no labels.',
  reference: 'Deng and Li 2022, Anomaly detection via reverse distillation from one-class embedding',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['imagesPerStep', 'pooledImages', 'width'],
  presets,
  stages: ({ params: { steps } }) => reverseStages(steps),
  check: (choices) => reverseProblems(choices, 'rd'),
  train,
  predictionGraph: (state, context) => {
    const network = trainedReverse(state, context);
    return stateGraph(state, { predict: (image, tensors) => predict(image, tensors, network, context) });
  },
});
