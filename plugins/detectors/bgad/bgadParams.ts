import { z, type DetectorChoices, type DetectorPreset, type Problem } from 'residua/plugin-api';
import { blockLabelParams, flowParams, flowProblems, pyramidLevels } from 'residua/toolkit';

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

const cpuMedium = { channels: 192, blocks: 6, condition: 64, steps: 1500, learningRate: 1e-3 };
const presetsOf = (
  supervision: 'SUPERVISED' | 'UNSUPERVISED',
): readonly DetectorPreset<z.input<typeof bgadParams>>[] => [
  {
    name: 'cpu-small',
    description: 'One to two minutes on two processor cores: 256 x 256 pixels, MobileNetV3.',
    supervision,
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
    featureExtractor: { id: 'mobilenet-v3' },
  },
  {
    name: 'cpu-medium',
    description: 'As cpu-small with 384 x 384 pixels, larger flows and more steps.',
    supervision,
    settings: { imageSize: 384, smoothingSigma: 4 },
    params: cpuMedium,
    featureExtractor: { id: 'mobilenet-v3' },
  },
  {
    name: 'paper',
    description:
      "The paper's flows, rates and map on three layers of WideResNet-50 instead of EfficientNet-B6; needs a GPU to be quick.",
    supervision,
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ transform: 'none', channels: 2048, blocks: 8, condition: 128, placesPerStep: 4096 },
      ...{ steps: 40_000, learningRate: 2e-4, map: 'probability', boundaryQuantile: 0.01, likelihoodShare: 0.04 },
    },
    featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1', 'layer2', 'layer3'] } },
  },
];
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
