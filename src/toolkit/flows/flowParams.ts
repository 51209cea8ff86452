import { z } from 'zod';
import type { DetectorChoices, Problem, TrainingStage } from '../../plugin-api/index.js';
import { channelTransformParams } from '../features/channelTransform.js';
import { pyramidProblems } from '../features/layerPyramid.js';
import { pooledImagesParams } from '../features/trainingPyramid.js';

/** What the map of a flow may tell. */
const flowMapKinds = ['likelihood', 'probability'] as const;
/** `likelihood`: how far below the likeliest normal place a place is; `probability`: the same as 1 - exp(-it), which far from all that is normal is 1. */
export type FlowMapKind = (typeof flowMapKinds)[number];

/** Parameters of every detector that learns flows of places: spread them into its own. @param placesPerStep the method's default. */
export function flowParams(placesPerStep: number) {
  return {
    ...channelTransformParams('standardise'),
    ...pooledImagesParams,
    channels: z
      .int()
      .min(2)
      .max(8192)
      .default(128)
      .describe(
        'Channels of a layer that its flow sees: where a layer has more, so many random directions of them. The paper: all.',
      ),
    blocks: z.int().min(1).max(32).default(4).describe('Coupling blocks of a flow; the paper: 8.'),
    condition: z
      .int()
      .min(0)
      .max(1024)
      .default(32)
      .describe(
        'P: numbers that tell a flow where in the image a place is, a multiple of 4; 0: it is not told. The paper: 128.',
      ),
    placesPerStep: z.int().min(8).max(65_536).default(placesPerStep).describe('Places of each layer drawn for a step.'),
    steps: z.int().min(1).max(1_000_000).default(400).describe('Optimiser steps, each of the flows of all layers.'),
    learningRate: z
      .number()
      .gt(0)
      .max(1)
      .default(2e-3)
      .describe(
        'Of Adam; reached behind the first 2 of 25 equal parts of the steps, then falling along a cosine. The paper: 2e-4.',
      ),
    map: z
      .enum(flowMapKinds)
      .default('likelihood')
      .describe(
        'likelihood: how much less likely a place is than the likeliest normal one; probability: the same as a share of 1, as published, where all that is far from normal looks the same.',
      ),
  };
}
/** {@link flowParams} with their defaults filled in. */
export type FlowParams = z.output<z.ZodObject<ReturnType<typeof flowParams>>>;

/** Problems of layers and parameters, before anything starts. */
export function flowProblems(choices: DetectorChoices<FlowParams>, detector: string): Problem[] {
  const { params, featureLayers } = choices;
  const problems = pyramidProblems(choices, detector, {});
  for (const { name, channels } of featureLayers) {
    if (channels >= 2) continue;
    const message = `layer ${name} of the feature extractor has ${channels} channel: a flow needs 2`;
    problems.push({ code: 'CONFIG_INVALID', message, field: ['featureExtractor'], item: detector });
  }
  if (params.condition % 4 !== 0) {
    const message = `condition is ${params.condition}: it must be a multiple of 4`;
    const field = ['detector', 'params', 'condition'];
    problems.push({ code: 'CONFIG_INVALID', message, field, item: 'condition' });
  }
  return problems;
}

/** The stages of `prepareFlows`, `trainFlows` and `highestLikelihoods`. */
export const flowStages: readonly TrainingStage[] = [
  { name: 'feature-extraction', weight: 2 },
  { name: 'training', weight: 7 },
  { name: 'likelihoods', weight: 1 },
];
