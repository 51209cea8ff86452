/**
 * DMAD: Liu et al. 2023, "Diversity-Measurable Anomaly Detection", the version for images (PPDM). A small network deforms an image
 * towards what its reconstruction can explain; reverse distillation works on what was deformed; how much it had to be deformed is a
 * second measure of anomaly.
 *
 * Beside the paper: the features are deformed instead of the image, by a field that is computed from the finest map, so that no
 * gradient has to go through the teacher and any feature extractor will do. One model gives map and score; both measures are scaled
 * by what they come to on normal training images instead of by the test set.
 */
import {
  defineDetector,
  tf,
  type DetectorState,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adamW,
  byStoredStatistics,
  cosine,
  featurePyramid,
  imageScores,
  measureNormalisation,
  requireImages,
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
} from 'residua/toolkit';
import { measureScales, scaleNames } from './measureScales.js';
import { dmadLoss, explain, initialParameters, networksOf, partsOf, type Networks } from './networks.js';
import { params, presets, type Params } from './params.js';

async function train(context: TrainingContext<Params>): Promise<DetectorState> {
  const { params: chosen, steps, compute, normalImages, settings } = context;
  requireImages(normalImages.length, chosen.imagesPerStep);
  const { levels, images, measured, rectified } = await trainingPyramid(context, chosen);
  const networks = networksOf(reverseNetwork(levels, chosen, rectified), chosen);
  const parameters = initialParameters(networks, chosen, images, steps.random.fork());
  const { inputs, batch } = tensorBatches(images, chosen.imagesPerStep, steps.random);
  const learningRate = cosine(chosen.learningRate, chosen.steps);
  const trained = await trainNetwork({
    ...{ compute, steps, parameters, inputs, batch },
    totalSteps: chosen.steps,
    averageDecay: chosen.emaDecay,
    groups: [{ optimiser: adamW({ ...chosen, learningRate, beta1: 0.5 }) }],
    loss: (current, maps) => dmadLoss(current, networks, maps as tf.Tensor4D[]),
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs, batch },
    forward: (current, maps, normalise) => explain(current, networks, maps as tf.Tensor4D[], normalise),
  });
  const network: Record<string, HostTensor> = { ...trained, ...statistics };
  const scales = await measureScales(context, network, images, (tensors, maps) =>
    partsOf(tensors, networks, maps, settings, byStoredStatistics),
  );
  return { tensors: { ...network, ...measured, ...scales }, metadata: { rectified } };
}

/** Image to anomaly map: where the student fails, and how much had to be deformed (section 3.4). */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  networks: Networks,
  { params: chosen, settings, featureExtractor }: PredictionContext<Params>,
): PredictedTensors {
  const maps = featurePyramid(image, featureExtractor, networks.reverse.levels);
  const teacher = transformChannels(chosen.transform, tensors, maps);
  const { features, deformation } = partsOf(tensors, networks, teacher, settings, byStoredStatistics);
  const explained = tf.div<tf.Tensor3D>(features, tensors[scaleNames.features]!);
  const moved = tf.mul<tf.Tensor3D>(tf.div(deformation, tensors[scaleNames.deformation]!), chosen.deformationWeight);
  return {
    anomalyMap: tf.add(explained, moved),
    anomalyScore: tf.add(imageScores(explained), imageScores(moved)),
  };
}

/** DMAD: reverse distillation of features that were deformed towards normal ones, and how far. */
export const dmad = defineDetector({
  id: 'dmad',
  version: '1.0.0',
  apiVersion: 2,
  title: 'DMAD',
  description:
    'Deforms features towards what reverse distillation can explain; what it cannot, and how much it deforms, is anomalous. Needs no labels.',
  reference: 'Liu et al. 2023, Diversity-Measurable Anomaly Detection',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['imagesPerStep', 'pooledImages', 'width'],
  presets,
  stages: ({ params: { steps } }) => [...reverseStages(steps), { name: 'scales', weight: 20 }],
  check: (choices) => reverseProblems(choices, 'dmad'),
  train,
  predictionGraph: (state, context) => {
    const networks = networksOf(trainedReverse(state, context), context.params);
    return stateGraph(state, { predict: (image, tensors) => predict(image, tensors, networks, context) });
  },
});
