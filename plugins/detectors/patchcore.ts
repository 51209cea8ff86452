/**
 * PatchCore: Roth et al. 2022, "Towards Total Recall in Industrial Anomaly Detection". The distance of each feature to the
 * nearest of a coreset of normal features.
 */
import {
  defineDetector,
  tf,
  z,
  type DetectorPreset,
  type PredictedTensors,
  type PredictionContext,
} from 'residua/plugin-api';
import {
  bankFeatureProblems,
  bankFeatures,
  bankGraph,
  fitBankParams,
  jointDistances,
  memoryBankParams,
  memoryBankStages,
  memoryBankState,
  nearestVectors,
  postprocess,
  reweightedScore,
  trainMemoryBank,
  type BankTensors,
  type NearestVectors,
} from 'residua/toolkit';
import { cpuPreset, cpuPresets, fineCpuFeatures, tiledCpuFeatures } from './cpuPresets.js';

const params = z.strictObject({
  ...memoryBankParams,
  reweightingNeighbours: z
    .int()
    .min(0)
    .max(64)
    .default(9)
    .refine((b) => b !== 1, 'is 0 or at least 2: a matched vector alone weighs every score down to 0')
    .describe('b of the image score: neighbours of the matched memory vector that weigh it; 0: the plain maximum.'),
});
type Params = z.output<typeof params>;

type Preset = DetectorPreset<z.input<typeof params>>;

const cpu = { supervision: 'UNSUPERVISED', params: { whitening: 1, fineLayers: 1 } } as const;
const presets: readonly Preset[] = [
  ...cpuPresets<z.input<typeof params>>(
    { ...cpu, ...fineCpuFeatures },
    {
      description:
        'A quarter of a minute on two processor cores: 256 x 256 pixels, MobileNetV3, a twentieth of the features.',
      params: { coresetRatio: 0.05 },
    },
    {
      description: 'As cpu-small with 384 x 384 pixels and as many vectors in the memory bank.',
      params: { coresetRatio: 0.025 },
    },
  ),
  cpuPreset<z.input<typeof params>>({ ...cpu, ...fineCpuFeatures }, 'cpu-large', 512, {
    description:
      'As cpu-small with 512 x 512 pixels and as many vectors in the memory bank, for large images with small defects.',
    params: { coresetRatio: 0.0125 },
  }),
  cpuPreset<z.input<typeof params>>({ ...cpu, ...tiledCpuFeatures }, 'cpu-tiles', 640, {
    description: 'As cpu-large with 640 x 640 pixels, which the backbone sees in nine overlapping tiles of 256 x 256.',
    params: { coresetRatio: 0.008 },
  }),
  {
    name: 'paper',
    description:
      "The paper's settings for MVTec AD, with a tenth of the features; the whole image instead of its middle.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 224, smoothingSigma: 4 },
    params: { hyperColumn: 'patchcore', featureDimension: 1024, positionWeight: 0, coresetRatio: 0.1 },
    featureExtractor: { id: 'wide-resnet50' },
  },
];

/** Image to anomaly map and image score. */
function predictionFunction(
  image: tf.Tensor4D,
  bank: BankTensors,
  context: PredictionContext<Params>,
): PredictedTensors {
  const { params, settings } = context;
  const { imageSize, smoothingSigma } = settings;
  const { features, fine } = bankFeatures(image, context, bank);
  const nearest = nearestVectors(features, bank);
  const map = mapOf(nearest, features);
  const distances = fine ? jointDistances(map, mapOf(nearestVectors(fine, bank.fine!), fine), params.fineWeight) : map;
  const queries = tf.reshape<tf.Rank.R2>(features, [-1, features.shape[3]]);
  return {
    anomalyMap: postprocess(distances, imageSize, imageSize, smoothingSigma),
    anomalyScore: reweightedScore(
      { queries, bank: bank.vectors, penalty: bank.penalty, distances: nearest.distances, nearest: nearest.rows },
      params.reweightingNeighbours,
    ),
    nearest,
  };
}

function mapOf({ distances }: NearestVectors, features: tf.Tensor4D): tf.Tensor3D {
  return tf.reshape(distances, features.shape.slice(0, 3) as tf.Tensor3D['shape']);
}

/** PatchCore: distance to the nearest normal patch, the image score weighed by its neighbourhood. */
export const patchcore = defineDetector({
  id: 'patchcore',
  version: '2.2.0',
  apiVersion: 2,
  earlierDigests: [
    'a84cba0d616153905656fd76dced564882d8031ab126f7f161a2c717bb2ac8db',
    '2110af572019ca6b79a305a108d51806c20aac8cbec1c0c3d70afd6667b6baf0',
    '8f3046954f8822dbbf7e77ce56303c1f48fe9344cfe61c37d3d9325b7db9d0fd',
    '4a9530f42d25a3f7201754e13d02420c8c22909219059abe8c9805b509ff0f15',
  ],
  title: 'PatchCore',
  description:
    'Distance of each feature to the nearest of a coreset of normal features. Needs no training steps and no labels.',
  reference: 'Roth et al. 2022, Towards Total Recall in Industrial Anomaly Detection',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  memoryParams: ['featureDimension', 'whitenedDimension', 'coresetRatio'],
  stages: ({ params }) => memoryBankStages(params),
  presets,
  fitParams: fitBankParams,
  check: bankFeatureProblems,
  train: async (context) => {
    const trained = await trainMemoryBank(context);
    await trained.dispose();
    return memoryBankState(trained, context.normalImages);
  },
  predictionGraph: (state, context) => bankGraph(state, (image, bank) => predictionFunction(image, bank, context)),
});
