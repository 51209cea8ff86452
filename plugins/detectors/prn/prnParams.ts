import { z, type DetectorChoices, type DetectorPreset, type Problem } from 'residua/plugin-api';
import {
  channelTransformParams,
  mapPoolParams,
  optimiserParams,
  pyramidLevels,
  pyramidProblems,
} from 'residua/toolkit';
import { cpuFeatures, cpuPresets } from '../cpuPresets.js';
import type { PrnShape } from './network.js';

const pool = (standard: number, what: string) => z.int().min(0).max(10_000).default(standard).describe(what);

/** Parameters of PRN. */
export const prnParams = z.strictObject({
  ...mapPoolParams({ imagesPerStep: 4, paper: 48 }),
  ...channelTransformParams('none'),
  ...optimiserParams({ steps: 200, learningRate: 1e-3, weightDecay: 1e-4, emaDecay: 0.98 }),
  width: z
    .int()
    .min(0)
    .max(1024)
    .default(32)
    .describe(
      'Channels to which the maps of each layer, and their residuals, are reduced; 0: they stay as they are, as in the paper.',
    ),
  attentionLayers: z.int().min(0).max(8).default(1).describe('Layers of attention for each map; the paper: 3.'),
  prototypeShare: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe('Prototypes over normal images: whole maps that stand for all of a layer.'),
  mostPrototypes: z
    .int()
    .min(1)
    .max(1000)
    .default(16)
    .describe('Most prototypes of a layer; each is as large as the maps of an image and part of the model.'),
  decoderStart: z
    .boolean()
    .default(false)
    .describe(
      'Whether the deepest layer has no prototypes and only starts the decoder, as in the paper; needs two layers.',
    ),
  fineHead: z
    .boolean()
    .default(false)
    .describe("Whether the last convolutions see the image's size, as in the paper, or the finest layer's."),
  pasted: pool(48, 'Normal images with a real defect pasted on them, where defects are labelled.'),
  synthetic: pool(48, 'Normal images with a defect of the augmentations, where some are chosen.'),
  topPixels: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe('Highest pixels of the map whose mean is the image score.'),
});
export type PrnParams = z.output<typeof prnParams>;

/** What PRN uses. */
export const prnUses = { features: true, augmentations: ['image'], loss: false } as const;
export type PrnUses = typeof prnUses;

type Preset = DetectorPreset<z.input<typeof prnParams>>;

const presetsOf = (supervision: Preset['supervision']): readonly Preset[] => [
  ...cpuPresets<z.input<typeof prnParams>>(
    { ...cpuFeatures, supervision, augmentations: [{ id: 'synthetic-defect' }] },
    { description: 'About two minutes on two processor cores: 256 x 256 pixels, MobileNetV3.', params: {} },
    {
      description: 'As cpu-small with 384 x 384 pixels and more steps.',
      params: { steps: 600, emaDecay: 0.99, pasted: 96, synthetic: 96 },
    },
  ),
  {
    name: 'paper',
    description:
      "The paper's network and rates on four layers of WideResNet-50 instead of ResNet-18; needs a GPU to be quick.",
    supervision,
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ width: 0, attentionLayers: 3, mostPrototypes: 1000, decoderStart: true, fineHead: true },
      ...{ imagesPerStep: 48, steps: 5000, learningRate: 1e-4, weightDecay: 1e-2, emaDecay: 0 },
      ...{ pasted: 1000, synthetic: 1000 },
    },
    featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1', 'layer2', 'layer3', 'layer4'] } },
    augmentations: [{ id: 'synthetic-defect', params: { kinds: ['memseg-textural'] } }],
  },
];
export const prnPresets = [...presetsOf('SUPERVISED'), ...presetsOf('UNSUPERVISED')];

/** The network's sizes for these features. */
export function prnShape({
  params,
  featureLayers,
  settings: { imageSize },
}: Pick<DetectorChoices<PrnParams, PrnUses>, 'params' | 'featureLayers' | 'settings'>): PrnShape {
  const levels = pyramidLevels(featureLayers, imageSize);
  const start = params.decoderStart ? levels.pop() : undefined;
  return { ...params, imageSize, levels, start };
}

/** Problems of layers, labels and sizes, before anything starts. */
export function prnProblems(choices: DetectorChoices<PrnParams, PrnUses>): Problem[] {
  const { params, supervision, augmentations } = choices;
  const problems = pyramidProblems(choices, 'prn', { layers: params.decoderStart ? 2 : 1 });
  if (problems.length > 0) return problems;
  const { levels } = prnShape(choices);
  for (const [i, { channels }] of levels.entries()) {
    if (params.width > 0 || i === 0 || channels % levels[i - 1]!.channels === 0) continue;
    const message = `width is 0: then a layer has a multiple of the channels of the finer one, and there is one with ${channels}`;
    problems.push({ code: 'CONFIG_INVALID', message, field: ['detector', 'params', 'width'], item: 'width' });
  }
  if (supervision === 'UNSUPERVISED' && augmentations.image === 0) {
    const message =
      'detector prn learns from defects: without labels it needs an augmentation of images, such as synthetic-defect';
    problems.push({ code: 'CONFIG_INVALID', message, field: ['augmentations'], item: 'prn' });
  }
  return problems;
}
