import { hostTensor, tf, type HostTensor } from 'residua/plugin-api';
import { linear, swinEmbedding, type NamedTensors } from 'residua/toolkit';

/** What the parameters of linear heads begin with, in a training and in a state: of tokens, and of fine layers. */
export const linearHeads = ['linear', 'fine-linear'] as const;
export type LinearHead = (typeof linearHeads)[number];

/** A linear head that says nothing yet. @param channels of a token. */
export function initialLinear(channels: number, head: LinearHead = 'linear'): Record<string, HostTensor> {
  return {
    [`${head}.weight`]: hostTensor(new Float32Array(2 * channels), [2, channels]),
    [`${head}.bias`]: hostTensor(new Float32Array(2), [2]),
  };
}

/** Whether there is a Swin among the parameters. */
export function hasSwin(parameters: Readonly<Record<string, unknown>>): boolean {
  return swinEmbedding in parameters;
}

/**
 * What a linear head sees in each token: its own say, and what it says as one of a neighbourhood.
 * @param tokens `[n, h, w, c]`.
 * @returns `[n, h, w, 2]`; undefined where there is no such head.
 */
export function linearParts(
  parameters: NamedTensors,
  tokens: tf.Tensor4D,
  head: LinearHead = 'linear',
): tf.Tensor4D | undefined {
  return `${head}.weight` in parameters ? (linear(parameters, head, tokens) as tf.Tensor4D) : undefined;
}

/**
 * Half the sum of the squared weights, each in deviations of what it weighs: ridge regression of standardised inputs.
 * @param variance of each channel of the tokens, and of their neighbourhoods, `[2, c]`.
 */
export function linearPenalty(parameters: NamedTensors, variance: tf.Tensor2D, head: LinearHead = 'linear'): tf.Scalar {
  return tf.tidy(() => tf.mul(tf.sum(tf.mul(tf.square(parameters[`${head}.weight`]!), variance)), 0.5));
}

/** The anomalous logit of tokens in windows: their own say, and the mean over a neighbourhood of so many tokens a side. @returns `[n, h, w]`. */
export function linearLogits(parts: tf.Tensor4D, neighbourhood: number): tf.Tensor3D {
  return tf.tidy(() => {
    const [own, around] = tf.split<tf.Tensor4D>(parts, 2, -1) as [tf.Tensor4D, tf.Tensor4D];
    return tf.squeeze<tf.Tensor3D>(tf.add(own, neighbourhoodMean(around, neighbourhood)), [-1]);
  });
}

/** Mean over so many tokens a side around each, inside the window. @param tokens `[n, h, w, c]`. @returns the same shape. */
export function neighbourhoodMean(tokens: tf.Tensor4D, neighbourhood: number): tf.Tensor4D {
  return neighbourhood === 1 ? tokens : tf.avgPool(tokens, neighbourhood, 1, 'same');
}
