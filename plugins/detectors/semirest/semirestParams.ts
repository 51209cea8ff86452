import { z, type DetectorUses } from 'residua/plugin-api';
import { blockLabelParams, memoryBankParams, optimiserParams, residualFunctions } from 'residua/toolkit';
import { residualDropout } from '../../augmentations/residual-dropout.js';
import { focal } from '../../losses/focal.js';

/** What SemiREST uses: everything there is. */
export const semirestUses = {
  features: true,
  augmentations: ['image', 'residual'],
  loss: true,
} as const satisfies DetectorUses;
export type SemirestUses = typeof semirestUses;

const proportion = z.number().gt(0).max(1);

/** Residual tokens and the windows over them. */
const windowParams = {
  residual: z
    .enum(residualFunctions)
    .default('square')
    .describe('Distance between a feature and its nearest neighbour, element by element, Eq. 6.'),
  tokenPatchSize: z.int().min(1).max(16).default(1).describe('Features per token side, rho of Eq. 7.'),
  windowSize: z.int().min(1).max(256).default(32).describe('Tokens per sliding window side, mu of Eq. 8.'),
  windowStep: z.int().min(1).max(256).default(16).describe('Tokens between window starts, s of Eq. 8.'),
  windowSamplingRatio: proportion.default(0.25).describe('Share of the sliding windows drawn in each step, p.'),
  bagging: z
    .boolean()
    .default(true)
    .describe(
      "A token's score is the mean over all windows that contain it, Eq. 10; otherwise windows lie side by side.",
    ),
};

/** What judges tokens, and the Swin Transformer (Eq. 9). */
const swinParams = {
  head: z
    .enum(['swin', 'linear', 'both'])
    .default('swin')
    .describe(
      'What judges tokens: the Swin of the paper; a linear function of a token and of its neighbours, which learns from little; or the sum of both.',
    ),
  headNeighbourhood: z
    .literal([1, 3, 5])
    .default(5)
    .describe(
      'Tokens per side of the neighbourhood that the linear head averages beside each token; 1: the token alone.',
    ),
  swinBlocks: z.int().min(1).max(48).default(1).describe('Transformer blocks.'),
  swinWindow: z.int().min(1).max(64).default(8).describe('Tokens per attention window side.'),
  swinHeads: z.int().min(1).max(64).default(4).describe('Attention heads.'),
  swinDimension: z.int().min(1).max(4096).default(128).describe('Channels of the embedding.'),
};

const images = z.int().min(0).max(64);

/** What a step is made of, and how boxes are learned from. */
const stepParams = {
  normalImagesPerStep: images.default(3).describe('Normal images in each step, b1.'),
  syntheticImagesPerStep: images.default(3).describe('Images with synthetic defects in each step, b2.'),
  anomalousImagesPerStep: images.default(0).describe('Images with real defects in each step, b3.'),
  unlabelledWeight: z
    .number()
    .min(0)
    .max(1000)
    .default(5)
    .describe('Weight of the loss on unknown tokens at the end of its ramp, lambda_u.'),
  unlabelledRampSteps: z.int().min(0).max(1_000_000).default(100).describe('Steps over which lambda_u rises from 0.'),
  sharpeningTemperature: proportion.default(0.5).describe('T of MixMatch; smaller makes guesses more decided.'),
  guesses: z.int().min(1).max(16).default(3).describe('Augmented copies of each window for a guess, M of Algorithm 1.'),
};

