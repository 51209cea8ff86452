/**
 * NFAD: the normalizing flow without labels that Yao et al. 2023, "Explicit boundary guided semi-push-pull contrastive learning for
 * supervised anomaly detection", start from and compare with. The flows of CFLOW-AD on three finer layers, taught by the likelihood of
 * many more places at once.
 */
import { defineDetector, z } from 'residua/plugin-api';
import { flowParams, flowProblems, flowStages, predictByFlows, stateGraph, trainByLikelihood } from 'residua/toolkit';
import { flowPresets } from '../flowPresets.js';

const params = z.strictObject(flowParams(2048));

const presets = flowPresets<z.input<typeof params>>({
  supervision: 'UNSUPERVISED',
  takes: 'About a minute',
  paperBackbone: 'WideResNet-50 instead of EfficientNet-B6',
  paperLayers: ['layer1', 'layer2', 'layer3'],
  paper: { placesPerStep: 4096, steps: 40_000 },
});

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
  memoryParams: ['placesPerStep', 'pooledImages', 'channels'],
  presets,
  stages: () => flowStages,
  check: (choices) => flowProblems(choices, 'nfad'),
  train: trainByLikelihood,
  predictionGraph: (state, context) =>
    stateGraph(state, { predict: (image, tensors) => predictByFlows(image, tensors, context) }),
});
