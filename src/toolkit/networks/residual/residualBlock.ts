/** Residual blocks of networks that are trained here: He et al. 2016, and those of decoders, which double the map. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../../shared/compute.js';
import type { RandomSource } from '../../../shared/random.js';
import { convolution, transposedConvolution } from '../../layers/convolution.js';
import { convolutionParameters, heNormal, normalisationParameters, uniformByFanIn } from '../../layers/initialise.js';
import type { NamedTensors } from '../../layers/namedTensors.js';
import type { Normalise } from '../../layers/normalisation.js';

/** `basic`: two convolutions of 3x3. `bottleneck`: one of 3x3 between two of 1x1. */
export const blockKinds = ['basic', 'bottleneck'] as const;
export type BlockKind = (typeof blockKinds)[number];

/** What a block does to the sides of its map: halves by a stride of 2, doubles by a transposed convolution of 2x2. */
export type Resample = 'halve' | 'keep' | 'double';

/** One residual block; its parameters have torchvision's names behind `name`. */
export interface ResidualBlock {
  name: string;
  kind: BlockKind;
  inputs: number;
  outputs: number;
  /** Channels between the convolutions of a bottleneck. */
  width: number;
  resample: Resample;
}

/** A convolution without bias and the normalisation behind it. */
export interface NormalisedConvolution {
  name: string;
  normalisation: string;
  inputs: number;
  outputs: number;
  /** Side of the kernel; of no meaning where the map is doubled. */
  kernel: 1 | 3;
  resample: Resample;
}

function convolutionsOf({ name, kind, inputs, outputs, width, resample }: ResidualBlock): NormalisedConvolution[] {
  const step = (i: number, from: number, to: number, kernel: 1 | 3, does: Resample): NormalisedConvolution => ({
    ...{ name: `${name}.conv${i}`, normalisation: `${name}.bn${i}` },
    ...{ inputs: from, outputs: to, kernel, resample: does },
  });
  if (kind === 'basic') return [step(1, inputs, outputs, 3, resample), step(2, outputs, outputs, 3, 'keep')];
  return [step(1, inputs, width, 1, 'keep'), step(2, width, width, 3, resample), step(3, width, outputs, 1, 'keep')];
}

/** The way around the convolutions, where it is no identity. */
function shortcutOf({ name, inputs, outputs, resample }: ResidualBlock): NormalisedConvolution | undefined {
  if (resample === 'keep' && inputs === outputs) return undefined;
  const at = `${name}.${resample === 'double' ? 'upsample' : 'downsample'}`;
  return { name: `${at}.0`, normalisation: `${at}.1`, inputs, outputs, kernel: 1, resample };
}

/** `<name>.weight`, and those of its normalisation: convolutions by He, transposed ones as PyTorch begins them. */
export function normalisedConvolutionParameters(
  { name, normalisation, inputs, outputs, kernel, resample }: NormalisedConvolution,
  random: RandomSource,
): Record<string, HostTensor> {
  const shape =
    resample === 'double'
      ? { inputs: outputs, outputs: inputs, kernel: 2, bias: false }
      : { inputs, outputs, kernel, bias: false };
  const initialise = resample === 'double' ? uniformByFanIn : heNormal;
  return {
    ...convolutionParameters(name, shape, initialise, random),
    ...normalisationParameters(normalisation, outputs),
  };
}

/** `[n, h, w, in]` to `[n, h', w', out]`. */
export function normalisedConvolution(
  parameters: NamedTensors,
  { name, normalisation, resample }: NormalisedConvolution,
  x: Tensor4D,
  normalise: Normalise,
): Tensor4D {
  const filtered =
    resample === 'double'
      ? transposedConvolution(parameters, name, x)
      : convolution(parameters, name, x, { stride: resample === 'halve' ? 2 : 1 });
  return normalise(parameters, normalisation, filtered);
}

/** Initial values of a block. */
export function residualBlockParameters(block: ResidualBlock, random: RandomSource): Record<string, HostTensor> {
  const shortcut = shortcutOf(block);
  const all = [...convolutionsOf(block), ...(shortcut ? [shortcut] : [])];
  return Object.assign({}, ...all.map((each) => normalisedConvolutionParameters(each, random))) as Record<
    string,
    HostTensor
  >;
}

/**
 * One block: ReLU of its convolutions and the shortcut together.
 * @param x `[n, h, w, inputs]`.
 * @returns `[n, h', w', outputs]`, h' = ceil(h / 2), h or 2h.
 */
export function residualBlock(
  parameters: NamedTensors,
  block: ResidualBlock,
  x: Tensor4D,
  normalise: Normalise,
): Tensor4D {
  const convolutions = convolutionsOf(block);
  const shortcut = shortcutOf(block);
  const around = shortcut ? normalisedConvolution(parameters, shortcut, x, normalise) : x;
  const filtered = convolutions.reduce((input, each, i) => {
    const output = normalisedConvolution(parameters, each, input, normalise);
    return i < convolutions.length - 1 ? tf.relu(output) : output;
  }, x);
  return tf.relu(tf.add<Tensor4D>(filtered, around));
}
