import { backend_util, util, type AvgPoolAttrs, type MaxPoolAttrs } from '@tensorflow/tfjs-core';
import type { GraphBuilder, Value } from '../graph.js';
import { withAttributes, type KernelTable } from '../kernel.js';
import { channelsFirst, channelsLast, onnxOutputSize, onnxPads, toOutputSize } from './convolution.js';
import { pad, slice } from './shapes.js';

type PoolAttributes = AvgPoolAttrs & MaxPoolAttrs;
type PoolInfo = backend_util.Conv2DInfo;

const poolInfo = (x: Value, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes) =>
  backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );

const poolAttributes = (info: PoolInfo) => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  pads: onnxPads(info),
});

const outputShape = (info: PoolInfo) => [info.batchSize, info.outChannels, ...onnxOutputSize(info)];

function averagePool(g: GraphBuilder, x: Value, info: PoolInfo): Value {
  const attributes = { ...poolAttributes(info), count_include_pad: 0 };
  const means = g.node('AveragePool', [channelsFirst(g, x)], outputShape(info), 'float32', attributes);
  return channelsLast(g, toOutputSize(g, means, info));
}

/** Maxima, channels first. */
function maxima(g: GraphBuilder, x: Value, info: PoolInfo): Value {
  if (!g.gaps.maxPoolIndices) return maxPool(g, x, info)[0]!;
  const pooled = g.node('MaxPool', [channelsFirst(g, x)], outputShape(info), 'float32', poolAttributes(info));
  return toOutputSize(g, pooled, info);
}

/** Maxima and where they stand in the flattened channels-first data. */
function maxPool(g: GraphBuilder, x: Value, info: PoolInfo): readonly Value[] {
  const shape = outputShape(info);
  const outputs = [
    { shape, dtype: 'float32' as const },
    { shape, dtype: 'int64' as const },
  ];
  return g
    .nodeWithOutputs('MaxPool', [channelsFirst(g, x)], outputs, poolAttributes(info))
    .map((result) => toOutputSize(g, result, info));
}

/** How many pixels inside the image the window at each place of one axis covers. */
function windowSizes(full: number, filter: number, stride: number, padding: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const start = i * stride - padding;
    return Math.min(start + filter, full) - Math.max(start, 0);
  });
}

/** Each mean gives its gradient to the pixels it was taken of, divided by their number. */
function averagePoolGradient(g: GraphBuilder, dy: Value, info: PoolInfo): Value {
  const { inHeight, inWidth, filterHeight, filterWidth, strideHeight, strideWidth, inChannels, padInfo } = info;
  const rows = windowSizes(inHeight, filterHeight, strideHeight, padInfo.top, info.outHeight);
  const columns = windowSizes(inWidth, filterWidth, strideWidth, padInfo.left, info.outWidth);
  const shares = Float32Array.from(rows.flatMap((row) => columns.map((column) => 1 / (row * column))));
  const shared = g.elementwise('Mul', [
    channelsFirst(g, dy),
    g.constant(shares, [1, 1, info.outHeight, info.outWidth], 'float32'),
  ]);
  const filter = g.filled(1, [inChannels, 1, filterHeight, filterWidth], 'float32');
  const [top, left, bottom, right] = onnxPads(info);
  const outputPadding = [
    inHeight - ((info.outHeight - 1) * strideHeight + filterHeight - top - bottom),
    inWidth - ((info.outWidth - 1) * strideWidth + filterWidth - left - right),
  ];
  const attributes = { ...poolAttributes(info), group: inChannels, output_padding: outputPadding };
  const shape = [info.batchSize, inChannels, inHeight, inWidth];
  return channelsLast(g, g.node('ConvTranspose', [shared, filter], shape, 'float32', attributes));
}

