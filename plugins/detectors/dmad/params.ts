import { z } from 'residua/plugin-api';
import { reverseDetectorParams } from 'residua/toolkit';
import { reversePresets } from '../reversePresets.js';

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

/** As those of RD, which it builds on. */
export const presets = reversePresets<z.input<typeof params>>(
  { steps: 800 },
  { params: { deformationWidth: 64, imagesPerStep: 8, steps: 10_500 } },
);
