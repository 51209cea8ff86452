/**
 * CFLOW-AD: Gudovskiy, Ishizaka, Kozuka 2022, "CFLOW-AD: Real-time unsupervised anomaly detection with localization via conditional
 * normalizing flows". For every layer of a backbone a flow learns how likely its features are, given where in the image they stand;
 * what is unlikely is anomalous.
 *
 * Beside the paper: the flows of all layers take each step together, and single images are judged by the likelihood of the normal
 * images instead of by that of all images of a test.
 */
import { defineDetector, z } from 'residua/plugin-api';
import { flowParams, flowProblems, flowStages, predictByFlows, stateGraph, trainByLikelihood } from 'residua/toolkit';
import { flowPresets } from '../flowPresets.js';

const params = z.strictObject(flowParams(1024));

const presets = flowPresets<z.input<typeof params>>({
  supervision: 'UNSUPERVISED',
  takes: 'Less than a minute',
  paperBackbone: 'WideResNet-50',
  paperLayers: ['layer2', 'layer3', 'layer4'],
  paper: { placesPerStep: 256, steps: 38_000 },
});

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
  memoryParams: ['placesPerStep', 'pooledImages', 'channels'],
  presets,
  stages: () => flowStages,
  check: (choices) => flowProblems(choices, 'cflow'),
  train: trainByLikelihood,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predictByFlows(image, tensors, context) }),
});
