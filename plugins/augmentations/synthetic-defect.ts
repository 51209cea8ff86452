/**
 * Synthetic defects on normal images: MemSeg (Yang et al. 2023), section 3.2, and further generators that look like scratches,
 * cracks, pits, stains, patches and chipped edges.
 */
import { defineAugmentation, z } from 'residua/plugin-api';
import { defectKinds, makeSyntheticDefect, textureFamilies } from 'residua/toolkit';

const share = z.number().gt(0).max(1);

/** Defects drawn onto normal images, with exact masks: see `makeSyntheticDefect`. */
export const syntheticDefect = defineAugmentation({
  id: 'synthetic-defect',
  version: '1.0.0',
  apiVersion: 2,
  earlierDigests: [
    'ddfe56e09a2de164d3d7398117e6efba56d57301ef63f36820cab4c62c737bef',
    'f56c7f22ba3df3b446673178a59d63ca1f6b796dd0ac4afe8fc1b8e3c681893e',
    'fff9b0e0020021828c6a2ab38f4f445d0caf64a50bd7b1722dd041a8c8a6e40e',
  ],
  stage: 'image',
  title: 'Synthetic defects',
  description: 'Draws plausible defects onto normal images, with exact masks.',
  reference:
    'Yang et al. 2023, MemSeg: A semi-supervised method for image surface defect detection using differences and commonalities',
  params: z
    .strictObject({
      kinds: z
        .array(z.enum(defectKinds))
        .min(1)
        .default([...defectKinds])
        .describe('Kinds to choose from with equal chance; a kind named twice is chosen twice as often.'),
      smallestArea: share.default(0.0005).describe('Least area of the mask, share of the image.'),
      largestArea: share.default(0.1).describe('Largest area of the mask, share of the image.'),
      mostDefects: z
        .int()
        .min(1)
        .max(16)
        .default(2)
        .describe('Most defects in one image; their number is drawn evenly from 1.'),
      textures: z
        .array(z.enum(textureFamilies))
        .min(1)
        .optional()
        .describe('Families of procedural textures in memseg-textural, each with equal chance; left out: noise alone.'),
      textureFolder: z
        .string()
        .regex(/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,99}$/u)
        .optional()
        .describe(
          'A folder of pictures, below the textures folder of the server, that all textures of memseg-textural are taken from; left out: other normal images and procedural textures.',
        ),
    })
    .refine(({ smallestArea, largestArea }) => smallestArea < largestArea, {
      path: ['smallestArea'],
      error: 'must be less than largestArea',
    }),
  textureFolder: (options) => options.textureFolder,
  create: (options, pictures) => ({
    stage: 'image',
    augment: (image, others, random) => {
      const { image: changed, mask } = makeSyntheticDefect(image, others, random, { ...options, pictures });
      return { image: changed, mask };
    },
  }),
});
