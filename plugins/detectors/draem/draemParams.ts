import { z, type DetectorChoices, type DetectorPreset, type Problem } from 'residua/plugin-api';
import { stepParams, textureFamilies } from 'residua/toolkit';
import { cpuPresets } from '../cpuPresets.js';
import { defectProblems } from '../defectProblems.js';
import type { DraemShape } from './networks.js';
import { sspcabParams, type SspcabParams } from './sspcab.js';

/** What DRAEM uses: synthetic defects, and no features. */
export const draemUses = { features: false, augmentations: ['image'], loss: false } as const;
export type DraemUses = typeof draemUses;

/** Parameters of DRAEM; the defaults are for ordinary processors. */
export const draemParams = z.strictObject({
  reconstructionWidth: z
    .int()
    .min(2)
    .max(256)
    .default(16)
    .describe('w: channels of the autoencoder at its first stage; the paper: 128.'),
  discriminationWidth: z
    .int()
    .min(2)
    .max(256)
    .default(8)
    .describe('v: channels of the U-Net at its first stage; the paper: 64.'),
  workingSize: z
    .int()
    .min(32)
    .max(2048)
    .default(128)
    .describe(
      'Side to which images are scaled for the networks, a multiple of 32; thin defects suffer from a small one. The paper: 256.',
    ),
  imagesPerStep: z.int().min(1).max(64).default(4).describe('Samples in a step; the paper: 8.'),
  ...stepParams(
    { steps: 300, learningRate: 1e-3 },
    {
      steps: 'Optimiser steps; the paper: 700 for each training image over imagesPerStep.',
      learningRate: 'Times 0.2 behind 80 and 90 % of the steps; the paper: 1e-4.',
    },
  ),
  anomalousImagesPerStep: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('SUPERVISED: images with labelled defects in a step, beside imagesPerStep; they teach the U-Net alone.'),
  sspcab: sspcabParams
    .optional()
    .describe('The deepest stage of the autoencoder is a block that predicts its own input from around it (SSPCAB).'),
  normalShare: z.number().min(0).max(0.95).default(0.5).describe('Share of the samples without a synthetic defect.'),
  turnedShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Share of the normal images turned by up to 90 degrees either way.'),
  meanWindow: z
    .int()
    .min(1)
    .max(255)
    .default(11)
    .describe(
      'Side of the square, at working size, over which the map is averaged for the image score; odd. The paper: 21.',
    ),
});
/** {@link draemParams} with their defaults filled in. */
export type DraemParams = z.output<typeof draemParams>;

/** Widths of the networks, and the block in the deepest stage. */
export const shapeOf = (of: DraemParams): DraemShape => ({
  reconstruction: of.reconstructionWidth,
  discrimination: of.discriminationWidth,
  sspcab: of.sspcab,
});

type Preset = DetectorPreset<z.input<typeof draemParams>>;

function presetsOf(supervision: Preset['supervision']): Preset[] {
  const shared = { supervision, augmentations: [{ id: 'synthetic-defect' }] };
  return [
    ...cpuPresets<z.input<typeof draemParams>>(
      shared,
      { description: 'Small networks on 128 x 128 pixels.', params: {} },
      {
        description: 'Networks of twice the width, with more steps.',
        params: { reconstructionWidth: 32, discriminationWidth: 16, steps: 600 },
      },
    ),
    {
      ...shared,
      name: 'paper',
      description: "The paper's networks and rates, of synthetic defects those nearest to it; needs a GPU to be quick.",
      settings: { imageSize: 256, smoothingSigma: 0 },
      params: {
        ...{ reconstructionWidth: 128, discriminationWidth: 64, workingSize: 256, imagesPerStep: 8, steps: 18_000 },
        ...{ learningRate: 1e-4, meanWindow: 21 },
      },
      augmentations: [
        { id: 'synthetic-defect', params: { kinds: ['memseg-textural'], textures: [...textureFamilies] } },
      ],
    },
  ];
}

/** Presets with labels and without. */
export const draemPresets: readonly Preset[] = [...presetsOf('UNSUPERVISED'), ...presetsOf('SUPERVISED')];

/** Sides of images up to which SSPCAB's corners lie outside of its map, which has a place for 16 x 16 pixels. */
const leastSide = ({ kernel, dilation }: SspcabParams) => 16 * (kernel + dilation);

/** Sizes that do not fit the networks, and a training without synthetic defects. */
export function draemProblems(choices: DetectorChoices<DraemParams, DraemUses>): Problem[] {
  const { params: chosen } = choices;
  const problem = (item: 'workingSize' | 'meanWindow', rule: string): Problem => ({
    code: 'CONFIG_INVALID',
    message: `${item} is ${chosen[item]}: it must be ${rule}`,
    field: ['detector', 'params', item],
    item,
  });
  return [
    ...(chosen.workingSize % 32 === 0 ? [] : [problem('workingSize', 'a multiple of 32')]),
    ...(chosen.sspcab && chosen.workingSize <= leastSide(chosen.sspcab)
      ? [
          problem(
            'workingSize',
            `more than ${leastSide(chosen.sspcab)} for sspcab to see anything beside the centre: 16 times kernel and dilation`,
          ),
        ]
      : []),
    ...(chosen.meanWindow % 2 === 1 ? [] : [problem('meanWindow', 'odd')]),
    ...defectProblems('draem', choices),
  ];
}
