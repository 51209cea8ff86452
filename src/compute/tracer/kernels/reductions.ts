import {
  util,
  type ArgMaxAttrs,
  type CumsumAttrs,
  type MaxAttrs,
  type SoftmaxAttrs,
  type SumAttrs,
} from '@tensorflow/tfjs-core';
import type { ElementType, GraphBuilder, Value } from '../graph.js';
import { positiveAxis, withAttributes, type KernelTable } from '../kernel.js';
import { reverse, shiftAlong } from './shapes.js';

interface Reduction {
  op: string;
  /** Type the reduction computes in, where the input's own will not do. */
  computeIn?: (dtype: ElementType) => ElementType;
  result?: ElementType;
}

const boolAsInt = (dtype: ElementType): ElementType => (dtype === 'bool' ? 'int32' : dtype);

function reduce(g: GraphBuilder, x: Value, axes: readonly number[], keepDims: boolean, reduction: Reduction): Value {
  const computed = g.cast(x, (reduction.computeIn ?? boolAsInt)(x.dtype));
  const shape = keepDims
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  // Without axes ONNX would reduce all of them.
  const reduced = axes.length
    ? g.node(reduction.op, [computed, g.int64s(axes)], shape, computed.dtype, { keepdims: keepDims ? 1 : 0 })
    : computed;
  return reduction.result ? g.cast(reduced, reduction.result) : reduced;
}

/** tfjs calls the axes `axis` or, in Max, `reductionIndices`. */
const reduction = (definition: Reduction) =>
  withAttributes<Partial<SumAttrs & MaxAttrs>>((g, { x }, { axis, reductionIndices, keepDims = false }) => {
    const axes = util.parseAxisParam((reductionIndices ?? axis)!, x.shape.slice());
    return reduce(g, x, axes, keepDims, definition);
  });

const position = (op: 'ArgMax' | 'ArgMin') =>
  withAttributes<ArgMaxAttrs>((g, { x }, { axis }) => {
    const [along = 0] = util.parseAxisParam(axis, x.shape.slice());
    const shape = x.shape.filter((_, i) => i !== along);
    return g.cast(g.node(op, [g.cast(x, boolAsInt(x.dtype))], shape, 'int64', { axis: along, keepdims: 0 }), 'int32');
  });

/** Running product: in round i every element takes in the one 2^i before it (Hillis and Steele 1986). */
function runningProduct(g: GraphBuilder, x: Value, axis: number, exclusive: boolean, backwards: boolean): Value {
  let product = backwards ? reverse(g, x, [axis]) : x;
  if (exclusive) product = shiftAlong(g, product, axis, 1, 1);
  for (let step = 1; step < x.shape[axis]!; step *= 2) {
    product = g.elementwise('Mul', [product, shiftAlong(g, product, axis, step, 1)]);
  }
  return backwards ? reverse(g, product, [axis]) : product;
}

/** Kernels that take many elements together along axes. */
export const reductionKernels: KernelTable = {
  Sum: reduction({ op: 'ReduceSum' }),
  Mean: reduction({ op: 'ReduceMean', computeIn: () => 'float32' }),
  Prod: reduction({ op: 'ReduceProd' }),
  Max: reduction({ op: 'ReduceMax' }),
  Min: reduction({ op: 'ReduceMin' }),
  All: reduction({ op: 'ReduceMin', computeIn: () => 'int32', result: 'bool' }),
  Any: reduction({ op: 'ReduceMax', computeIn: () => 'int32', result: 'bool' }),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  Softmax: withAttributes<SoftmaxAttrs>((g, { logits }, { dim }) =>
    g.node('Softmax', [logits], logits.shape, 'float32', { axis: positiveAxis(dim, logits.shape.length) }),
  ),
  Cumsum: withAttributes<CumsumAttrs>((g, { x }, { axis, exclusive, reverse: backwards }) => {
    const along = g.scalar(positiveAxis(axis, x.shape.length), 'int32');
    return g.node('CumSum', [x, along], x.shape, x.dtype, { exclusive: exclusive ? 1 : 0, reverse: backwards ? 1 : 0 });
  }),
  Cumprod: withAttributes<CumsumAttrs>((g, { x }, { axis, exclusive, reverse: backwards }) =>
    runningProduct(g, x, positiveAxis(axis, x.shape.length), exclusive, backwards),
  ),
};
