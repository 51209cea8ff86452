/**
 * PRN: Zhang, Wu, Wang, Chen, Jiang 2023, "Prototypical residual networks for anomaly detection and localization". A few whole maps of
 * normal images are prototypes; how the maps of an image differ from the nearest is fused over scales, looked at in patches of several
 * sizes and decoded to a mask, taught by real, pasted and synthetic defects.
 *
 * The authors published no code; details are those of the re-implementation by the authors of BGAD. Beside both: maps and residuals are
 * reduced to a common width, and defects are those of the augmentations that are chosen.
 */
import {
  defineDetector,
  hostTensor,
  tf,
  type DetectorState,
  type HostTensor,
  type PredictedTensors,
  type PredictionContext,
  type TrainingContext,
} from 'residua/plugin-api';
import {
  adam,
  byBatchStatistics,
  byStoredStatistics,
  featurePyramid,
  meanOfHighest,
  measureNormalisation,
  postprocess,
  pyramidLevels,
  requireImages,
  stateGraph,
  tensorBatches,
  trainingPyramid,
  trainSteps,
  transformChannels,
  type FeatureMaps,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';
import { prnLoss } from './losses.js';
import { initialParameters, prnLogits, type PrnShape } from './network.js';
import { anomalousPixels, defectPool, type PooledImage } from './pool.js';
import { prnParams, prnPresets, prnProblems, prnShape, prnUses, type PrnParams, type PrnUses } from './prnParams.js';
import { findPrototypes, prototypeResiduals } from './prototypes.js';

type PrnContext = TrainingContext<PrnParams, PrnUses>;

/** Batches over which the normalisations are measured. */
const measuredBatches = 16;

const prototypeName = (level: number) => `prototypes.${level}`;

async function train(context: PrnContext): Promise<DetectorState> {
  const { compute, params, settings, steps } = context;
  const defective = Math.ceil(params.imagesPerStep / 2);
  requireImages(context.normalImages.length, params.imagesPerStep);
  const labels = await anomalousPixels(context);
  const shape = prnShape(context);
  const { images, measured } = await trainingPyramid(context, params);
  const pool = await defectPool(context, labels, measured);
  const prototypes = await levelPrototypes(context, shape, images);
  const flawless = hostTensor(new Float32Array(settings.imageSize ** 2), [
    1,
    settings.imageSize,
    settings.imageSize,
    1,
  ]);
  const entries = (images: readonly PooledImage[]) => images.map((image) => [...image.maps, image.labels]);
  const normal = tensorBatches(
    entries(images.map((maps) => ({ maps, labels: flawless }))),
    Math.max(1, params.imagesPerStep - defective),
    steps.random,
  );
  const defects = tensorBatches(repeated(entries(pool), defective), defective, steps.random);
  const inputs = [...normal.inputs, ...defects.inputs];
  const batch = () => [...normal.batch(), ...defects.batch()];
  const trained = await trainSteps({
    ...{ compute, steps, inputs, batch, totalSteps: params.steps, averageDecay: params.emaDecay },
    ...{ parameters: initialParameters(shape, steps.random.fork()), buffers: prototypes },
    turns: [
      {
        parts: ['smoothL1', 'focal'],
        groups: [{ optimiser: adam(params) }],
        prepare: (given, current) => {
          const { maps: seen, labels: wanted } = joined(given);
          const differing = levelResiduals(seen, current, shape);
          return (parameters) => ({
            ...prnLoss(logitsOf(parameters, seen, differing, shape, byBatchStatistics), wanted),
          });
        },
      },
    ],
  });
  const statistics = await measureNormalisation({
    ...{ compute, steps, parameters: trained, inputs, batch, batches: measuredBatches },
    forward: (parameters, given, normalise) => {
      const { maps: seen } = joined(given);
      return logitsOf(parameters, seen, levelResiduals(seen, parameters, shape), shape, normalise);
    },
  });
  return { tensors: { ...measured, ...trained, ...statistics }, metadata: {} };
}

/** At least so many, some of them several times. */
function repeated<T>(entries: readonly T[], count: number): T[] {
  return Array.from({ length: Math.max(count, entries.length) }, (_, i) => entries[i % entries.length]!);
}

/** Prototypes of each level, `prototypes.<level>`; reported as stage `prototypes`. */
async function levelPrototypes(
  { compute, params, steps }: PrnContext,
  { levels }: PrnShape,
  images: readonly FeatureMaps[],
): Promise<Record<string, HostTensor>> {
  const count = Math.max(1, Math.min(params.mostPrototypes, Math.round(params.prototypeShare * images.length)));
  const found: Record<string, HostTensor> = {};
  for (const level of levels.keys()) {
    steps.signal.throwIfAborted();
    const maps = images.map((image) => image[level]!);
    found[prototypeName(level)] = await findPrototypes(compute, maps, count, steps.random);
    steps.report({ stage: 'prototypes', step: level + 1, totalSteps: levels.length });
  }
  return found;
}

/** The normal half of a batch and the defective one, together. */
function joined(given: readonly tf.Tensor[]): { maps: tf.Tensor4D[]; labels: tf.Tensor4D } {
  const half = given.length / 2;
  const both = given.slice(0, half).map((normal, i) => tf.concat([normal, given[half + i]!], 0) as tf.Tensor4D);
  return { maps: both.slice(0, -1), labels: both.at(-1)! };
}

const levelResiduals = (maps: readonly tf.Tensor4D[], tensors: NamedTensors, { levels }: PrnShape) =>
  levels.map((_, i) => prototypeResiduals(maps[i]!, tensors[prototypeName(i)] as tf.Tensor4D).residuals);

function logitsOf(
  parameters: NamedTensors,
  maps: readonly tf.Tensor4D[],
  residuals: readonly tf.Tensor4D[],
  shape: PrnShape,
  normalise: Normalise,
): tf.Tensor4D {
  const { levels } = shape;
  const given = { features: maps.slice(0, levels.length), residuals, start: maps[levels.length] };
  return prnLogits(parameters, given, shape, normalise);
}

/** Image to anomaly map, the probability of each pixel, and score, the mean of the highest. */
function predict(
  image: tf.Tensor4D,
  tensors: NamedTensors,
  context: PredictionContext<PrnParams, PrnUses>,
): PredictedTensors {
  const { params, settings, featureExtractor, featureLayers } = context;
  const { imageSize, smoothingSigma } = settings;
  const shape = prnShape(context);
  const levels = pyramidLevels(featureLayers, imageSize);
  const maps = transformChannels(params.transform, tensors, featurePyramid(image, featureExtractor, levels));
  const logits = logitsOf(tensors, maps, levelResiduals(maps, tensors, shape), shape, byStoredStatistics);
  const probability = tf.squeeze<tf.Tensor3D>(tf.sigmoid(logits), [3]);
  return {
    anomalyMap: postprocess(probability, imageSize, imageSize, smoothingSigma),
    anomalyScore: meanOfHighest(probability, params.topPixels),
  };
}

/** Prototypes of normal images, and a network that tells which differences from them are defects. */
export const prn = defineDetector({
  id: 'prn',
  version: '1.0.0',
  apiVersion: 2,
  title: 'PRN',
  description:
    'Compares whole feature maps with a few normal ones and learns which differences are defects, from masks or blocks, pasted and synthetic defects.',
  reference: 'Zhang et al. 2023, Prototypical Residual Networks for Anomaly Detection and Localization',
  params: prnParams,
  supervisions: ['SUPERVISED', 'UNSUPERVISED'],
  uses: prnUses,
  continues: false,
  memoryParams: ['imagesPerStep', 'pooledImages', 'width'],
  presets: prnPresets,
  stages: () => [
    { name: 'feature-extraction', weight: 2 },
    { name: 'defects', weight: 3 },
    { name: 'prototypes', weight: 1 },
    { name: 'training', weight: 40 },
    { name: 'normalisation', weight: 2 },
  ],
  check: prnProblems,
  train,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predict(image, tensors, context) }),
});
