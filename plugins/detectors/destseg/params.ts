import { z, type DetectorPreset } from 'residua/plugin-api';
import { blockLabelParams, channelTransformParams, mapPoolParams, optimiserParams } from 'residua/toolkit';

const { imagesPerStep } = mapPoolParams({ imagesPerStep: 4, paper: 32 });
const { steps, ...optimiser } = optimiserParams({ steps: 150, learningRate: 1e-3, weightDecay: 0, emaDecay: 0.98 });

export const params = z.strictObject({
  studentWidth: z
    .int()
    .min(2)
    .max(256)
    .default(16)
    .describe(
      'Channels of the student at a quarter of the image size, at most eight times as many below; the paper: 64.',
    ),
  studentBlocks: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe('Residual blocks of each stage of the student; the paper: 2.'),
  headWidth: z.int().min(2).max(1024).default(48).describe('Channels of the segmentation; the paper: 256.'),
  ...channelTransformParams('none'),
  imagesPerStep,
  pooledImages: z
    .int()
    .min(4)
    .max(100_000)
    .default(96)
    .describe('Images with synthetic defects, drawn once and kept in memory (3.5 MB each for 256 x 256 pixels).'),
  headImagesPerStep: z
    .int()
    .min(4)
    .max(256)
    .default(8)
    .describe('Images in a step of the segmentation; the paper: 32.'),
  steps: steps.describe('Steps of the student; the paper: 1000.'),
  headSteps: steps.default(250).describe('Steps of the segmentation; the paper: 4000.'),
  optimiser: z
    .enum(['adamw', 'sgd'])
    .default('adamw')
    .describe('sgd, with momentum 0.9, is the paper: learning rates 0.4 and 0.1, weight decay 1e-4.'),
  ...optimiser,
  headLearningRate: z
    .number()
    .gt(0)
    .max(1)
    .default(1e-3)
    .describe('Learning rate of the segmentation; with sgd a tenth of it behind its residual blocks.'),
  map: z
    .enum(['segmentation', 'student'])
    .default('segmentation')
    .describe('What the anomaly map is: the segmentation, or where the student differs from its teacher.'),
  ...blockLabelParams,
});
export type Params = z.output<typeof params>;

export const uses = { features: true, augmentations: ['image'], loss: false } as const;
export type Uses = typeof uses;

const shared = { featureExtractor: { id: 'mobilenet-v3' }, augmentations: [{ id: 'synthetic-defect' }] } as const;

/** For both supervisions. */
export const presets: readonly DetectorPreset<z.input<typeof params>>[] = (
  ['UNSUPERVISED', 'SUPERVISED'] as const
).flatMap((supervision) => [
  {
    ...{ ...shared, supervision, name: 'cpu-small' },
    description: 'About two minutes on two processor cores: 256 x 256 pixels, MobileNetV3 as the teacher.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
  },
  {
    ...{ ...shared, supervision, name: 'cpu-medium' },
    description: 'As cpu-small with wider networks and more steps.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: { studentWidth: 24, studentBlocks: 2, headWidth: 64, steps: 400, headSteps: 800, emaDecay: 0.99 },
  },
  {
    ...{ supervision, name: 'paper' },
    description:
      "The paper's networks, rates and steps on the layers of a wider teacher than its ResNet-18; needs a GPU.",
    settings: { imageSize: 256, smoothingSigma: 0 },
    params: {
      ...{ studentWidth: 64, studentBlocks: 2, headWidth: 256, imagesPerStep: 32, headImagesPerStep: 32 },
      ...{ steps: 1000, headSteps: 4000, optimiser: 'sgd', learningRate: 0.4, headLearningRate: 0.1 },
      ...{ weightDecay: 1e-4, emaDecay: 0, pooledImages: 300 },
    },
    featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1', 'layer2', 'layer3'] } },
    augmentations: [{ id: 'synthetic-defect', params: { kinds: ['memseg-textural'] } }],
  },
]);
