import {
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type FusedBatchNormAttrs,
  type FusedConv2DAttrs,
} from '@tensorflow/tfjs-core';
import { missingChannels } from '../gaps.js';
import type { Attributes, GraphBuilder, Value } from '../graph.js';
import { withAttributes, type Kernel, type KernelTable } from '../kernel.js';
import { activation } from './elementwise.js';
import { pad, slice } from './shapes.js';

type ConvInfo = backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

/** ONNX puts channels second, tfjs last (unless asked otherwise). */
export const channelsFirst = (g: GraphBuilder, x: Value, isLast = true) => (isLast ? g.transpose(x, [0, 3, 1, 2]) : x);
/** The value with its channels last: `[n, c, h, w]` to `[n, h, w, c]`, unless `isLast` says that nobody wants it so. */
export const channelsLast = (g: GraphBuilder, x: Value, isLast = true) => (isLast ? g.transpose(x, [0, 2, 3, 1]) : x);

/**
 * Padding as ONNX wants it: starts, then ends. The ends are those that give tfjs's output size, which is not always the
 * one that its own padding gives (with a number as padding it takes every filter for square).
 */
export function onnxPads(info: ConvInfo): [number, number, number, number] {
  const { top, left } = info.padInfo;
  const bottom = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - info.inHeight - top;
  const right = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - info.inWidth - left;
  return [top, left, Math.max(0, bottom), Math.max(0, right)];
}

/** Height and width of what ONNX makes with {@link onnxPads}; never less than tfjs's. */
export function onnxOutputSize(info: ConvInfo): [number, number] {
  const [top, left, bottom, right] = onnxPads(info);
  const size = (full: number, filter: number, stride: number) => Math.floor((full - filter) / stride) + 1;
  return [
    size(info.inHeight + top + bottom, info.effectiveFilterHeight, info.strideHeight),
    size(info.inWidth + left + right, info.effectiveFilterWidth, info.strideWidth),
  ];
}

/** Cuts channels-first data to tfjs's output size. */
export function toOutputSize(g: GraphBuilder, x: Value, info: ConvInfo): Value {
  return slice(g, x, [0, 0, 0, 0], [x.shape[0]!, x.shape[1]!, info.outHeight, info.outWidth]);
}

interface ConvolutionAttributes extends Omit<Conv2DAttrs, 'dataFormat' | 'dilations'> {
  dataFormat?: 'NHWC' | 'NCHW';
  dilations?: Conv2DAttrs['dilations'] | undefined;
}

function convolutionInfo(
  x: readonly number[],
  filter: readonly number[],
  a: ConvolutionAttributes,
  depthwise: boolean,
) {
  const format = backend_util.convertConv2DDataFormat(a.dataFormat ?? 'NHWC');
  const dilations = a.dilations ?? 1;
  return backend_util.computeConv2DInfo(
    x as Shape4, filter as Shape4, a.strides, dilations, a.pad, a.dimRoundingMode, depthwise, format,
  ); // prettier-ignore
}

const isLast = (info: ConvInfo) => info.dataFormat === 'channelsLast';
const dilationsOf = (info: ConvInfo) => [info.dilationHeight, info.dilationWidth];
const stridesOf = (info: ConvInfo) => [info.strideHeight, info.strideWidth];

/** [height, width, in, out] to [out, in, height, width]; depthwise [height, width, in, times] to [in times, 1, height, width]. */
function onnxFilter(g: GraphBuilder, filter: Value, depthwise: boolean): Value {
  if (!depthwise) return g.transpose(filter, [3, 2, 0, 1]);
  const [height, width, channels, times] = filter.shape as Shape4;
  return g.reshape(g.transpose(filter, [2, 3, 0, 1]), [channels * times, 1, height, width]);
}

/** A bias or prelu weights, which tfjs broadcasts with channels last, for data with channels first. */
function besideChannelsFirst(g: GraphBuilder, vector: Value): Value {
  const { shape } = vector;
  if (shape.length === 0) return vector;
  const [channels, height, width] = [shape.at(-1)!, shape.at(-3) ?? 1, shape.at(-2) ?? 1];
  const batch = shape.slice(0, -3);
  const full = g.reshape(vector, [...batch, height, width, channels]);
  return g.transpose(full, batch.length ? [0, 3, 1, 2] : [2, 0, 1]);
}

interface Convolved {
  data: Value;
  filter: Value;
  bias?: Value | undefined;
}

