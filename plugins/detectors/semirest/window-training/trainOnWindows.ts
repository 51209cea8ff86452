import type { HostTensor, LossFunction, ResidualAugmentation, tf, TrainingContext } from 'residua/plugin-api';
import { adamW, type LossParts, type NamedTensors, trainSteps } from 'residua/toolkit';
import type { WindowGrid } from '../windows/windowStarts.js';
import type { SemirestParams } from '../semirestParams.js';
import { boxLinesTerm } from './boxLinesTerm.js';
import { labelledTerm } from './labelledTerm.js';
import type { LossTerm } from './lossTerm.js';
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
  grid: WindowGrid;
  /** Neighbours of each feature, k. */
  neighbours: number;
  /** `[m, d_f]`. */
  bank: HostTensor;
  /** Mean normal residual, `[d_t]` or `[1]`. */
  residualScale: HostTensor;
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
  const { bank, residualScale, steps, params } = context;
  const terms = lossTerms(context);
  return trainSteps({
    ...context,
    inputs: [bank, residualScale, ...terms.flatMap((term) => term.inputs)],
    batch: (step) => [bank, residualScale, ...terms.flatMap((term) => term.draw(step, steps.random))],
    totalSteps: params.steps,
    averageDecay: params.emaDecay,
    turns: [
      {
        parts: terms.flatMap((term) => term.parts),
        groups: [{ optimiser: adamW(params) }],
        prepare: (inputs, parameters) => preparedParts(terms, inputs, parameters),
      },
    ],
  });
}

/** A tensor function: the parts of all terms. */
function preparedParts(terms: readonly LossTerm[], inputs: tf.Tensor[], current: NamedTensors) {
  const [bank, residualScale, ...own] = inputs as [tf.Tensor2D, tf.Tensor1D, ...tf.Tensor[]];
  const given = { bank, residualScale, parameters: current };
  const prepared = terms.map((term) => term.prepare(own.splice(0, term.inputs.length), given));
  return (parameters: NamedTensors): LossParts =>
    Object.assign({}, ...prepared.map((partsOf) => partsOf(parameters))) as LossParts;
}

function lossTerms(context: WindowTrainingContext): LossTerm[] {
  const { params, samples, supervision, loss } = context;
  const { normalImagesPerStep, syntheticImagesPerStep, anomalousImagesPerStep, boxTightness } = params;
  const own = { loss, scoring: params };
  const imagesOf = (images: readonly MatchedImage[], count: number): ImageShare => ({
    images,
    count: images.length > 0 ? count : 0,
  });
  const labelled = [imagesOf(samples.normal, normalImagesPerStep), imagesOf(samples.synthetic, syntheticImagesPerStep)];
  const anomalous = imagesOf(samples.anomalous, anomalousImagesPerStep);
  const boxed: LossTerm[] = [];
  if (supervision === 'SEMI_SUPERVISED' && anomalous.count > 0) {
    if (params.mixMatch) boxed.push(mixMatchTerm({ ...drawnWindows(context, [anomalous], params.guesses), params }));
    if (boxTightness > 0) {
      const lines = { weight: boxTightness, grid: context.grid };
      boxed.push(boxLinesTerm({ ...drawnWindows(context, [anomalous], 1), ...own, ...lines }));
    }
  }
  const others = boxed.length > 0 ? labelled : [...labelled, anomalous];
  const penalty = params.head === 'swin' ? 0 : params.headPenalty;
  return [labelledTerm({ ...drawnWindows(context, others, 1), ...own, penalty }), ...boxed];
}

/** Windows drawn from these images, and their way to tokens in so many copies. */
function drawnWindows(context: WindowTrainingContext, shares: readonly ImageShare[], copies: number) {
  const { params, grid, neighbours, bank, residualAugmentations } = context;
  const channels = bank.shape[1]!;
  const batch = new WindowBatch(
    { grid, patchSize: params.tokenPatchSize, channels, neighbours },
    {
      shares,
      windowsPerImage: windowsPerImage(grid, params.windowSamplingRatio),
      anomalousFirst: params.anomalousWindowsFirst,
    },
  );
  const shape = { windows: batch.windows, copies, neighbours, channels };
  return { batch, tokens: new WindowTokens(residualAugmentations, params, shape) };
}
