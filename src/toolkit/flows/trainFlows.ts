import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { TrainingContext } from '../../plugin-api/index.js';
import { hostTensor, type HostTensor } from '../../shared/compute.js';
import { named } from '../layers/namedTensors.js';
import { adam } from '../optimisation/adamW.js';
import { epochCosine } from '../optimisation/schedules.js';
import { trainSteps } from '../optimisation/trainSteps.js';
import type { LossParts } from '../optimisation/turn.js';
import { flowNames, imageLikelihoods, levelConditions, likelihoods } from './flowLevels.js';
import type { FlowParams } from './flowParams.js';
import type { FlowImage, PreparedFlows } from './prepareFlows.js';

/** A place of an image. */
export interface FlowPlace {
  image: FlowImage;
  /** Row-major on the grid of its level. */
  place: number;
}

/** What flows are trained by. */
export interface FlowTraining {
  context: Pick<TrainingContext<FlowParams>, 'compute' | 'params' | 'steps'>;
  flows: PreparedFlows;
  /** Draws the place of a row of a step from the training's random source. */
  place(this: void, level: number, row: number): FlowPlace;
  /** Names of the parts of the loss. */
  parts: readonly string[];
  /** A tensor function: the parts of the loss. @param of every level, `[placesPerStep]`. @param further see `inputs`. */
  loss(this: void, of: readonly Tensor1D[], further: readonly Tensor[]): LossParts;
  /** Inputs of a step beside the places; default none. @param step from 0. */
  inputs?: (this: void, step: number) => readonly HostTensor[];
}

/** Parts into which steps are divided by the schedule of the learning rate, and those in which it rises. */
const [epochs, warmEpochs] = [25, 2];

/** Trains the flows of all levels together: see `trainSteps`. @returns parameters and what was fixed. */
export function trainFlows(training: FlowTraining): Promise<Record<string, HostTensor>> {
  const { context, flows, place, parts, loss, inputs: further = () => [] } = training;
  const { compute, params, steps } = context;
  const { placesPerStep: count, condition, learningRate } = params;
  const { levels, parameters, fixed } = flows;
  const codes = levelConditions(levels, params);
  const empty = (width: number) => hostTensor(new Float32Array(count * width), [count, width]);
  const features = levels.map(({ channels }) => empty(channels));
  const conditions = codes.map(() => empty(condition));
  const fill = () => {
    levels.forEach(({ channels }, level) => {
      for (let row = 0; row < count; row++) {
        const { image, place: at } = place(level, row);
        copyRow(features[level]!, row, image[level]!.data, at, channels);
        if (codes[level]) copyRow(conditions[level]!, row, codes[level].data, at, condition);
      }
    });
    return [...features, ...conditions];
  };
  const rate = epochCosine(learningRate, { stepsPerEpoch: params.steps / epochs, epochs, warmEpochs });
  return trainSteps({
    ...{ compute, steps, parameters, buffers: fixed, totalSteps: params.steps },
    inputs: [...features, ...conditions, ...further(0)],
    batch: (step) => [...fill(), ...further(step)],
    turns: [
      {
        parts,
        groups: [{ optimiser: adam({ learningRate: rate }) }],
        prepare: (given) => {
          const rows = given.slice(0, levels.length) as Tensor2D[];
          const where = given.slice(levels.length, levels.length + conditions.length) as Tensor2D[];
          const others = given.slice(levels.length + conditions.length);
          return (current) => loss(likelihoods(current, rows, where), others);
        },
      },
    ],
  });
}

function copyRow(to: HostTensor, row: number, from: HostTensor['data'], at: number, width: number): void {
  to.data.set(from.subarray(at * width, (at + 1) * width), row * width);
}

/**
 * The highest logarithm of the likelihood among all places of the normal images, for each level; reported as stage `likelihoods`.
 * @param trained what `trainFlows` gave.
 * @returns scalars `flows.<level>.highest`.
 */
export async function highestLikelihoods(
  { compute, params, steps }: FlowTraining['context'],
  { levels, normal }: PreparedFlows,
  trained: Readonly<Record<string, HostTensor>>,
): Promise<Record<string, HostTensor>> {
  const keys = Object.keys(trained);
  const given = Object.values(trained);
  const compiled = await compute.compile(
    'likelihoods',
    (...inputs) => {
      const state = named(keys, inputs.splice(0, keys.length));
      return imageLikelihoods(state, inputs as Tensor2D[], levels, params).map((each) => tf.max(each));
    },
    [...given, ...levels.map(({ side, channels }) => ({ shape: [side ** 2, channels] }))],
  );
  const highest = levels.map(() => -Infinity);
  try {
    for (const [i, image] of normal.entries()) {
      steps.signal.throwIfAborted();
      const found = await compiled.run([...given, ...image]);
      found.forEach(({ data }, level) => (highest[level] = Math.max(highest[level]!, data[0]!)));
      steps.report({ stage: 'likelihoods', step: i + 1, totalSteps: normal.length });
    }
  } finally {
    await compiled.dispose();
  }
  return Object.fromEntries(
    highest.map((value, level) => [flowNames.highest(level), hostTensor(Float32Array.of(value), [])]),
  );
}
