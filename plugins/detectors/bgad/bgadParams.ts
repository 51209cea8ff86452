import { z, type DetectorChoices, type Problem } from 'residua/plugin-api';
import { blockLabelParams, flowParams, flowProblems, pyramidLevels } from 'residua/toolkit';
import { flowPresets } from '../flowPresets.js';

const pool = (what: string) => z.int().min(0).max(10_000).default(96).describe(what);

/** Parameters of BGAD. */
export const bgadParams = z.strictObject({
  ...flowParams(2048),
  ...blockLabelParams,
  boundaryQuantile: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.05)
    .describe('beta: share of the normal places of a step that lie below their boundary; the published command: 0.01.'),
  margin: z
    .number()
    .min(0)
    .max(10)
    .default(0.1)
    .describe('tau: how far below that the boundary of anomalous places lies, tenths of a logarithm of a likelihood.'),
  boundaryWeight: z.number().min(0).max(1000).default(1).describe('lambda: weight of the losses of the boundaries.'),
  focal: z
    .boolean()
    .default(true)
    .describe('Whether normal places weigh more when unlikely, anomalous ones when likely.'),
  likelihoodShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe('Share of the steps, the first ones, that learn likelihoods alone; the paper: 0.04.'),
  anomalousPlacesPerStep: z
    .int()
    .min(1)
    .max(65_536)
    .default(256)
    .describe('How many of the places of a step are anomalous, where a layer has any.'),
  pasted: pool('Normal images with a real defect pasted on them, where defects are labelled.'),
  synthetic: pool('Normal images with a defect of the augmentations, where some are chosen.'),
});
export type BgadParams = z.output<typeof bgadParams>;

/** What BGAD uses. */
export const bgadUses = { features: true, augmentations: ['image'], loss: false } as const;
export type BgadUses = typeof bgadUses;

const presetsOf = (supervision: 'SUPERVISED' | 'UNSUPERVISED') =>
  flowPresets<z.input<typeof bgadParams>>({
    supervision,
    takes: 'One to two minutes',
    paperBackbone: 'WideResNet-50 instead of EfficientNet-B6',
    paperLayers: ['layer1', 'layer2', 'layer3'],
    paper: { placesPerStep: 4096, steps: 40_000, boundaryQuantile: 0.01, likelihoodShare: 0.04 },
  });
export const bgadPresets = [...presetsOf('SUPERVISED'), ...presetsOf('UNSUPERVISED')];

/** Problems of layers, labels' grids and parameters, before anything starts. */
export function bgadProblems(choices: DetectorChoices<BgadParams, BgadUses>): Problem[] {
  const { params, featureLayers, settings } = choices;
  const { anomalousPlacesPerStep: anomalous, placesPerStep } = params;
  const problems = flowProblems(choices, 'bgad');
  for (const { name, side } of pyramidLevels(featureLayers, settings.imageSize)) {
    if (settings.imageSize % side === 0) continue;
    const message = `imageSize is ${settings.imageSize}: labels are read on the grid of layer ${name}, so it must be a multiple of ${side}`;
    problems.push({ code: 'CONFIG_INVALID', message, field: ['settings', 'imageSize'], item: 'imageSize' });
  }
  if (anomalous >= placesPerStep) {
    const item = 'anomalousPlacesPerStep';
    const message = `${item} is ${anomalous}: it must be less than placesPerStep, ${placesPerStep}`;
    problems.push({ code: 'CONFIG_INVALID', message, field: ['detector', 'params', item], item });
  }
  return problems;
}
