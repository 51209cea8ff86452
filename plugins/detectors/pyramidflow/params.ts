import { z, type DetectorPreset } from 'residua/plugin-api';
import { channelTransformParams, mapPoolParams, optimiserParams } from 'residua/toolkit';
import { volumeNormalisations } from './flow.js';

const { steps, emaDecay } = optimiserParams({ steps: 300, learningRate: 1e-3, weightDecay: 1e-5, emaDecay: 0.98 });

export const params = z.strictObject({
  input: z
    .enum(['image', 'features'])
    .default('features')
    .describe('What the flow works on: the image, or the finest map of the feature extractor.'),
  workingSize: z
    .int()
    .min(16)
    .max(1024)
    .default(128)
    .describe('Side to which images are scaled for the flow, where it works on these; the paper: 256.'),
  channels: z
    .int()
    .min(2)
    .max(256)
    .default(24)
    .describe(
      "C: channels of the flow, of a fixed random projection of its input; the paper's without pre-training: 16.",
    ),
  levels: z.int().min(2).max(8).default(3).describe("L: levels of the pyramid; the paper's: 4."),
  stacks: z.int().min(1).max(16).default(2).describe("D: times that every level is changed; the paper's: 4."),
  kernel: z
    .int()
    .min(1)
    .max(15)
    .refine((side) => side % 2 === 1, 'must be odd')
    .default(3)
    .describe("Side of the convolutions; the paper's: 7."),
  volumeNormalisation: z
    .enum(volumeNormalisations)
    .default('svn')
    .describe('svn: one mean for each channel; cvn: one for each place, for parts that always lie the same.'),
  ...channelTransformParams('standardise'),
  ...mapPoolParams({ imagesPerStep: 4, paper: 2 }),
  imagesPerStep: z
    .int()
    .min(2)
    .max(64)
    .default(4)
    .describe('Images in a step, all pairs of which are compared; the paper: 2.'),
  steps,
  learningRate: z.number().gt(0).max(1).default(1e-3).describe("Learning rate of Adam; the paper's: 2e-4."),
  weightDecay: z.number().min(0).max(1).default(1e-5).describe('Weight decay of Adam, as part of the gradient.'),
  emaDecay,
});
export type Params = z.output<typeof params>;

const cpu = { supervision: 'UNSUPERVISED', featureExtractor: { id: 'mobilenet-v3' } } as const;

export const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    ...cpu,
    name: 'cpu-small',
    description: 'About two minutes on two processor cores: a flow over the finest features of 256 x 256 pixels.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
  },
  {
    ...cpu,
    name: 'cpu-medium',
    description: 'As the paper on images, but small: 128 x 128 pixels, three levels, two stacks.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: { input: 'image', workingSize: 128, channels: 16, kernel: 5, imagesPerStep: 2, steps: 500, emaDecay: 0.99 },
  },
  {
    ...cpu,
    name: 'paper',
    description: "The paper's flow on images, without pre-training, for some two hundred images; needs a GPU.",
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ input: 'image', workingSize: 256, channels: 16, levels: 4, stacks: 4, kernel: 7 },
      ...{ imagesPerStep: 2, steps: 1600, learningRate: 2e-4, emaDecay: 0 },
    },
  },
];