/** Parameters of SemiREST; what goes beyond the paper is off in the defaults. */
export const semirestParams = z.strictObject({
  ...memoryBankParams,
  ...optimiserParams({ steps: 120, learningRate: 3e-4, weightDecay: 0.05, emaDecay: 0.98 }),
  ...blockLabelParams,
  ...windowParams,
  ...swinParams,
  ...stepParams,
  headPenalty: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe(
      'Weight in the loss of half the squared weights of the linear head, in deviations of each channel: keeps it from learning how a few defects look.',
    ),
  syntheticShare: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'Share in the loss of synthetic defects beside labelled ones, each averaged apart; left out, as in the paper: all anomalous tokens are averaged together.',
    ),
  crossValidation: z
    .strictObject({
      folds: z.int().min(0).max(10).default(0).describe('Parts of the labelled images, each left out once; 0: none.'),
      steps: z.int().min(1).max(1_000_000).default(100).describe('Optimiser steps of each training.'),
      headPenalties: z.array(z.number().min(0).max(100)).min(1).max(8).default([0.25, 1.2, 5]),
      syntheticShares: z.array(z.number().min(0).max(1)).min(1).max(8).default([0, 0.35]),
    })
    .prefault({})
    .describe(
      'With masks and a linear head: the training takes the headPenalty and the syntheticShare that rank the tokens of labelled images best that were left out. headPenalty and syntheticShare hold where fewer images show a defect than there are folds.',
    ),
  leaveOwnImageOut: z
    .boolean()
    .default(false)
    .describe('Match a normal training image with the memory bank without its own features.'),
  residualScale: z
    .enum(['none', 'mean', 'channel-mean'])
    .default('none')
    .describe('Divide residuals by their mean over normal images, one for all channels or one each.'),
  residualInput: z.enum(['linear', 'logarithm']).default('linear').describe('logarithm: the network sees log(1 + r).'),
  featureInput: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe('Weight of the features themselves beside their residuals; above 0 the network learns how defects look.'),
  distancePrior: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe('Weight of the matching distance in the anomalous logit; above 0 the last layer starts at zero.'),
  mlpInitialGain: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      "Deviation of the MLPs' first weights times the root of their inputs; 0: deviation 0.02, as torchvision's.",
    ),
  tokenFalsePositiveRate: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe(
      'After the training the last bias is moved until about this share of the tokens of normal training images has an anomaly probability above 0.5; 0: it stays as trained. Needs leaveOwnImageOut.',
    ),
  temperature: z
    .number()
    .min(1)
    .max(100)
    .default(1)
    .describe(
      'Predictions divide logits by it, 1 as in the paper: above 1, places whose probabilities would all be as good as 1 stay apart, in the map and in the score.',
    ),
  imageScore: z
    .enum(['map', 'distance'])
    .default('map')
    .describe(
      'Score of an image: the largest value of its map, or the largest matching distance, weighed as in PatchCore, which no synthetic defect has taught anything.',
    ),
  anomalousWindowsFirst: z
    .boolean()
    .default(false)
    .describe('Windows that hold an anomalous token are drawn before the others, all but the last.'),
  syntheticPool: z
    .int()
    .min(1)
    .max(100_000)
    .default(128)
    .describe('How many images with synthetic defects are made before the training; each is used many times.'),
  mixMatch: z
    .boolean()
    .default(true)
    .describe('Semi-supervised: learn from the inside of boxes by MixMatch (Algorithm 1).'),
  boxTightness: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe('Semi-supervised: weight of "each row and column of a box has a defective token"; 0: not used.'),
  mixUpBeta: z.number().gt(0).max(100).default(0.75).describe('a of the MixUp weight lambda ~ Beta(a, a).'),
  boxLabelledAlpha: proportion.default(0.25).describe('alpha_x: weight of targets above 0.5 outside the boxes (L_x).'),
  unlabelledAlpha: proportion.default(0.75).describe('alpha_u: weight of targets above 0.5 inside the boxes (L_u).'),
  boxLabelledGamma: z.number().min(0).max(10).default(4).describe('gamma_x: focal exponent of L_x.'),
  unlabelledGamma: z.number().min(0).max(10).default(4).describe('gamma_u: focal exponent of L_u.'),
  pretraining: z
    .strictObject({
      steps: z.int().min(0).max(1_000_000).default(1000).describe('Optimiser steps; 0: no such training.'),
      learningRate: z.number().gt(0).max(1).default(1e-4),
      windowSamplingRatio: proportion.default(0.25),
      anomalousBlockThreshold: z.number().min(0).max(1).default(0.5),
      normalBlockThreshold: z.number().min(0).max(1).default(0.08),
      normalImagesPerStep: z.int().min(1).max(64).default(4),
      syntheticImagesPerStep: z.int().min(1).max(64).default(2),
      focal: focal.params.optional().describe('Its focal loss; left out: the loss of the training.'),
      dropout: residualDropout.params.optional().describe('Residual dropout beside the augmentations of the training.'),
    })
    .prefault({})
    .describe(
      'Semi-supervised without a model version to start from: parameters of the unsupervised training before it.',
    ),
});
/** {@link semirestParams} with their defaults filled in. */
export type SemirestParams = z.output<typeof semirestParams>;

/** Sizes of the Swin Transformer. */
export function swinSizes(params: SemirestParams) {
  const { swinDimension: dimension, swinHeads: heads, swinWindow: window, swinBlocks: blocks } = params;
  return { dimension, heads, window, blocks };
}

/** Parameters that give the network its shape and its inputs: a training that continues another keeps them. */
export const networkParams = [
  'featureDimension',
  'whitening',
  'whitenedDimension',
  'positionWeight',
  'tokenPatchSize',
  'hyperColumn',
  'fineLayers',
  'fineWeight',
  'residual',
  'residualScale',
  'residualInput',
  'distancePrior',
  ...(Object.keys(swinParams) as (keyof typeof swinParams)[]),
] as const satisfies readonly (keyof SemirestParams)[];
