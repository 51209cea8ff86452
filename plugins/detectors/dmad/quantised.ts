import { tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  filled,
  normalisedConvolution,
  normalisedConvolutionParameters,
  residualBlock,
  residualBlockParameters,
  withoutGradient,
  type NamedTensors,
  type NormalisedConvolution,
  type Normalise,
  type ResidualBlock,
  type ReverseNetwork,
} from 'residua/toolkit';

/** Name of the codes, `[codes, channels]`. */
export const codesName = 'codes';
/** Channels that each map is reduced to beside the codes; the paper's. */
const reducedChannels = 64;
/** Weight of what draws features towards their codes (van den Oord et al. 2017, Eq. 3). */
const commitment = 0.25;

/** An embedding of few details: reduced maps, and the coarsest one by the nearest of some codes. */
export interface QuantisedEmbedding {
  codes: number;
  channels: number;
  reductions: NormalisedConvolution[][];
  blocks: ResidualBlock[];
}

/** Lays it out beside the decoder of a network. @param reduced channels of each reduced map. */
export function quantisedEmbedding(
  { levels, embedding }: ReverseNetwork,
  codes: number,
  reduced = reducedChannels,
): QuantisedEmbedding {
  const deepest = levels.at(-1)!;
  const reductions = levels.map(({ channels, octaves }, level) =>
    Array.from({ length: 1 + deepest.octaves - octaves }, (_, step): NormalisedConvolution => {
      const name = `reduction.${level}.${step}`;
      return {
        ...{ name, normalisation: `${name}.normalisation`, kernel: 3, outputs: reduced },
        ...{ inputs: step === 0 ? channels : reduced, resample: step === 0 ? 'keep' : 'halve' },
      };
    }),
  );
  const inputs = levels.length * reduced + deepest.channels;
  const blocks = embedding.map((block, i) => (i === 0 ? { ...block, inputs } : block));
  return { codes, channels: deepest.channels, reductions, blocks };
}

/** Initial values; codes are what the coarsest map holds at some places of normal images. @param coarsest maps of these images. */
export function initialQuantised(
  { codes, channels, reductions, blocks }: QuantisedEmbedding,
  coarsest: readonly HostTensor[],
  random: RandomSource,
): Record<string, HostTensor> {
  const table = filled([codes, channels], 0);
  for (let code = 0; code < codes; code++) {
    const { data } = random.pick(coarsest);
    const at = random.integer(data.length / channels) * channels;
    table.data.set(data.subarray(at, at + channels), code * channels);
  }
  return Object.assign(
    { [codesName]: table },
    ...reductions.flat().map((each) => normalisedConvolutionParameters(each, random)),
    ...blocks.map((block) => residualBlockParameters(block, random)),
  ) as Record<string, HostTensor>;
}

/** The nearest code of each place, and what this costs. */
export interface Quantised {
  /** `[n, h, w, c]`; its gradient goes on to x unchanged. */
  quantised: tf.Tensor4D;
  loss: tf.Scalar;
}

/** @param x `[n, h, w, c]`. @param codes `[codes, c]`. */
export function quantise(x: tf.Tensor4D, codes: tf.Tensor2D): Quantised {
  const [count, channels] = codes.shape;
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, channels]);
  const chosen = withoutGradient(rows, (given) => {
    const products: tf.Tensor2D = tf.matMul(given, codes, false, true);
    const distances = tf.sub(tf.sum(tf.square(codes), 1), tf.mul(products, 2));
    return tf.oneHot(tf.argMin(distances, 1), count, 1, 0, 'float32') as tf.Tensor2D;
  });
  const nearest: tf.Tensor4D = tf.reshape(tf.matMul(chosen, codes), x.shape);
  const still = (given: tf.Tensor4D) => withoutGradient(given, (value) => tf.clone(value));
  const towardsCodes = tf.mul(tf.mean(tf.squaredDifference(still(nearest), x)), commitment);
  const loss = tf.add<tf.Scalar>(towardsCodes, tf.mean(tf.squaredDifference(nearest, still(x))));
  return { quantised: tf.add(x, still(tf.sub(nearest, x))), loss };
}

/**
 * The embedding of maps, finest first, `[n, side, side, channels]`.
 * @returns `[n, h, w, embedding]`, and what quantising costs.
 */
export function embedQuantised(
  parameters: NamedTensors,
  { reductions, blocks }: QuantisedEmbedding,
  maps: readonly tf.Tensor4D[],
  normalise: Normalise,
): { embedding: tf.Tensor4D; loss: tf.Scalar } {
  const reduced = reductions.map((steps, level) =>
    steps.reduce((x, each) => tf.relu(normalisedConvolution(parameters, each, x, normalise)), maps[level]!),
  );
  const { quantised, loss } = quantise(maps.at(-1)!, parameters[codesName] as tf.Tensor2D);
  const joined = tf.concat([...reduced, quantised], 3);
  return { embedding: blocks.reduce((x, block) => residualBlock(parameters, block, x, normalise), joined), loss };
}
