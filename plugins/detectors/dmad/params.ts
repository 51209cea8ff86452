import { z, type DetectorPreset } from 'residua/plugin-api';
import { reverseDetectorParams } from 'residua/toolkit';

export const params = z.strictObject({
  ...reverseDetectorParams({
    ...{ steps: 250, learningRate: 5e-3, weightDecay: 0.01, emaDecay: 0.98 },
    ...{ imagesPerStep: 8, paperImages: 8 },
  }),
  deformationWidth: z
    .int()
    .min(2)
    .max(512)
    .default(16)
    .describe('Channels of the network that deforms; the paper: 64, at the size of the image.'),
  reconstructionWeight: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .describe('gamma: weight of what the inverse deformation does not bring back.'),
  deformationWeight: z
    .number()
    .min(0)
    .max(100)
    .default(0.05)
    .describe('w: weight of the deformation in map and score; the paper: 0.05, and 0.2 for screws, carpets and nuts.'),
  codes: z
    .int()
    .min(0)
    .max(4096)
    .default(0)
    .describe(
      "Codes that the coarsest map is quantised by on its way into the embedding; 0: the embedding of RD. The paper's for image scores: 200.",
    ),
});
export type Params = z.output<typeof params>;

const cpu = { supervision: 'UNSUPERVISED', featureExtractor: { id: 'mobilenet-v3' } } as const;

/** As those of RD, which it builds on. */
export const presets: readonly DetectorPreset<z.input<typeof params>>[] = [
  {
    ...cpu,
    name: 'cpu-small',
    description: 'About two minutes on two processor cores: 256 x 256 pixels, MobileNetV3 as the teacher.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {},
  },
  {
    ...cpu,
    name: 'cpu-medium',
    description: 'As cpu-small with wider networks and more steps.',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: { width: 96, embedding: 384, embeddingBlocks: 2, decoderBlocks: [2], steps: 800, emaDecay: 0.99 },
  },
  {
    name: 'paper',
    description: "The paper's teacher, networks and rates, with steps for some two hundred images; needs a GPU.",
    supervision: 'UNSUPERVISED',
    settings: { imageSize: 256, smoothingSigma: 4 },
    params: {
      ...{ block: 'bottleneck', width: 0, embedding: 2048, embeddingBlocks: 3, decoderBlocks: [3, 4, 6] },
      ...{ deformationWidth: 64, imagesPerStep: 8, steps: 10_500, emaDecay: 0 },
    },
    featureExtractor: { id: 'wide-resnet50', params: { layers: ['layer1', 'layer2', 'layer3'] } },
  },
];