/** Each maximum gives its gradient to the pixel it was. */
function maxPoolGradient(g: GraphBuilder, dy: Value, x: Value, info: PoolInfo): Value {
  const [, places] = maxPool(g, x, info);
  const total = util.sizeFromShape(x.shape.slice());
  const updates = g.reshape(channelsFirst(g, dy), [util.sizeFromShape(dy.shape.slice())]);
  const flat = g.node(
    'ScatterElements',
    [g.filled(0, [total], 'float32'), g.reshape(places!, updates.shape), updates],
    [total],
    'float32',
    { axis: 0, reduction: 'add' },
  );
  return channelsLast(g, g.reshape(flat, [info.batchSize, info.inChannels, info.inHeight, info.inWidth]));
}

/**
 * The same without knowing where the maxima stand: place by place of the window, what equals the maximum takes its gradient unless an
 * earlier place has it.
 */
function maxPoolGradientByComparison(g: GraphBuilder, dy: Value, x: Value, info: PoolInfo): Value {
  const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
  const [top, left, bottom, right] = onnxPads(info);
  const borders = [[0, 0], [0, 0], [top, bottom], [left, right]] as const; // prettier-ignore
  const padded = pad(g, channelsFirst(g, x), borders, lowest);
  const [given, highest] = [channelsFirst(g, dy), maxima(g, x, info)];
  let [free, sum]: [Value | undefined, Value | undefined] = [undefined, undefined];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const starts = [row, column];
      const ends = [row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1];
      const vectors = [starts, ends, [2, 3], [strideHeight, strideWidth]].map((values) => g.int64s(values));
      const seen = g.node('Slice', [padded, ...vectors], highest.shape, 'float32');
      const equal = g.elementwise('Equal', [seen, highest], 'bool');
      const own = free ? g.elementwise('And', [free, equal]) : equal;
      const other = g.elementwise('Not', [equal]);
      free = free ? g.elementwise('And', [free, other]) : other;
      const share = g.elementwise('Where', [own, given, g.scalar(0)], 'float32');
      const back = spread(g, share, info, starts, padded.shape.slice(2));
      sum = sum ? g.elementwise('Add', [sum, back]) : back;
    }
  }
  return channelsLast(g, slice(g, sum!, [0, 0, top, left], [batchSize, inChannels, inHeight, inWidth]));
}

/** Less than any value of an image that is padded. */
const lowest = -3.4e38;

/** Puts every value of channels-first data where the window's place `starts` was when it stood there; zeros lie between. */
function spread(
  g: GraphBuilder,
  x: Value,
  { strideHeight, strideWidth }: PoolInfo,
  starts: readonly number[],
  size: readonly number[],
): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const apart = g.reshape(x, [batch * channels, height, 1, width, 1]);
  const gaps = [[0, 0], [0, 0], [0, strideHeight - 1], [0, 0], [0, strideWidth - 1]] as const; // prettier-ignore
  const wide = g.reshape(pad(g, apart, gaps, 0), [batch, channels, height * strideHeight, width * strideWidth]);
  const kept = [2, 3].map((axis, i) => Math.min(wide.shape[axis]!, size[i]! - starts[i]!));
  const cut = slice(g, wide, [0, 0, 0, 0], [batch, channels, ...kept]);
  const rest = kept.map((each, i) => [starts[i]!, size[i]! - starts[i]! - each] as const);
  return pad(g, cut, [[0, 0], [0, 0], ...rest], 0);
}

/** Pooling and its gradients. */
export const poolingKernels: KernelTable = {
  AvgPool: withAttributes<PoolAttributes>((g, { x }, attributes) => averagePool(g, x, poolInfo(x, attributes))),
  MaxPool: withAttributes<PoolAttributes>((g, { x }, attributes) =>
    channelsLast(g, maxima(g, x, poolInfo(x, attributes))),
  ),
  AvgPoolGrad: withAttributes<PoolAttributes>((g, { dy, input }, attributes) =>
    averagePoolGradient(g, dy, poolInfo(input, attributes)),
  ),
  MaxPoolGrad: withAttributes<PoolAttributes>((g, { dy, input }, attributes) =>
    (g.gaps.maxPoolIndices ? maxPoolGradientByComparison : maxPoolGradient)(g, dy, input, poolInfo(input, attributes)),
  ),
};
