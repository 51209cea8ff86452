import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  filled,
  parameter,
  uniformByFanIn,
  type NamedTensors,
} from 'residua/toolkit';
import { initialInvertible, invertibleConvolution } from './invertible.js';
import { nearest } from './laplacian.js';

/** Slope of the leaky ReLU. */
const slope = 0.01;
/** Keeps the exponent of a scale within about two. */
const clamp = 2;

/** A block of the flow: one level is changed by what others hold (section 3.3). */
export interface FlowBlock {
  name: string;
  /** The level that is changed. */
  changes: number;
  /** The levels that say how. */
  by: number[];
  /** Whether that is computed at the size of `by` and made smaller afterwards. */
  isDown: boolean;
}

/** The blocks of `stacks` stacks over a pyramid, each level changed by its neighbours in turn. */
export function flowBlocks(levels: number, stacks: number): FlowBlock[] {
  const blocks: FlowBlock[] = [];
  const add = (changes: number, by: number[], isDown = false) =>
    blocks.push({ name: `flow.${blocks.length}`, changes, by, isDown });
  const pairsFrom = (start: number) => {
    for (let i = start; i + 1 < levels; i += 2) {
      if (i + 2 < levels) add(i + 1, [i, i + 2]);
      else add(i + 1, [i], true);
    }
  };
  for (let stack = 0; stack < stacks; stack++) {
    pairsFrom(0);
    add(0, [1]);
    pairsFrom(1);
  }
  return blocks;
}

/** Takes the mean off the logarithms of scales, so that volumes stay as they are; `[n, h, w, c]`. */
export type VolumeNormalise = (parameters: NamedTensors, name: string, scales: tf.Tensor4D) => tf.Tensor4D;

/** Over what the mean is taken: `cvn` over batch and channels at each place, `svn` over batch and places of each channel (section 3.4). */
export const volumeNormalisations = ['cvn', 'svn'] as const;
export type VolumeNormalisation = (typeof volumeNormalisations)[number];
const axes: Record<VolumeNormalisation, number[]> = { cvn: [0, 3], svn: [0, 1, 2] };

/** By the mean of the batch, which is handed on where somebody records it. */
export function byBatchMean(
  kind: VolumeNormalisation,
  record: (name: string, mean: tf.Tensor) => void = () => undefined,
): VolumeNormalise {
  return (_, name, scales) => {
    const mean = tf.mean(scales, axes[kind], true);
    record(name, mean);
    return tf.sub(scales, mean);
  };
}

/** By `<name>.mean`. */
export const byStoredMean: VolumeNormalise = (parameters, name, scales) =>
  tf.sub(scales, parameter(parameters, `${name}.mean`));

/** What is trained, and what is not; the last convolution of each block is 0, so that scales are 1 in the beginning. */
export function initialFlow(
  blocks: readonly FlowBlock[],
  { channels, kernel }: { channels: number; kernel: number },
  random: RandomSource,
) {
  const trained: Record<string, HostTensor> = {};
  const fixed: Record<string, HostTensor> = {};
  for (const { name, by } of blocks) {
    const first = { inputs: by.length * channels, outputs: 2 * channels, kernel, bias: false };
    Object.assign(trained, convolutionParameters(`${name}.first`, first, uniformByFanIn, random));
    trained[`${name}.second.weight`] = filled([2 * channels, 2 * channels, kernel, kernel], 0);
    const mixing = initialInvertible(name, channels, random);
    Object.assign(trained, mixing.trained);
    Object.assign(fixed, mixing.fixed);
  }
  return { trained, fixed };
}

/**
 * The latents of a pyramid.
 * @param pyramid finest first, `[n, h, w, c]` each.
 * @returns the same shapes.
 */
export function latents(
  parameters: NamedTensors,
  blocks: readonly FlowBlock[],
  pyramid: readonly tf.Tensor4D[],
  normalise: VolumeNormalise,
): tf.Tensor4D[] {
  const levels = pyramid.slice();
  for (const { name, changes, by, isDown } of blocks) {
    const changed = levels[changes]!;
    const [, rows, columns] = changed.shape;
    const seen = by.map((i) => (isDown ? levels[i]! : nearest(levels[i]!, rows, columns)));
    const hidden = tf.leakyRelu(convolution(parameters, `${name}.first`, tf.concat(seen, 3)), slope);
    const [raw, offset] = tf.split(convolution(parameters, `${name}.second`, hidden), 2, 3) as [
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const limited = tf.mul<tf.Tensor4D>(tf.atan(tf.div(raw, clamp)), 0.636 * clamp);
    const scale = nearest(normalise(parameters, name, limited), rows, columns);
    const moved = tf.add<tf.Tensor4D>(tf.mul(tf.exp(scale), changed), nearest(offset, rows, columns));
    levels[changes] = invertibleConvolution(parameters, name, moved);
  }
  return levels;
}
