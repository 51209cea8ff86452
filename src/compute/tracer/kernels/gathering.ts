import {
  util,
  type GatherV2Attrs,
  type OneHotAttrs,
  type ScatterNdAttrs,
  type SparseToDenseAttrs,
  type TopKAttrs,
  type UnsortedSegmentSumAttrs,
} from '@tensorflow/tfjs-core';
import type { TensorType } from '../../../shared/compute.js';
import type { GraphBuilder, Value } from '../graph.js';
import { positiveAxis, withAttributes, type KernelTable } from '../kernel.js';
import { slice } from './shapes.js';

const size = (shape: readonly number[]) => util.sizeFromShape(shape.slice());

/** `gather` along one axis, the first `batchDims` axes running together in both. */
function gather(g: GraphBuilder, x: Value, indices: Value, along: number, batchDims: number): Value {
  const shape = [...x.shape.slice(0, along), ...indices.shape.slice(batchDims), ...x.shape.slice(along + 1)];
  if (batchDims === 0) return g.node('Gather', [x, indices], shape, x.dtype, { axis: along });
  // GatherND indexes the axis right behind the batch: bring it there, and the others back behind.
  const axes = x.shape.map((_, axis) => axis);
  const between = axes.slice(batchDims, along);
  const moved = g.transpose(x, [...axes.slice(0, batchDims), along, ...between, ...axes.slice(along + 1)]);
  const places = g.cast(g.reshape(indices, [...indices.shape, 1]), 'int64');
  const taken = [...indices.shape, ...moved.shape.slice(batchDims + 1)];
  const gathered = g.node('GatherND', [moved, places], taken, x.dtype, { batch_dims: batchDims });
  const rank = indices.shape.length;
  const all = taken.map((_, axis) => axis);
  return g.transpose(gathered, [
    ...all.slice(0, batchDims),
    ...all.slice(rank, rank + between.length),
    ...all.slice(batchDims, rank),
    ...all.slice(rank + between.length),
  ]);
}

/** Adds rows into zeros: row i of `updates` to place `indices[i]` (coordinates on the last axis). */
function scatterAdd(g: GraphBuilder, base: Value, indices: Value, updates: Value): Value {
  return g.node('ScatterND', [base, g.cast(indices, 'int64'), updates], base.shape, base.dtype, { reduction: 'add' });
}

/** Segment ids outside [0, numSegments) are dropped: they go to one more row that is cut off. */
function segmentSum(g: GraphBuilder, x: Value, segmentIds: Value, count: number): Value {
  const rows = x.shape.slice(segmentIds.shape.length);
  const flat = g.reshape(x, [size(segmentIds.shape), ...rows]);
  const ids = g.reshape(segmentIds, [size(segmentIds.shape), 1]);
  const inside = g.elementwise(
    'And',
    [
      g.elementwise('GreaterOrEqual', [ids, g.scalar(0, 'int32')], 'bool'),
      g.elementwise('Less', [ids, g.scalar(count, 'int32')], 'bool'),
    ],
    'bool',
  );
  const safe = g.elementwise('Where', [inside, ids, g.scalar(count, 'int32')], 'int32');
  const sums = scatterAdd(g, g.filled(0, [count + 1, ...rows], x.dtype as TensorType), safe, flat);
  return slice(
    g,
    sums,
    sums.shape.map(() => 0),
    [count, ...rows],
  );
}

function oneHot(g: GraphBuilder, indices: Value, { depth, onValue, offValue, dtype }: OneHotAttrs): Value {
  const type = dtype as TensorType;
  const classes = g.constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
    'int32',
  );
  const hit = g.elementwise('Equal', [g.reshape(indices, [...indices.shape, 1]), classes], 'bool');
  if (type === 'bool') return hit;
  return g.elementwise('Where', [hit, g.scalar(onValue, type), g.scalar(offValue, type)], type);
}

/** The k largest along the last axis; equal ones in the order of their places. */
function topK(g: GraphBuilder, x: Value, { k, sorted }: TopKAttrs): readonly Value[] {
  const shape = [...x.shape.slice(0, -1), k];
  const outputs = [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int64' as const },
  ];
  const [values, places] = g.nodeWithOutputs('TopK', [x, g.int64s([k])], outputs, { axis: -1, sorted: sorted ? 1 : 0 });
  return [values!, g.cast(places!, 'int32')];
}

/** Kernels that read from or write to places given by indices. */
export const gatheringKernels: KernelTable = {
  GatherV2: withAttributes<GatherV2Attrs>((g, { x, indices }, { axis, batchDims }) =>
    gather(g, x, indices, positiveAxis(axis, x.shape.length), positiveAxis(batchDims ?? 0, indices.shape.length)),
  ),
  GatherNd: (g, { params, indices }) => {
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(indices.shape.at(-1))];
    return g.node('GatherND', [params, g.cast(indices, 'int64')], shape, params.dtype);
  },
  ScatterNd: withAttributes<ScatterNdAttrs>((g, { indices, updates }, { shape }) =>
    scatterAdd(g, g.filled(0, shape, updates.dtype as TensorType), indices, updates),
  ),
  TensorScatterUpdate: (g, { tensor, indices, updates }) =>
    g.node('ScatterND', [tensor, g.cast(indices, 'int64'), updates], tensor.shape, tensor.dtype),
  SparseToDense: withAttributes<SparseToDenseAttrs>(
    (g, { sparseIndices, sparseValues, defaultValue }, { outputShape }) => {
      const count = sparseIndices.shape.length === 2 ? sparseIndices.shape[0]! : size(sparseIndices.shape);
      const places = g.cast(g.reshape(sparseIndices, [count, outputShape.length]), 'int64');
      const values = g.expand(sparseValues, [count]);
      return g.node('ScatterND', [g.expand(defaultValue, outputShape), places, values], outputShape, values.dtype);
    },
  ),
  UnsortedSegmentSum: withAttributes<UnsortedSegmentSumAttrs>((g, { x, segmentIds }, { numSegments }) =>
    segmentSum(g, x, segmentIds, numSegments),
  ),
  OneHot: withAttributes<OneHotAttrs>((g, { indices }, attributes) => oneHot(g, indices, attributes)),
  TopK: withAttributes<TopKAttrs>((g, { x }, attributes) => topK(g, x, attributes)),
};
