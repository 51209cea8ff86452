/**
 * CFLOW-AD: Gudovskiy, Ishizaka, Kozuka 2022, "CFLOW-AD: Real-time unsupervised anomaly detection with localization via conditional
 * normalizing flows". For every layer of a backbone a flow learns how likely its features are, given where in the image they stand;
 * what is unlikely is anomalous.
 *
 * Beside the paper: the flows of all layers take each step together, and single images are judged by the likelihood of the normal
 * images instead of by that of all images of a test.
 */
import { defineDetector, z, type DetectorPreset } from 'residua/plugin-api';
import { flowParams, flowProblems, flowStages, predictByFlows, stateGraph, trainByLikelihood } from 'residua/toolkit';

const params = z.strictObject(flowParams(1024));

const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    name: 'cpu-small',
    description: 'Less than a minute on two processor cores: 256 x 256 pixels, MobileNetV3.',
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
    description: "The paper's flows, rates and map on three layers of WideResNet-50; needs a GPU to be quick.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ transform: 'none', channels: 2048, blocks: 8, condition: 128, placesPerStep: 256 },
      ...{ steps: 38_000, learningRate: 2e-4, map: 'probability' },
    },
    featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer2', 'layer3', 'layer4'] } },
  },
];

/** A conditional normalizing flow for each layer of features; what it finds unlikely is anomalous. */
export const cflow = defineDetector({
  id: 'cflow',
  version: '1.0.0',
  apiVersion: 2,
  title: 'CFLOW-AD',
  description:
    'Learns how likely features are at each place, layer by layer; unlikely ones are anomalous. Needs no labels.',
  reference:
    'Gudovskiy et al. 2022, CFLOW-AD: Real-time unsupervised anomaly detection with localization via conditional normalizing flows',
  params,
  supervisions: ['UNSUPERVISED'],
  uses: { features: true, augmentations: [], loss: false },
  continues: false,
  presets,
  stages: () => flowStages,
  check: (choices) => flowProblems(choices, 'cflow'),
  train: trainByLikelihood,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predictByFlows(image, tensors, context) }),
});
