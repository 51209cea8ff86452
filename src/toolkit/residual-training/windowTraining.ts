import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import type { LossFunction, RandomInput, ResidualAugmentation } from '../../plugin-api/index.js';
import {
  elementCount,
  hostTensor,
  type CompiledFunction,
  type Compute,
  type HostTensor,
  type TensorSpec,
} from '../../shared/compute.js';
import type { RandomSource } from '../../shared/random.js';
import type { TrainingSettings } from '../../shared/training.js';
import type { NamedTensors } from '../swin/swinSettings.js';
import { residuals } from '../residuals/residuals.js';
import { tokenPartition } from '../tokens/tokenPartition.js';
import { adamWCoefficients } from '../training/adamW.js';
import { initialTrainingState, stateOf, stateTensors, trainingStep } from '../training/trainingStep.js';
import type { WindowBatch } from './matchedImage.js';
import { matchingDistance, normaliseResiduals, tokenScores, type TokenScoring } from './tokenScores.js';

type StepSettings = Pick<
  TrainingSettings,
  'residual' | 'tokenPatchSize' | 'windowSize' | 'learningRate' | 'weightDecay' | 'emaDecay'
>;

export interface WindowTrainingOptions {
  compute: Compute;
  settings: StepSettings;
  scoring: TokenScoring;
  augmentations: readonly ResidualAugmentation[];
  loss: LossFunction;
  /** Windows in a step, q. */
  windows: number;
  /** Memory bank `[m, d_f]`. */
  bank: HostTensor;
  /** Neighbours of each feature in a batch, k. */
  neighbours: number;
  /** Mean normal residual, `[d_t]` or `[1]`. */
  residualScale: HostTensor;
  /** Parameters to start from. */
  parameters: Readonly<Record<string, HostTensor>>;
}

/** Optimiser state in the order parameters, first moments, second moments, averaged parameters. */
type State = readonly HostTensor[];

/** A whole training step (forward, backward, AdamW, EMA) as one compiled graph. */
export class WindowTraining {
  private step = 0;
  private next: State;

  private constructor(
    private readonly compiled: CompiledFunction,
    private readonly options: WindowTrainingOptions,
    private readonly randomInputs: readonly RandomInput[],
    private readonly randomTensors: readonly HostTensor[],
    private state: State,
  ) {
    this.next = state.map(emptyLike);
  }

  /** Traces and compiles the step. */
  static async compile(options: WindowTrainingOptions): Promise<WindowTraining> {
    const { parameters, bank, residualScale, windows, neighbours, settings } = options;
    const state = stateTensors(initialTrainingState(parameters));
    const side = settings.windowSize * settings.tokenPatchSize;
    const channels = bank.shape[1]!;
    const stages = planStages(options);
    const random = stages.flatMap((stage) => stage.random);
    const inputs: TensorSpec[] = [
      ...state,
      bank,
      residualScale,
      { shape: [windows, side, side, channels] },
      { shape: [neighbours, windows, side, side], dtype: 'int32' },
      { shape: [windows * settings.windowSize ** 2] },
      { shape: [3] },
      ...random.map((input) => input.spec),
    ];
    const compiled = await options.compute.compile(
      'training-step',
      (...tensors) => stepFunction(tensors, stages, options),
      inputs,
    );
    const randomTensors = random.map(({ spec }) => emptyLike(spec));
    return new WindowTraining(compiled, options, random, randomTensors, state);
  }

  /** Runs one step. @returns the loss before the update. */
  async run(batch: WindowBatch, random: RandomSource): Promise<number> {
    const { bank, residualScale, windows, neighbours, settings } = this.options;
    const side = settings.windowSize * settings.tokenPatchSize;
    this.step += 1;
    this.randomInputs.forEach((input, i) => input.fill(this.randomTensors[i]!.data as Float32Array, random));
    const loss = hostTensor(new Float32Array(1), []);
    await this.compiled.run(
      [
        ...this.state,
        bank,
        residualScale,
        hostTensor(batch.features, [windows, side, side, bank.shape[1]!]),
        hostTensor(batch.neighbours, [neighbours, windows, side, side]),
        hostTensor(batch.labels, [batch.labels.length]),
        hostTensor(adamWCoefficients(settings.learningRate, this.step), [3]),
        ...this.randomTensors,
      ],
      [loss, ...this.next],
    );
    // Two sets of arrays take turns: one is read while the other is written.
    [this.state, this.next] = [this.next, this.state];
    return loss.data[0]!;
  }

