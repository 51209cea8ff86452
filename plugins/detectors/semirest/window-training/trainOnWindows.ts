import type { HostTensor, LossFunction, ResidualAugmentation, tf, TrainingContext } from 'residua/plugin-api';
import { adamW, type LossParts, type NamedTensors, trainSteps } from 'residua/toolkit';
import type { WindowGrid } from '../windows/windowStarts.js';
import type { SemirestParams } from '../semirestParams.js';
import { boxLinesTerm } from './boxLinesTerm.js';
import { labelledTerm } from './labelledTerm.js';
import type { LossTerm, StepTensors } from './lossTerm.js';
import { type MatchedImage, windowsPerImage } from './matchedImage.js';
import { mixMatchTerm } from './mixMatchTerm.js';
import type { TrainingSamples } from './trainingSamples.js';
import { type ImageShare, WindowBatch } from './windowBatch.js';
import { WindowTokens } from './windowTokens.js';

/** A training on windows of residuals: what the images were matched with, and how their labels are learned from. */
export interface WindowTrainingContext extends TrainingContext<SemirestParams> {
  residualAugmentations: readonly ResidualAugmentation[];
  /** Of the tokens with block labels. */
  loss: LossFunction;
  samples: TrainingSamples;
  /** Of the labelled tokens. */
  grid: WindowGrid;
  /** Neighbours of each feature, k. */
  neighbours: number;
  /** `[m, d_f]`. */
  bank: HostTensor;
  /** Mean normal residual, `[d_t]` or `[1]`. */
  residualScale: HostTensor;
  /** The same of the fine layers, where there are any, and the labelled tokens along the side of a token. */
  fine?: { bank: HostTensor; residualScale: HostTensor; factor: number } | undefined;
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
  /** Name of this training in reports and checkpoints; default `training`. */
  stage?: string;
}

/**
 * Trains on sampled windows of b1 normal, b2 synthetic and b3 labelled images a step (section 4.2.1). Semi-supervised, the
 * labelled images have boxes, and terms of their own: MixMatch, the tightness of boxes, or both. With neither, tokens outside the boxes
 * count as normal, the others not at all.
 * Goes on from a checkpoint of the same stage.
 * @returns the moving average of the parameters.
 * @throws ProblemError NON_FINITE_OUTPUT naming the step when the loss is no number.
 */
export function trainOnWindows(context: WindowTrainingContext): Promise<Record<string, HostTensor>> {
  const { bank, residualScale, fine, steps, params } = context;
  const terms = lossTerms(context);
  const constant = [bank, residualScale, ...(fine ? [fine.bank, fine.residualScale] : [])];
  return trainSteps({
    ...context,
    inputs: [...constant, ...terms.flatMap((term) => term.inputs)],
    batch: (step) => [...constant, ...terms.flatMap((term) => term.draw(step, steps.random))],
    totalSteps: params.steps,
    averageDecay: params.emaDecay,
    turns: [
      {
        parts: terms.flatMap((term) => term.parts),
        groups: [{ optimiser: adamW(params) }],
        prepare: (inputs, parameters) => {
          const given = { ...stepTensors(inputs.slice(0, constant.length)), parameters };
          return preparedParts(terms, inputs.slice(constant.length), given);
        },
      },
    ],
  });
}

function stepTensors(constant: readonly tf.Tensor[]): Omit<StepTensors, 'parameters'> {
  const [bank, residualScale, fineBank, fineScale] = constant as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D?, tf.Tensor1D?];
  return { bank, residualScale, fine: fineBank && fineScale && { bank: fineBank, residualScale: fineScale } };
}

/** A tensor function: the parts of all terms. */
function preparedParts(terms: readonly LossTerm[], own: tf.Tensor[], given: StepTensors) {
  const prepared = terms.map((term) => term.prepare(own.splice(0, term.inputs.length), given));
  return (parameters: NamedTensors): LossParts =>
    Object.assign({}, ...prepared.map((partsOf) => partsOf(parameters))) as LossParts;
}

function lossTerms(context: WindowTrainingContext): LossTerm[] {
  const { params, samples, supervision, loss } = context;
  const { normalImagesPerStep, syntheticImagesPerStep, anomalousImagesPerStep, syntheticShare } = params;
  const own = { loss, scoring: params };
  const penalty = params.head === 'swin' ? 0 : params.headPenalty;
  const imagesOf = (images: readonly MatchedImage[], count: number): ImageShare => ({
    images,
    count: images.length > 0 ? count : 0,
  });
  const normal = imagesOf(samples.normal, normalImagesPerStep);
  const synthetic = imagesOf(samples.synthetic, syntheticImagesPerStep);
  const anomalous = imagesOf(samples.anomalous, anomalousImagesPerStep);
  const isApart = syntheticShare !== undefined && anomalous.count > 0 && synthetic.count > 0;
  const boxed =
    supervision === 'SEMI_SUPERVISED' && anomalous.count > 0
      ? boxTerms(context, anomalous, isApart ? 1 - syntheticShare : 1)
      : [];
  const withoutReal = { ...drawnWindows(context, [normal, synthetic], 1), ...own, penalty };
  if (boxed.length > 0) return [labelledTerm({ ...withoutReal, weight: isApart ? syntheticShare : 1 }), ...boxed];
  if (!isApart) {
    return [labelledTerm({ ...withoutReal, ...drawnWindows(context, [normal, synthetic, anomalous], 1) })];
  }
  if (syntheticShare === 0) {
    return [labelledTerm({ ...withoutReal, ...drawnWindows(context, [normal, anomalous], 1) })];
  }
  const real = { ...drawnWindows(context, [normal, anomalous], 1), ...own, penalty: 0 };
  return [
    labelledTerm({ ...withoutReal, weight: syntheticShare, name: 'synthetic' }),
    labelledTerm({ ...real, weight: 1 - syntheticShare }),
  ];
}

/** What images with boxes are learned from. @param share of it in the loss. */
function boxTerms(context: WindowTrainingContext, anomalous: ImageShare, share: number): LossTerm[] {
  const { params, loss, grid } = context;
  const terms: LossTerm[] = [];
  if (params.mixMatch) {
    terms.push(mixMatchTerm({ ...drawnWindows(context, [anomalous], params.guesses), params, share }));
  }
  if (params.boxTightness > 0) {
    const lines = { weight: params.boxTightness, share, grid };
    terms.push(boxLinesTerm({ ...drawnWindows(context, [anomalous], 1), loss, scoring: params, ...lines }));
  }
  return terms;
}

/** Windows drawn from these images, and their way to tokens in so many copies. */
function drawnWindows(context: WindowTrainingContext, shares: readonly ImageShare[], copies: number) {
  const { params, grid, neighbours, bank, fine, residualAugmentations } = context;
  const channels = bank.shape[1]!;
  const batch = new WindowBatch(
    {
      ...{ grid, patchSize: params.tokenPatchSize, channels, neighbours },
      fine: fine && { factor: fine.factor, channels: fine.bank.shape[1]! },
    },
    {
      shares,
      windowsPerImage: windowsPerImage(grid, params.windowSamplingRatio),
      anomalousFirst: params.anomalousWindowsFirst,
    },
  );
  const shape = { windows: batch.windows, copies, neighbours, channels };
  return { batch, tokens: new WindowTokens(residualAugmentations, params, shape) };
}
