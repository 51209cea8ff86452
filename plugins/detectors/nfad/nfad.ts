/**
 * NFAD: the normalizing flow without labels that Yao et al. 2023, "Explicit boundary guided semi-push-pull contrastive learning for
 * supervised anomaly detection", start from and compare with. The flows of CFLOW-AD on three finer layers, taught by the likelihood of
 * many more places at once.
 */
import { defineDetector, z, type DetectorPreset } from 'residua/plugin-api';
import { flowParams, flowProblems, flowStages, predictByFlows, stateGraph, trainByLikelihood } from 'residua/toolkit';

const params = z.strictObject(flowParams(2048));

const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    name: 'cpu-small',
    description: 'About a minute on two processor cores: 256 x 256 pixels, MobileNetV3.',
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
    featureExtractor: { id: 'mobilenet-v3' },
  },
  {
    name: 'cpu-medium',
    description: 'As cpu-small with 384 x 384 pixels, larger flows and more steps.',
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 384, smoothingSigma: 4 },
    params: { channels: 192, blocks: 6, condition: 64, steps: 1500, learningRate: 1e-3 },
    featureExtractor: { id: 'mobilenet-v3' },
  },
  {
    name: 'paper',
    description:
      "The paper's flows, rates and map on three layers of WideResNet-50 instead of EfficientNet-B6; needs a GPU to be quick.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ transform: 'none', channels: 2048, blocks: 8, condition: 128, placesPerStep: 4096 },
      ...{ steps: 40_000, learningRate: 2e-4, map: 'probability' },
    },
    featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1', 'layer2', 'layer3'] } },
  },
];

/** Flows taught by likelihood alone: the unsupervised ground on which BGAD stands. */
export const nfad = defineDetector({
  id: 'nfad',
  version: '1.0.0',
  apiVersion: 2,
  title: 'NFAD',
  description: 'The flows that BGAD is built on, taught by normal images alone. Needs no labels.',
  reference:
    'Yao et al. 2023, Explicit Boundary Guided Semi-Push-Pull Contrastive Learning for Supervised Anomaly Detection',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  presets,
  stages: () => flowStages,
  check: (choices) => flowProblems(choices, 'nfad'),
  train: trainByLikelihood,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predictByFlows(image, tensors, context) }),
});
