import { z, type DetectorChoices, type DetectorPreset, type Problem } from 'residua/plugin-api';
import { adaptorParams, channelTransformParams, mapPoolParams, optimiserParams } from 'residua/toolkit';
import { cpuFeatures, cpuPresets } from '../cpuPresets.js';
import { defectProblems } from '../defectProblems.js';

/** What DRA uses: features, and pseudo anomalies. */
export const draUses = { features: true, augmentations: ['image'], loss: false } as const;
export type DraUses = typeof draUses;

/** Parameters of DRA. */
export const draParams = z.strictObject({
  layer: z
    .enum(['deepest', 'all'])
    .default('deepest')
    .describe(
      'deepest: features of the last layer alone; all: every layer at the size of the finest, one upon the other.',
    ),
  ...channelTransformParams('none'),
  ...adaptorParams({ adaptorWidth: 128, adaptorKernel: 1 }),
  hidden: z.int().min(1).max(4096).default(256).describe('Hidden size of the holistic head.'),
  scales: z.literal([1, 2]).default(1).describe('2: the image is judged at half its size as well; the paper has both.'),
  referenceImages: z
    .int()
    .min(1)
    .max(64)
    .default(5)
    .describe('Normal images whose mean the composite head takes the difference to.'),
  topShare: z.number().gt(0).max(1).default(0.1).describe("Share of the places whose mean is a head's score."),
  margin: z.number().gt(0).max(100).default(5).describe('Standard deviations between anomalies and normal images.'),
  references: z.int().min(2).max(100_000).default(5000).describe('Reference scores drawn for each step.'),
  ...mapPoolParams({ imagesPerStep: 8, paper: 16 }),
  imagesPerStep: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe(
      'Images in a step of each kind: normal, pseudo anomalous and, where there are labels, anomalous; the paper: 16.',
    ),
  syntheticPool: z
    .int()
    .min(1)
    .max(100_000)
    .default(96)
    .describe('How many pseudo anomalies are made before the training; each is used many times.'),
  ...optimiserParams(
    { steps: 200, learningRate: 1e-3, weightDecay: 1e-5, emaDecay: 0.98 },
    {
      learningRate: 'Learning rate of Adam; the paper: 2e-4.',
      weightDecay: "Adam's weight decay, a part of the gradients.",
    },
  ),
  learningRateDrops: z
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe('How often the learning rate falls to a tenth, after equal parts of the steps; the paper: 2.'),
});
/** {@link draParams} with their defaults filled in. */
export type DraParams = z.output<typeof draParams>;

type Preset = DetectorPreset<z.input<typeof draParams>>;

function presetsOf(supervision: Preset['supervision']): Preset[] {
  const shared = { supervision, augmentations: [{ id: 'synthetic-defect' }] };
  return [
    ...cpuPresets<z.input<typeof draParams>>(
      { ...cpuFeatures, ...shared },
      { description: 'About a minute on two processor cores: 256 x 256 pixels, MobileNetV3.', params: {} },
      {
        description: 'As cpu-small with 384 x 384 pixels, more pseudo anomalies and more steps.',
        params: { steps: 400, syntheticPool: 192, emaDecay: 0.99 },
      },
    ),
    {
      ...shared,
      name: 'paper',
      description:
        "The paper's heads, scales, batches and rates; a convolution of 3x3 is trained on frozen features where the paper trains the backbone. Needs a GPU to be quick.",
      settings: { imageSize: 448, smoothingSigma: 4 },
      params: {
        ...{ adaptorWidth: 512, adaptorKernel: 3, scales: 2, syntheticPool: 500, imagesPerStep: 16, emaDecay: 0 },
        // 30 epochs of 20 batches.
        ...{ steps: 600, learningRate: 2e-4, learningRateDrops: 2 },
      },
      featureExtractor: { id: 'wide-resnet50' },
      augmentations: [{ id: 'synthetic-defect', params: { kinds: ['patch'], mostDefects: 1 } }],
    },
  ];
}

/** Presets with labels and without. */
export const draPresets: readonly Preset[] = [...presetsOf('SUPERVISED'), ...presetsOf('UNSUPERVISED')];

/** What does not fit: no pseudo anomalies, or an image whose half is no size for the features. */
export function draProblems(choices: DetectorChoices<DraParams, DraUses>): Problem[] {
  const { params, settings, featureLayers } = choices;
  const multiple = 4 * featureLayers.at(-1)!.stride;
  const fits = params.scales === 1 || settings.imageSize % multiple === 0;
  const message = `imageSize is ${settings.imageSize}: with scales 2 it must be a multiple of ${multiple}`;
  return [
    ...defectProblems('dra', choices),
    ...(fits
      ? []
      : [{ code: 'CONFIG_INVALID', message, field: ['settings', 'imageSize'], item: 'imageSize' } as const]),
  ];
}
