import { hostTensor, tf, type HostTensor } from 'residua/plugin-api';
import { linear, swinEmbedding, type NamedTensors } from 'residua/toolkit';

/** What all its parameters begin with, in a training and in a state. */
export const linearPrefix = 'linear.';
/** Keeps the gradient of a root finite where all weights are zero. */
const tiny = 1e-12;

/** A linear head that says nothing yet. @param channels of a token. */
export function initialLinear(channels: number): Record<string, HostTensor> {
  return {
    [`${linearPrefix}weight`]: hostTensor(new Float32Array(2 * channels), [2, channels]),
    [`${linearPrefix}bias`]: hostTensor(new Float32Array(2), [2]),
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
export function linearParts(parameters: NamedTensors, tokens: tf.Tensor4D): tf.Tensor4D | undefined {
  return `${linearPrefix}weight` in parameters ? (linear(parameters, 'linear', tokens) as tf.Tensor4D) : undefined;
}

/**
 * What {@link linearParts} would be if each channel of the tokens had Gaussian noise, in deviations of the channel: noise on what a linear function sees is noise on its
 * value, as large as its weights. That of a token and of a neighbour is drawn apart.
 * @param noise normal numbers times their deviation, of the shape of `parts`.
 */
export function withNoise(
  parts: tf.Tensor4D,
  parameters: NamedTensors,
  tokens: tf.Tensor4D,
  noise: tf.Tensor4D,
): tf.Tensor4D {
  const { variance } = tf.moments(tf.reshape(tokens, [-1, tokens.shape[3]]), 0);
  const spread = tf.sqrt(tf.add(tf.sum(tf.mul(tf.square(parameters[`${linearPrefix}weight`]!), variance), 1), tiny));
  return tf.add(parts, tf.mul(noise, spread));
}

/** The anomalous logit of tokens in windows: their own say, and the mean over a neighbourhood of so many tokens a side. @returns `[n, h, w]`. */
export function linearLogits(parts: tf.Tensor4D, neighbourhood: number): tf.Tensor3D {
  return tf.tidy(() => {
    const [own, around] = tf.split<tf.Tensor4D>(parts, 2, -1) as [tf.Tensor4D, tf.Tensor4D];
    const mean = neighbourhood === 1 ? around : tf.avgPool(around, neighbourhood, 1, 'same');
    return tf.squeeze<tf.Tensor3D>(tf.add(own, mean), [-1]);
  });
}
