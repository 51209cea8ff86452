import {
  elementCount,
  hostTensor,
  type HostTensor,
  type RandomInput,
  type RandomSource,
  type ResidualAugmentation,
  tf,
} from 'residua/plugin-api';
import { residuals } from 'residua/toolkit';
import { tokenPartition } from '../windows/tokenPartition.js';
import type { SemirestParams } from '../semirestParams.js';
import type { StepTensors } from './lossTerm.js';
import {
  type FineTokens,
  joinFeatures,
  matchingDistance,
  normaliseResiduals,
  tokenChannels,
  type TokenScoring,
} from './tokenScores.js';
import type { WindowTensors } from './windowBatch.js';

/** The parameters that give windows their shape. */
export type WindowParams = Pick<SemirestParams, 'residual' | 'tokenPatchSize' | 'windowSize' | 'featureInput'>;

/** How many windows of how many tokens there are in a step. */
export interface WindowShape {
  /** Windows of a batch, q. */
  windows: number;
  /** Augmented copies of each window, M. */
  copies: number;
  /** Neighbours of each feature, k. */
  neighbours: number;
  /** d_f. */
  channels: number;
}

interface Stage {
  augmentation: ResidualAugmentation;
  random: RandomInput[];
  /** Where its random inputs begin among all. */
  from: number;
}

/** Windows of features as residual tokens, with every residual augmentation of the run between. */
export class WindowTokens {
  /** Random inputs of all augmentations, feature level first. */
  readonly random: readonly RandomInput[];
  private readonly randomTensors: readonly HostTensor[];
  private readonly stages: readonly Stage[];

  constructor(
    augmentations: readonly ResidualAugmentation[],
    private readonly params: WindowParams,
    private readonly shape: WindowShape,
  ) {
    this.stages = planStages(augmentations, params, shape);
    this.random = this.stages.flatMap((stage) => stage.random);
    this.randomTensors = this.random.map(({ spec }) =>
      hostTensor(new Float32Array(elementCount(spec.shape)), spec.shape),
    );
  }

  /** Draws the random inputs of a step; the arrays are reused. */
  draw(random: RandomSource): readonly HostTensor[] {
    this.random.forEach((input, i) => input.fill(this.randomTensors[i]!.data as Float32Array, random));
    return this.randomTensors;
  }

  /**
   * Residuals (Eq. 5, 6) of M copies of each window, each copy augmented for itself (Eq. 12), joined to tokens (Eq. 7) and
   * normalised, and joined with the features themselves where the scoring asks for them.
   * @param random the tensors of {@link draw}.
   * @returns `[M * q, mu, mu, d_t]`, copy-major, or twice as deep.
   */
  tokens(
    { features, neighbours }: Pick<WindowTensors, 'features' | 'neighbours'>,
    random: readonly tf.Tensor[],
    { bank, residualScale }: Pick<StepTensors, 'bank' | 'residualScale'>,
  ): tf.Tensor4D {
    const { residual, tokenPatchSize } = this.params;
    const channels = bank.shape[1];
    const nearest = tf.reshape(tf.gather(bank, tf.reshape(neighbours, [-1])), [...neighbours.shape, channels]);
    const single = residuals(features, nearest, residual) as tf.Tensor5D;
    const { copies } = this.shape;
    const copied = copies === 1 ? single : tf.tile(single, [1, copies, 1, 1, 1]);
    const first = tf.slice(this.apply('feature', copied, random), 0, 1);
    const [, ...shape] = copied.shape;
    const tokens = tokenPartition(tf.reshape<tf.Rank.R4>(first, shape), tokenPatchSize);
    const own = copies === 1 ? features : tf.tile(features, [copies, 1, 1, 1]);
    return joinFeatures(normaliseResiduals(tokens, residualScale), own, bank, this.params, tokenPatchSize);
  }

  /** Tokens of the fine layers in the same windows, as they are: nothing augments them. Undefined where there are none. */
  fine(
    windows: WindowTensors,
    given: StepTensors,
    scoring: Pick<TokenScoring, 'featureInput'>,
  ): FineTokens | undefined {
    if (!windows.fine || !given.fine) return undefined;
    const { features, neighbours } = windows.fine;
    const { bank, residualScale } = given.fine;
    const nearest = tf.reshape<tf.Rank.R4>(tf.gather(bank, tf.reshape(neighbours, [-1])), features.shape);
    const residual = normaliseResiduals(
      residuals(features, nearest, this.params.residual) as tf.Tensor4D,
      residualScale,
    );
    const tokens = joinFeatures(residual, features, bank, this.params, 1);
    return { tokens, distances: matchingDistance(tokens, scoring) };
  }

  /** Augmentations of whole tokens (Eq. 13). @param tokens `[M * q, mu, mu, d_t]`, or any shape of as many elements. */
  dropped<T extends tf.Tensor>(tokens: T, random: readonly tf.Tensor[]): T {
    const { windows, copies } = this.shape;
    const { windowSize } = this.params;
    const shape = [1, windows * copies, windowSize, windowSize, tokens.shape.at(-1)!] as tf.Tensor5D['shape'];
    return tf.reshape(this.apply('token', tf.reshape<tf.Rank.R5>(tokens, shape), random), tokens.shape) as T;
  }

  private apply(level: ResidualAugmentation['level'], start: tf.Tensor5D, random: readonly tf.Tensor[]): tf.Tensor5D {
    return this.stages
      .filter(({ augmentation }) => augmentation.level === level)
      .reduce(
        (current, { augmentation, from, random: own }) =>
          augmentation.apply(current, random.slice(from, from + own.length)),
        start,
      );
  }
}

/** Feature-level augmentations first, then token-level ones, each with the shape of the residuals that reach it. */
function planStages(
  augmentations: readonly ResidualAugmentation[],
  params: WindowParams,
  { windows, copies, neighbours, channels }: WindowShape,
): Stage[] {
  const { windowSize, tokenPatchSize } = params;
  const side = windowSize * tokenPatchSize;
  const count = windows * copies;
  const stages: Stage[] = [];
  let choices = neighbours;
  let from = 0;
  const add = (augmentation: ResidualAugmentation, random: RandomInput[]) => {
    stages.push({ augmentation, random, from });
    from += random.length;
  };
  for (const augmentation of augmentations.filter(({ level }) => level === 'feature')) {
    add(augmentation, augmentation.randomInputs([choices, count, side, side, channels]));
    if (augmentation.neighbours > 1) choices = 1;
  }
  for (const augmentation of augmentations.filter(({ level }) => level === 'token')) {
    const depth = tokenChannels(channels * tokenPatchSize ** 2, params);
    add(augmentation, augmentation.randomInputs([1, count, windowSize, windowSize, depth]));
  }
  return stages;
}