/** `Conv`, channels first. @param size of the result, height and width. */
function convolve(
  g: GraphBuilder,
  { data, filter, bias }: Convolved,
  size: readonly [number, number],
  attributes: Attributes & { group: number },
): Value {
  const outputs = filter.shape[0]!;
  const missing = g.gaps.convChannels && attributes.group === 1 ? missingChannels(filter.shape[1]!, outputs) : 0;
  const [x, weights] = [data, filter].map((value) => pad(g, value, [[0, 0], [0, missing], [0, 0], [0, 0]], 0)); // prettier-ignore
  const shape = [data.shape[0]!, outputs, ...size];
  return g.node('Conv', [x, weights, ...(bias ? [bias] : [])], shape, 'float32', attributes);
}

const convolution = (depthwise: boolean): Kernel =>
  withAttributes<FusedConv2DAttrs>((g, { x, filter, bias, preluActivationWeights }, attributes) => {
    const info = convolutionInfo(x.shape, filter.shape, attributes, depthwise);
    const data = channelsFirst(g, x, isLast(info));
    const vector = bias && bias.shape.length <= 1 ? g.expand(bias, [info.outChannels]) : undefined;
    const convolved = { data, filter: onnxFilter(g, filter, depthwise), bias: vector };
    const full = convolve(g, convolved, onnxOutputSize(info), {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: stridesOf(info),
      dilations: dilationsOf(info),
      pads: onnxPads(info),
      group: depthwise ? info.inChannels : 1,
    });
    const result = toOutputSize(g, full, info);
    const shifted = bias && !vector ? g.elementwise('Add', [result, besideChannelsFirst(g, bias)]) : result;
    const weights = preluActivationWeights && besideChannelsFirst(g, preluActivationWeights);
    return channelsLast(
      g,
      activation(g, shifted, attributes.activation, weights, attributes.leakyreluAlpha),
      isLast(info),
    );
  });

/** The gradient towards the data is the transposed convolution; also tfjs's `conv2dTranspose`. */
function inputGradient(g: GraphBuilder, dy: Value, filter: Value, info: ConvInfo, depthwise: boolean): Value {
  const first = channelsFirst(g, dy, isLast(info));
  const parts =
    depthwise && info.outChannels > info.inChannels && g.gaps.groupedConvTranspose
      ? channelTimes(g, first, filter, info)
      : [{ dy: first, filter: onnxFilter(g, filter, depthwise) }];
  const sum = parts
    .map((part) => transposedConvolution(g, part, info, depthwise))
    .reduce((one, other) => g.elementwise('Add', [one, other]));
  return channelsLast(g, sum, isLast(info));
}

/** Of a depthwise convolution that makes several channels of each: what goes back by the first of each, by the second, and so on. */
function channelTimes(g: GraphBuilder, dy: Value, filter: Value, { inChannels, outChannels }: ConvInfo) {
  const times = outChannels / inChannels;
  const [batch, , height, width] = dy.shape as Shape4;
  const split = g.reshape(dy, [batch, inChannels, times, height * width]);
  return Array.from({ length: times }, (_, i) => ({
    dy: g.reshape(slice(g, split, [0, 0, i, 0], [batch, inChannels, 1, height * width]), [
      ...[batch, inChannels, height, width],
    ]),
    filter: onnxFilter(g, slice(g, filter, [0, 0, 0, i], [...filter.shape.slice(0, 3), 1]), true),
  }));
}

/** @returns channels first. */
function transposedConvolution(
  g: GraphBuilder,
  { dy, filter }: { dy: Value; filter: Value },
  info: ConvInfo,
  depthwise: boolean,
): Value {
  const size = [info.inHeight, info.inWidth];
  const kernel = [info.filterHeight, info.filterWidth];
  const outputs = [info.outHeight, info.outWidth];
  const [strides, dilations, pads] = [stridesOf(info), dilationsOf(info), onnxPads(info)];
  const outputPadding = size.map((full, i) => {
    const covered = (outputs[i]! - 1) * strides[i]! + (kernel[i]! - 1) * dilations[i]! + 1 - pads[i]! - pads[i + 2]!;
    return full - covered;
  });
  return g.node('ConvTranspose', [dy, filter], [info.batchSize, info.inChannels, ...size], 'float32', {
    kernel_shape: kernel,
    strides,
    dilations,
    pads,
    output_padding: outputPadding,
    group: depthwise ? info.inChannels : 1,
  });
}