  /** The exponential moving average of the parameters: the final model. */
  averagedParameters(): Record<string, HostTensor> {
    const names = Object.keys(this.options.parameters);
    const { averages } = stateOf(names, this.state);
    return Object.fromEntries(Object.entries(averages).map(([name, average]) => [name, copy(average)]));
  }

  dispose(): Promise<void> {
    return this.compiled.dispose();
  }
}

interface Stage {
  augmentation: ResidualAugmentation;
  random: RandomInput[];
}

/** Feature-level augmentations first, then token-level ones, each with the shape of the residuals that reach it. */
function planStages({ augmentations, settings, windows, bank, neighbours }: WindowTrainingOptions): Stage[] {
  const { windowSize, tokenPatchSize } = settings;
  const channels = bank.shape[1]!;
  const side = windowSize * tokenPatchSize;
  let choices = neighbours;
  const ordered = (level: ResidualAugmentation['level']) => augmentations.filter((each) => each.level === level);
  const features = ordered('feature').map((augmentation): Stage => {
    const random = augmentation.randomInputs([choices, windows, side, side, channels]);
    if (augmentation.neighbours > 1) choices = 1;
    return { augmentation, random };
  });
  const tokens = ordered('token').map((augmentation): Stage => ({
    augmentation,
    random: augmentation.randomInputs([1, windows, windowSize, windowSize, channels * tokenPatchSize ** 2]),
  }));
  return [...features, ...tokens];
}

/** The traced function: everything a step does, in the order of {@link WindowTraining.compile}'s inputs. */
function stepFunction(inputs: Tensor[], stages: readonly Stage[], options: WindowTrainingOptions): Tensor[] {
  const names = Object.keys(options.parameters);
  const take = (count: number) => inputs.splice(0, count);
  const state = stateOf(names, take(4 * names.length));
  const [bank, scale, features, neighbours, labels, coefficients] = take(6) as [
    Tensor2D,
    Tensor1D,
    Tensor4D,
    Tensor4D,
    Tensor1D,
    Tensor1D,
  ];
  const { tokens, distances } = augmentedTokens(
    { bank, scale, features, neighbours },
    inputs,
    stages,
    options.settings,
  );
  const lossOf = (parameters: NamedTensors) =>
    options.loss(tf.reshape(tokenScores(parameters, tokens, distances, options.scoring), [-1]), labels);
  const next = trainingStep(state, coefficients, lossOf, options.settings);
  return [next.loss, ...stateTensors(next.state)];
}

/** Residuals of the windows, augmented and normalised, and each token's distance before dropout. */
function augmentedTokens(
  batch: { bank: Tensor2D; scale: Tensor1D; features: Tensor4D; neighbours: Tensor4D },
  randomTensors: Tensor[],
  stages: readonly Stage[],
  { residual, tokenPatchSize }: StepSettings,
): { tokens: Tensor4D; distances: Tensor3D } {
  const { bank, scale, features, neighbours } = batch;
  const channels = bank.shape[1];
  const nearest = tf.reshape(tf.gather(bank, tf.reshape(neighbours, [-1])), [...neighbours.shape, channels]);
  const apply = (level: ResidualAugmentation['level'], start: Tensor5D) =>
    stages
      .filter((stage) => stage.augmentation.level === level)
      .reduce(
        (current, { augmentation, random }) => augmentation.apply(current, randomTensors.splice(0, random.length)),
        start,
      );
  const [, ...shape] = neighbours.shape;
  const first = tf.slice(apply('feature', residuals(features, nearest, residual) as Tensor5D), 0, 1);
  const partitioned = tokenPartition(
    tf.reshape(first, [...shape, channels] as [number, number, number, number]),
    tokenPatchSize,
  );
  const normalised = normaliseResiduals(partitioned, scale);
  const distances = matchingDistance(normalised) as Tensor3D;
  const dropped = apply('token', tf.expandDims(normalised, 0));
  return { tokens: tf.reshape(dropped, normalised.shape), distances };
}

function emptyLike({ shape }: TensorSpec): HostTensor {
  return hostTensor(new Float32Array(elementCount(shape)), shape);
}

function copy({ shape, data }: HostTensor): HostTensor {
  return hostTensor(data.slice(), shape);
}
