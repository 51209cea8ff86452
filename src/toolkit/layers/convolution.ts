import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { type NamedTensors, parameter } from './namedTensors.js';

/** How a convolution moves over its input. */
export interface ConvolutionSettings {
  /** Default 1. */
  stride?: number;
  /** Zeros on each side; default as many as keep the size at stride 1, for an odd kernel. */
  padding?: number;
  /** Places between the taps of the kernel; default 1, without gaps. A greater one needs stride 1. */
  dilation?: number;
}

/** How a transposed convolution moves. */
export interface TransposedSettings {
  /** Default 2. */
  stride?: number;
  /** Rows and columns cut off on each side; default 0. */
  padding?: number;
  /** Further rows and columns at the bottom and right; default 0. */
  outputPadding?: number;
}

/** {@link conv2d} with `<name>.weight` and, where there is one, `<name>.bias`. */
export function convolution(
  parameters: NamedTensors,
  name: string,
  x: Tensor4D,
  settings: ConvolutionSettings = {},
): Tensor4D {
  return withBias(parameters, name, conv2d(x, parameter(parameters, `${name}.weight`), settings));
}

/** {@link conv2dTransposed} with `<name>.weight` and, where there is one, `<name>.bias`. */
export function transposedConvolution(
  parameters: NamedTensors,
  name: string,
  x: Tensor4D,
  settings: TransposedSettings = {},
): Tensor4D {
  return withBias(parameters, name, conv2dTransposed(x, parameter(parameters, `${name}.weight`), settings));
}

/** {@link depthwiseConv2d} with `<name>.weight` and, where there is one, `<name>.bias`. */
export function depthwiseConvolution(
  parameters: NamedTensors,
  name: string,
  x: Tensor4D,
  settings: Omit<ConvolutionSettings, 'dilation'> = {},
): Tensor4D {
  return withBias(parameters, name, depthwiseConv2d(x, parameter(parameters, `${name}.weight`), settings));
}

/**
 * Convolution in PyTorch's layout of weights: ONNX has the same one, and in a traced graph the transposes vanish.
 * @param x `[n, h, w, in]`.
 * @param weight `[out, in, kh, kw]`.
 * @returns `[n, h', w', out]`, h' = floor((h + 2 padding - dilation (kh - 1) - 1) / stride) + 1.
 * @throws RangeError for another number of channels, or a dilation together with a stride.
 */
export function conv2d(x: Tensor4D, weight: Tensor4D, settings: ConvolutionSettings = {}): Tensor4D {
  const { stride = 1, dilation = 1 } = settings;
  const { padding = Math.floor((dilation * (weight.shape[2] - 1)) / 2) } = settings;
  checkChannels(x, weight.shape[1]);
  const filter = tf.transpose(weight, [2, 3, 1, 0]);
  if (dilation === 1) return tf.conv2d(x, filter, stride, padding);
  if (stride !== 1) throw new RangeError(`a convolution with dilation ${dilation} has stride 1, got ${stride}`);
  return dilated(x, filter, padding, dilation);
}

/**
 * Every channel by itself, each giving `out / in` channels.
 * @param x `[n, h, w, in]`.
 * @param weight `[out, 1, kh, kw]`, the channels of the first input channel first: PyTorch's with as many groups as inputs.
 */
export function depthwiseConv2d(
  x: Tensor4D,
  weight: Tensor4D,
  { stride = 1, padding = Math.floor((weight.shape[2] - 1) / 2) }: Omit<ConvolutionSettings, 'dilation'> = {},
): Tensor4D {
  const [outputs, , rows, columns] = weight.shape;
  const inputs = x.shape[3];
  if (outputs % inputs !== 0) throw new RangeError(`${outputs} outputs cannot be shared by ${inputs} channels`);
  const split = tf.reshape<tf.Rank.R4>(weight, [inputs, outputs / inputs, rows, columns]);
  return tf.depthwiseConv2d(x, tf.transpose(split, [2, 3, 0, 1]), stride, padding);
}

/**
 * Transposed convolution.
 * @param x `[n, h, w, in]`.
 * @param weight `[in, out, kh, kw]`.
 * @returns `[n, h', w', out]`, h' = (h - 1) stride - 2 padding + kh + outputPadding.
 * @throws RangeError for another number of channels.
 */
export function conv2dTransposed(
  x: Tensor4D,
  weight: Tensor4D,
  { stride = 2, padding = 0, outputPadding = 0 }: TransposedSettings = {},
): Tensor4D {
  const [n, height, width] = x.shape;
  const [inputs, outputs, rows, columns] = weight.shape;
  checkChannels(x, inputs);
  const size = (length: number, kernel: number) => (length - 1) * stride - 2 * padding + kernel + outputPadding;
  const shape: [number, number, number, number] = [n, size(height, rows), size(width, columns), outputs];
  return tf.conv2dTranspose(x, tf.transpose(weight, [2, 3, 1, 0]), shape, stride, padding, 'floor');
}

/** The places of one residue after another, each without gaps: tfjs has no gradient for a dilated convolution. */
function dilated(x: Tensor4D, filter: Tensor4D, padding: number, dilation: number): Tensor4D {
  const [, height, width] = x.shape;
  const filling = (length: number) => (dilation - ((length + 2 * padding) % dilation)) % dilation;
  const [below, right] = [filling(height), filling(width)];
  const residues = tf.spaceToBatchND(
    x,
    [dilation, dilation],
    [
      [padding, padding + below],
      [padding, padding + right],
    ],
  );
  const filtered = tf.conv2d(residues, filter, 1, 'valid');
  return tf.batchToSpaceND(
    filtered,
    [dilation, dilation],
    [
      [0, below],
      [0, right],
    ],
  );
}

function withBias(parameters: NamedTensors, name: string, x: Tensor4D): Tensor4D {
  const bias = parameters[`${name}.bias`] as Tensor1D | undefined;
  return bias ? tf.add(x, bias) : x;
}

function checkChannels(x: Tensor4D, inputs: number): void {
  if (x.shape[3] === inputs) return;
  throw new RangeError(`the convolution takes ${inputs} channels, got a tensor of shape [${x.shape.join(', ')}]`);
}
