import { hostTensor, tf, type HostTensor, type RandomSource } from 'residua/plugin-api';
import {
  convolution,
  convolutionParameters,
  normalisationParameters,
  uniformByFanIn,
  type NamedTensors,
  type Normalise,
} from 'residua/toolkit';
import type { FusedLevel } from './fusion.js';

const roles = ['query', 'key', 'value'] as const;

/** Sides of the patches of a map, largest first: all of it and its halves, at most four. */
function patchSides(side: number): number[] {
  const sides = [side];
  while (sides.length < 4 && sides.at(-1)! % 2 === 0) sides.push(sides.at(-1)! / 2);
  return sides;
}

/** Parameters of a layer of attention: a scale and a shift for each value of a patch and role, and the block behind it. */
export function attentionParameters(
  name: string,
  { side, channels }: FusedLevel,
  random: RandomSource,
): Record<string, HostTensor> {
  const parameters: Record<string, HostTensor> = {};
  const sides = patchSides(side);
  sides.forEach((patch, i) => {
    const values = channels * patch ** 2;
    for (const role of roles) {
      for (const part of ['scale', 'shift']) {
        const drawn = Float32Array.from({ length: values }, () => random.between(-1, 1));
        parameters[`${name}.${role}.${i}.${part}`] = hostTensor(drawn, [values]);
      }
    }
  });
  const joined = sides.length * channels;
  const convolutionOf = (part: string, inputs: number, kernel: number, bias: boolean) =>
    convolutionParameters(`${name}.${part}`, { inputs, outputs: channels, kernel, bias }, uniformByFanIn, random);
  return {
    ...parameters,
    ...convolutionOf('conv1', joined, 3, false),
    ...normalisationParameters(`${name}.norm1`, channels),
    ...convolutionOf('conv2', channels, 3, false),
    ...normalisationParameters(`${name}.norm2`, channels),
    ...convolutionOf('shortcut', joined, 1, true),
  };
}

/**
 * Multi-size self-attention (Zhang et al. 2023): the patches of each size look at each other; what they see is joined by
 * a residual block. A tensor function.
 * @param x `[n, side, side, channels]`.
 * @returns the same shape.
 */
export function multiSizeAttention(
  parameters: NamedTensors,
  name: string,
  x: tf.Tensor4D,
  normalise: Normalise,
): tf.Tensor4D {
  const seen = patchSides(x.shape[1]).map((patch, i) => patchAttention(parameters, name, i, x, patch));
  const joined = tf.concat(seen, 3);
  const filtered = (input: tf.Tensor4D, i: 1 | 2) =>
    normalise(parameters, `${name}.norm${i}`, convolution(parameters, `${name}.conv${i}`, input));
  const around = convolution(parameters, `${name}.shortcut`, joined);
  return tf.relu(tf.add<tf.Tensor4D>(filtered(tf.relu(filtered(joined, 1)), 2), around));
}

function patchAttention(
  parameters: NamedTensors,
  name: string,
  size: number,
  x: tf.Tensor4D,
  patch: number,
): tf.Tensor4D {
  const tokens = toPatches(x, patch);
  const [query, key, value] = roles.map((role) => {
    const [scale, shift] = ['scale', 'shift'].map((part) => parameters[`${name}.${role}.${size}.${part}`]!);
    return tf.add<tf.Tensor3D>(tf.mul(tokens, scale!), shift!);
  }) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
  const values = tokens.shape[2];
  const weights = tf.softmax(tf.div(tf.matMul(query, key, false, true), values), -1);
  return fromPatches(tf.matMul(weights, value), x.shape, patch);
}

/** `[n, h, w, c]` to `[n, patches, c * side * side]`, values in the order channel, row, column. */
function toPatches(x: tf.Tensor4D, side: number): tf.Tensor3D {
  const [n, height, width, channels] = x.shape;
  const [rows, columns] = [height / side, width / side];
  const split = tf.reshape(x, [n, rows, side, columns, side, channels]);
  return tf.reshape(tf.transpose(split, [0, 1, 3, 5, 2, 4]), [n, rows * columns, channels * side * side]);
}

function fromPatches(tokens: tf.Tensor3D, shape: tf.Tensor4D['shape'], side: number): tf.Tensor4D {
  const [n, height, width, channels] = shape;
  const split = tf.reshape(tokens, [n, height / side, width / side, channels, side, side]);
  return tf.reshape(tf.transpose(split, [0, 1, 4, 2, 5, 3]), shape);
}