/**
 * The gradient towards the filter is a convolution of the data with dy as filter: batch and channels change places,
 * strides and dilations too. Depthwise, each channel is a group of its own.
 */
function filterGradient(g: GraphBuilder, x: Value, dy: Value, info: ConvInfo, depthwise: boolean): Value {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth } = info;
  const swap = (v: Value) => g.transpose(channelsFirst(g, v, isLast(info)), [1, 0, 2, 3]);
  const [data, filter] = [swap(x), swap(dy)];
  const grouped = depthwise ? g.reshape(data, [1, inChannels * batchSize, info.inHeight, info.inWidth]) : data;
  const [padTop, padLeft, padBottom, padRight] = onnxPads(info);
  const seen = (full: number, out: number, stride: number, dilation: number) =>
    Math.floor((full - (out - 1) * stride - 1) / dilation) + 1;
  const height = seen(info.inHeight + padTop + padBottom, info.outHeight, info.strideHeight, info.dilationHeight);
  const width = seen(info.inWidth + padLeft + padRight, info.outWidth, info.strideWidth, info.dilationWidth);
  const leading = depthwise ? [1, outChannels] : [inChannels, outChannels];
  const full = convolve(g, { data: grouped, filter }, [height, width], {
    kernel_shape: [info.outHeight, info.outWidth],
    strides: dilationsOf(info),
    dilations: stridesOf(info),
    pads: onnxPads(info),
    group: depthwise ? inChannels : 1,
  });
  // Rows the strides never reached leave the result too large.
  const cut = slice(g, full, [0, 0, 0, 0], [...leading, filterHeight, filterWidth]);
  const split = depthwise ? g.reshape(cut, [inChannels, outChannels / inChannels, filterHeight, filterWidth]) : cut;
  return g.transpose(split, [2, 3, 0, 1]);
}

/** (x - mean) / sqrt(variance + epsilon) * scale + offset over the last axis. */
const batchNorm = withAttributes<FusedBatchNormAttrs>(
  (g, { x, mean, variance, scale, offset }, { varianceEpsilon }) => {
    const channels = x.shape.at(-1)!;
    const vectors = [
      scale ?? g.filled(1, [channels], 'float32'),
      offset ?? g.filled(0, [channels], 'float32'),
      mean,
      variance,
    ];
    if (x.shape.length === 4 && vectors.every((v) => v.shape.length === 1)) {
      const data = channelsFirst(g, x);
      const attributes = { epsilon: { float: varianceEpsilon } };
      return channelsLast(g, g.node('BatchNormalization', [data, ...vectors], data.shape, 'float32', attributes));
    }
    const spread = g.elementwise('Sqrt', [g.elementwise('Add', [variance, g.scalar(varianceEpsilon)])]);
    const normal = g.elementwise('Div', [g.elementwise('Sub', [x, mean]), spread]);
    const scaled = scale ? g.elementwise('Mul', [normal, scale]) : normal;
    return offset ? g.elementwise('Add', [scaled, offset]) : scaled;
  },
);

/** Convolutions, their gradients, and the normalisation that follows them. */
export const convolutionKernels: KernelTable = {
  Conv2D: convolution(false),
  FusedConv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  FusedDepthwiseConv2D: convolution(true),
  Conv2DBackpropInput: withAttributes<Conv2DBackpropInputAttrs>((g, { dy, filter }, attributes) =>
    inputGradient(g, dy, filter, convolutionInfo(attributes.inputShape, filter.shape, attributes, false), false),
  ),
  Conv2DBackpropFilter: withAttributes<Conv2DBackpropFilterAttrs>((g, { x, dy }, attributes) =>
    filterGradient(g, x, dy, convolutionInfo(x.shape, attributes.filterShape, attributes, false), false),
  ),
  DepthwiseConv2dNativeBackpropInput: withAttributes<DepthwiseConv2dNativeBackpropInputAttrs>(
    (g, { dy, filter }, attributes) =>
      inputGradient(g, dy, filter, convolutionInfo(attributes.inputShape, filter.shape, attributes, true), true),
  ),
  DepthwiseConv2dNativeBackpropFilter: withAttributes<DepthwiseConv2dNativeBackpropFilterAttrs>(
    (g, { x, dy }, attributes) =>
      filterGradient(g, x, dy, convolutionInfo(x.shape, attributes.filterShape, attributes, true), true),
  ),
  FusedBatchNorm: batchNorm,
};
