import { backend_util, util, type AvgPoolAttrs, type MaxPoolAttrs } from '@tensorflow/tfjs-core';
import type { GraphBuilder, Value } from '../graph.js';
import { withAttributes, type KernelTable } from '../kernel.js';
import { channelsFirst, channelsLast, onnxOutputSize, onnxPads, toOutputSize } from './convolution.js';

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

/** Pooling and its gradients. */
export const poolingKernels: KernelTable = {
  AvgPool: withAttributes<PoolAttributes>((g, { x }, attributes) => averagePool(g, x, poolInfo(x, attributes))),
  MaxPool: withAttributes<PoolAttributes>((g, { x }, attributes) =>
    channelsLast(g, maxPool(g, x, poolInfo(x, attributes))[0]!),
  ),
  AvgPoolGrad: withAttributes<PoolAttributes>((g, { dy, input }, attributes) =>
    averagePoolGradient(g, dy, poolInfo(input, attributes)),
  ),
  MaxPoolGrad: withAttributes<PoolAttributes>((g, { dy, input }, attributes) =>
    maxPoolGradient(g, dy, input, poolInfo(input, attributes)),
  ),
};
