/**
 * PyramidFlow: Lei, Hu, Wang, Liu 2023, "PyramidFlow: High-Resolution Defect Contrastive Localization using Pyramid Normalizing Flow".
 * A flow that keeps volumes, over a Laplacian pyramid, learns to map normal images to equal latents; the distance to the mean latent
 * of normal images is the map.
 *
 * As in the authors' code, maps are halved by their largest values. Beside it: running means are measured behind the training, the
 * number of steps is fixed instead of the best epoch on test images, and the flow can work on features.
 */
import {
  defineDetector,
  tf,
  type DetectorChoices,
  type DetectorState,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type Problem,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adam,
  imageScores,
  postprocess,
  pyramidProblems,
  requireImages,
  stateGraph,
  tensorBatches,
  trainNetwork,
  type NamedTensors,
} from 'residua/toolkit';
import { byBatchMean, byStoredMean, flowBlocks, initialFlow, latents, type VolumeNormalise } from './flow.js';
import { fourierLoss } from './fourier.js';
import { flowInput, flowSide, initialProjection, projected, trainingInputs } from './flowInput.js';
import { composed, laplacianPyramid } from './laplacian.js';
import { measureMeans, measureTemplate, templateName } from './measureNormal.js';
import { params, presets, type Params } from './params.js';

/** Length that all gradients of a step together have at most. */
const clipNorm = 1;
/** The coarsest map has at least so many places a side. */
const leastSide = 2;

function check(choices: DetectorChoices<Params>): Problem[] {
  const { params: chosen } = choices;
  const side = flowSide(chosen, choices);
  const problem = (item: 'levels' | 'pooledImages', rule: string): Problem => ({
    code: 'CONFIG_INVALID',
    message: `${item} is ${chosen[item]}: ${rule}`,
    field: ['detector', 'params', item],
    item,
  });
  const parts = 2 ** (chosen.levels - 1);
  const halved = `the map of ${side} x ${side} places must be a multiple of ${parts} a side, ${leastSide * parts} at least`;
  return [
    ...pyramidProblems(choices, 'pyramidflow', { layers: 1 }),
    ...(side % parts === 0 && side >= leastSide * parts ? [] : [problem('levels', halved)]),
    ...(chosen.pooledImages >= chosen.imagesPerStep
      ? []
      : [problem('pooledImages', `a step takes ${chosen.imagesPerStep} of them`)]),
  ];
}

/** Latents of maps that came from {@link flowInput}. */
function latentsOf(parameters: NamedTensors, maps: tf.Tensor4D, chosen: Params, normalise: VolumeNormalise) {
  const pyramid = laplacianPyramid(projected(parameters, maps), chosen.levels);
  return latents(parameters, flowBlocks(chosen.levels, chosen.stacks), pyramid, normalise);
}

/**
 * Mean over channels of what two pyramids of latents differ in, at the size of the finest level.
 * @param power of the absolute difference: 2 in training, 1 for maps.
 */
export function difference(a: readonly tf.Tensor4D[], b: readonly tf.Tensor4D[], power: 1 | 2): tf.Tensor3D {
  const apart = a.map((level, i) => {
    const by = tf.sub<tf.Tensor4D>(level, b[i]!);
    return power === 2 ? tf.square(by) : tf.abs(by);
  });
  return tf.mean<tf.Tensor3D>(composed(apart), 3);
}

/** Differences of all pairs of a batch, `[pairs, h, w]` (section 3.2). */
export function pairDifferences(levels: readonly tf.Tensor4D[]): tf.Tensor3D {
  const n = levels[0]!.shape[0];
  const pairs = Array.from({ length: n }, (_, i) => i).flatMap((i) =>
    Array.from({ length: n - 1 - i }, (_, j) => [i, i + 1 + j] as const),
  );
  const side = (which: 0 | 1) =>
    levels.map((level) =>
      tf.concat(
        pairs.map((pair) => tf.slice(level, [pair[which], 0, 0, 0], [1, -1, -1, -1])),
        0,
      ),
    );
  return difference(side(0), side(1), 2);
}

async function train(context: TrainingContext<Params>): Promise<DetectorState> {
  const { params: chosen, steps, compute, normalImages } = context;
  requireImages(normalImages.length, chosen.imagesPerStep);
  const { maps, measured } = await trainingInputs(context);
  const random = steps.random.fork();
  const { trained: parameters, fixed } = initialFlow(flowBlocks(chosen.levels, chosen.stacks), chosen, random);
  const projection = initialProjection(maps[0]!.shape[3]!, chosen.channels, random);
  const still: Record<string, HostTensor> = { ...fixed, ...projection };
  const constants = () =>
    Object.fromEntries(Object.entries(still).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));
  const entries = maps.map((map) => [map]);
  const { inputs, batch } = tensorBatches(entries, chosen.imagesPerStep, steps.random);
  const { learningRate, weightDecay } = chosen;
  const trained = await trainNetwork({
    ...{ compute, steps, parameters, inputs, batch, clipNorm },
    totalSteps: chosen.steps,
    averageDecay: chosen.emaDecay,
    groups: [{ optimiser: adam({ learningRate, weightDecay, beta1: 0.5, beta2: 0.9, epsilon: 1e-4 }) }],
    loss: (current, [images]) => {
      const all = { ...constants(), ...current };
      const found = latentsOf(all, images as tf.Tensor4D, chosen, byBatchMean(chosen.volumeNormalisation));
      return fourierLoss(pairDifferences(found));
    },
  });
  const flow = { ...trained, ...still };
  const run = (tensors: NamedTensors, images: tf.Tensor4D, normalise: VolumeNormalise) =>
    latentsOf(tensors, images, chosen, normalise);
  const means = await measureMeans(context, { flow, maps, inputs, batch }, run);
  const template = await measureTemplate(context, { flow: { ...flow, ...means }, maps }, run);
  return { tensors: { ...flow, ...means, ...template, ...measured }, metadata: {} };
}

/** Image to anomaly map, the distance of its latents from those of normal images, and its maximum (section 3.5). */
function predict(image: tf.Tensor4D, tensors: NamedTensors, context: PredictionContext<Params>): PredictedTensors {
  const { params: chosen, settings } = context;
  const found = latentsOf(tensors, flowInput(image, tensors, context), chosen, byStoredMean);
  const template = found.map((_, level) => tensors[templateName(level)] as tf.Tensor4D);
  const { imageSize, smoothingSigma } = settings;
  const anomalyMap = postprocess(difference(found, template, 1), imageSize, imageSize, smoothingSigma);
  return { anomalyMap, anomalyScore: imageScores(anomalyMap) };
}

/** PyramidFlow: latents of a flow that makes normal images alike, and how far an image is from them. */
export const pyramidflow = defineDetector({
  id: 'pyramidflow',
  version: '1.0.0',
  apiVersion: 2,
  title: 'PyramidFlow',
  description:
    'A volume-preserving flow over a pyramid makes normal images alike; what stays different is anomalous. Needs no labels.',
  reference:
    'Lei et al. 2023, PyramidFlow: High-Resolution Defect Contrastive Localization using Pyramid Normalizing Flow',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['imagesPerStep', 'workingSize', 'channels'],
  presets,
  stages: ({ params: { steps } }) => [
    { name: 'feature-extraction', weight: 50 },
    { name: 'training', weight: 3 * steps },
    { name: 'means', weight: 10 },
    { name: 'template', weight: 30 },
  ],
  check,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predict(image, tensors, context) }),
});
