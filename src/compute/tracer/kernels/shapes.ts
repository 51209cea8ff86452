import {
  backend_util,
  slice_util,
  util,
  type BatchToSpaceNDAttrs,
  type ConcatAttrs,
  type DepthToSpaceAttrs,
  type ExpandDimsAttrs,
  type FillAttrs,
  type LinSpaceAttrs,
  type MirrorPadAttrs,
  type PackAttrs,
  type PadV2Attrs,
  type RangeAttrs,
  type ReshapeAttrs,
  type ReverseAttrs,
  type SliceAttrs,
  type SpaceToBatchNDAttrs,
  type SplitVAttrs,
  type StridedSliceAttrs,
  type Tensor,
  type TileAttrs,
  type TransposeAttrs,
  type UnpackAttrs,
} from '@tensorflow/tfjs-core';
import type { TensorType } from '../../../shared/compute.js';
import type { GraphBuilder, Value } from '../graph.js';
import { inputList, positiveAxis, withAttributes, type KernelTable } from '../kernel.js';

/** Far beyond any axis: "to the very beginning" of a backward slice. */
const beforeFirst = -(2 ** 31);

/** The part from `begin` (inclusive), `size` elements long on each axis. */
export function slice(g: GraphBuilder, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const axes = x.shape.flatMap((full, axis) => (begin[axis] === 0 && size[axis] === full ? [] : [axis]));
  if (axes.length === 0) return x;
  const starts = axes.map((axis) => begin[axis]!);
  const ends = axes.map((axis) => begin[axis]! + size[axis]!);
  return g.node('Slice', [x, g.int64s(starts), g.int64s(ends), g.int64s(axes)], size, x.dtype);
}

/** The order along the axes turned around. */
export function reverse(g: GraphBuilder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  const each = (value: number) => g.int64s(axes.map(() => value));
  return g.node('Slice', [x, each(-1), each(beforeFirst), g.int64s(axes), each(-1)], x.shape, x.dtype);
}

/** Parts one behind another along an axis. */
export function concat(g: GraphBuilder, parts: readonly Value[], axis: number): Value {
  const [first] = parts;
  if (parts.length === 1) return first!;
  const shape = first!.shape.slice();
  shape[axis] = parts.reduce((total, part) => total + part.shape[axis]!, 0);
  return g.node('Concat', parts, shape, first!.dtype, { axis });
}

/** A border of `value`, as wide before and behind each axis as `paddings` says. */
export function pad(g: GraphBuilder, x: Value, paddings: readonly (readonly [number, number])[], value: number): Value {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const pads = g.int64s([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  return g.node('Pad', [x, pads, g.scalar(value, x.dtype as TensorType)], shape, x.dtype);
}

/** Moves elements `by` places up along the axis; what comes in from below is `filler`. */
export function shiftAlong(g: GraphBuilder, x: Value, axis: number, by: number, filler: number): Value {
  const kept = x.shape.map((size, i) => (i === axis ? size - by : size));
  const paddings = x.shape.map((_, i) => [i === axis ? by : 0, 0] as const);
  return pad(
    g,
    slice(
      g,
      x,
      x.shape.map(() => 0),
      kept,
    ),
    paddings,
    filler,
  );
}

/** The elements at constant places along one axis. */
export function takeAlong(g: GraphBuilder, x: Value, axis: number, places: readonly number[]): Value {
  const shape = x.shape.map((size, i) => (i === axis ? places.length : size));
  return g.node('Gather', [x, g.int64s(places)], shape, x.dtype, { axis });
}

function split(g: GraphBuilder, x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  if (sizes.length === 1) return [x];
  const outputs = sizes.map((size) => ({
    shape: x.shape.map((full, i) => (i === axis ? size : full)),
    dtype: x.dtype,
  }));
  return g.nodeWithOutputs('Split', [x, g.int64s(sizes)], outputs, { axis });
}

function stridedSlice(g: GraphBuilder, x: Value, a: StridedSliceAttrs): Value {
  const { finalShape, finalShapeSparse, begin, end, strides } = slice_util.sliceInfo(
    x.shape.slice(), a.begin, a.end, a.strides, a.beginMask, a.endMask, a.ellipsisMask, a.newAxisMask, a.shrinkAxisMask,
  ); // prettier-ignore
  if (finalShapeSparse.includes(0)) {
    throw new Error(`a slice of shape [${finalShapeSparse.join(', ')}] has no elements`);
  }
  const ends = end.map((value, axis) => (strides[axis]! < 0 && value < 0 ? beforeFirst : value));
  const shape = begin.map((from, axis) => Math.ceil((end[axis]! - from) / strides[axis]!));
  const axes = g.int64s(begin.map((_, axis) => axis));
  const sliced = g.node('Slice', [x, g.int64s(begin), g.int64s(ends), axes, g.int64s(strides)], shape, x.dtype);
  return g.reshape(sliced, finalShape);
}

/** Places along an axis that mirror its ends; `symmetric` repeats the edge itself. */
function mirrorPlaces(size: number, [before, after]: readonly [number, number], mode: 'reflect' | 'symmetric') {
  const edge = mode === 'reflect' ? 0 : 1;
  return Array.from({ length: before + size + after }, (_, i) => {
    const place = i - before;
    if (place < 0) return -place - edge;
    return place < size ? place : 2 * (size - 1) - place + edge;
  });
}

function tile(g: GraphBuilder, x: Value, repetitions: readonly number[]): Value {
  const shape = x.shape.map((size, axis) => size * repetitions[axis]!);
  if (x.shape.every((size, axis) => size === 1 || repetitions[axis] === 1)) return g.expand(x, shape);
  return g.node('Tile', [x, g.int64s(repetitions)], shape, x.dtype);
}

/** Reshape, permute, reshape: how blocks move between an image's batch, space and depth. */
function rearrange(
  g: GraphBuilder,
  x: Value,
  inner: readonly number[],
  perm: readonly number[],
  outer: readonly number[],
) {
  return g.reshape(g.transpose(g.reshape(x, inner), perm), outer);
}

function batchToSpace(g: GraphBuilder, x: Value, { blockShape, crops }: BatchToSpaceNDAttrs): Value {
  const blocks = blockShape.reduce((a, b) => a * b, 1);
  const shape = x.shape.slice();
  const moved = rearrange(
    g,
    x,
    backend_util.getReshaped(shape, blockShape, blocks),
    backend_util.getPermuted(backend_util.getReshaped(shape, blockShape, blocks).length, blockShape.length),
    backend_util.getReshapedPermuted(shape, blockShape, blocks),
  );
  const begin = moved.shape.map((_, axis) => crops[axis - 1]?.[0] ?? 0);
  const size = moved.shape.map((full, axis) => full - (crops[axis - 1]?.[0] ?? 0) - (crops[axis - 1]?.[1] ?? 0));
  return slice(g, moved, begin, size);
}

function spaceToBatch(g: GraphBuilder, x: Value, { blockShape, paddings }: SpaceToBatchNDAttrs): Value {
  const blocks = blockShape.reduce((a, b) => a * b, 1);
  const none = [0, 0] as const;
  const all = x.shape.map((_, axis) => (paddings[axis - 1] as [number, number] | undefined) ?? none);
  const padded = pad(g, x, all, 0);
  const inner = backend_util.getReshaped(padded.shape.slice(), blockShape, blocks, false);
  const perm = backend_util.getPermuted(inner.length, blockShape.length, false);
  return rearrange(
    g,
    padded,
    inner,
    perm,
    backend_util.getReshapedPermuted(padded.shape.slice(), blockShape, blocks, false),
  );
}

function depthToSpace(g: GraphBuilder, x: Value, { blockSize: s }: DepthToSpaceAttrs): Value {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return rearrange(g, x, [n, h, w, s, s, c / (s * s)], [0, 1, 3, 2, 4, 5], [n, h * s, w * s, c / (s * s)]);
}

const typedSequence = (values: readonly number[], dtype: TensorType) =>
  dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);

/** Kernels that move, repeat or make elements, and change none. */
export const shapeKernels: KernelTable = {
  Reshape: withAttributes<ReshapeAttrs>((g, { x }, { shape }) =>
    g.reshape(x, util.inferFromImplicitShape(shape, util.sizeFromShape(x.shape.slice()))),
  ),
  ExpandDims: withAttributes<ExpandDimsAttrs>((g, { input }, { dim }) => {
    const shape = input.shape.slice();
    shape.splice(positiveAxis(dim, shape.length + 1), 0, 1);
    return g.reshape(input, shape);
  }),
  Transpose: withAttributes<TransposeAttrs>((g, { x }, { perm }) => g.transpose(x, perm)),
  Slice: withAttributes<SliceAttrs>((g, { x }, attributes) => {
    const [begin, size] = slice_util.parseSliceParams({ shape: x.shape } as Tensor, attributes.begin, attributes.size);
    return slice(g, x, begin!, size!);
  }),
  StridedSlice: withAttributes<StridedSliceAttrs>((g, { x }, attributes) => stridedSlice(g, x, attributes)),
  Reverse: withAttributes<ReverseAttrs>((g, { x }, { dims }) =>
    reverse(g, x, util.parseAxisParam(dims, x.shape.slice())),
  ),
  Concat: withAttributes<ConcatAttrs>((g, inputs, { axis }) => {
    const parts = inputList(inputs).filter((part) => !part.shape.includes(0));
    return concat(g, parts, positiveAxis(axis, parts[0]!.shape.length));
  }),
  Pack: withAttributes<PackAttrs>((g, inputs, { axis }) => {
    const parts = inputList(inputs);
    const along = positiveAxis(axis, parts[0]!.shape.length + 1);
    const shape = parts[0]!.shape.slice();
    shape.splice(along, 0, 1);
    return concat(
      g,
      parts.map((part) => g.reshape(part, shape)),
      along,
    );
  }),
  Unpack: withAttributes<UnpackAttrs>((g, { value }, { axis }) => {
    const along = positiveAxis(axis, value.shape.length);
    const shape = value.shape.filter((_, i) => i !== along);
    const ones = Array.from({ length: value.shape[along]! }, () => 1);
    return split(g, value, along, ones).map((part) => g.reshape(part, shape));
  }),
  SplitV: withAttributes<SplitVAttrs>((g, { x }, { numOrSizeSplits, axis }) => {
    const along = positiveAxis(axis, x.shape.length);
    return split(g, x, along, backend_util.prepareSplitSize({ shape: x.shape } as Tensor, numOrSizeSplits, along));
  }),
  PadV2: withAttributes<PadV2Attrs>((g, { x }, { paddings, constantValue }) => pad(g, x, paddings, constantValue)),
  MirrorPad: withAttributes<MirrorPadAttrs>((g, { x }, { paddings, mode }) =>
    paddings.reduce(
      (y, amounts, axis) =>
        amounts[0] || amounts[1] ? takeAlong(g, y, axis, mirrorPlaces(x.shape[axis]!, amounts, mode)) : y,
      x,
    ),
  ),
  Tile: withAttributes<TileAttrs>((g, { x }, { reps }) => tile(g, x, reps)),
  BatchToSpaceND: withAttributes<BatchToSpaceNDAttrs>((g, { x }, attributes) => batchToSpace(g, x, attributes)),
  SpaceToBatchND: withAttributes<SpaceToBatchNDAttrs>((g, { x }, attributes) => spaceToBatch(g, x, attributes)),
  DepthToSpace: withAttributes<DepthToSpaceAttrs>((g, { x }, attributes) => depthToSpace(g, x, attributes)),
  Fill: withAttributes<FillAttrs>((g, _, { shape, value, dtype }) =>
    g.filled(Number(value), shape, (dtype ?? 'float32') as TensorType),
  ),
  Range: withAttributes<RangeAttrs>((g, _, { start, stop, step, dtype }) => {
    const values = Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (__, i) => start + i * step);
    return g.constant(typedSequence(values, dtype), [values.length], dtype);
  }),
  LinSpace: withAttributes<LinSpaceAttrs>((g, _, { start, stop, num }) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return g.constant(
      Float32Array.from({ length: num }, (__, i) => start + i * step),
      [num],
      'float32',
    );
  }),
};
