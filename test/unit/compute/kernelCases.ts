import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { between, booleans, integers, normal, ties, type Drawn } from './agreement.js';

/** One kernel on one set of inputs. `gradients`: those towards all float inputs are compared too. */
export interface KernelCase {
  name: string;
  inputs: Drawn[];
  fn: (...inputs: Tensor[]) => Tensor | Tensor[];
  gradients: boolean;
  /** Relative to max(1, |reference|). */
  tolerance: number;
  /** On a GPU, where it is another one. */
  gpuTolerance?: number;
}

type Options = Partial<Pick<KernelCase, 'gradients' | 'tolerance' | 'gpuTolerance'>>;

function kernelCase(name: string, inputs: Drawn[], fn: KernelCase['fn'], options: Options = {}): KernelCase {
  return { name, inputs, fn, gradients: true, tolerance: 2e-5, ...options };
}

const noGradients = { gradients: false };
const wide = normal([3, 5]);
const positive = between(0.2, 3, [2, 7]);
const inside = between(-0.9, 0.9, [4, 3]);

/** Vulkan promises sine and cosine to 2^-11, and tangent and arcs as far as they come from them. */
const trigonometric = { gpuTolerance: 2 ** -11 };
/** Its exponential and hyperbolic tangent err by a few units in the last place of numbers near 1, which is all there is left near 0. */
const nearZero = { gpuTolerance: 1e-6 };

const operations = tf as unknown as Readonly<Record<string, (x: Tensor) => Tensor>>;
const unary = (name: string, input: Drawn, options?: Options) =>
  kernelCase(name, [input], (x) => operations[name]!(x), options);

export const unaryCases: KernelCase[] = [
  unary('abs', wide),
  unary('abs', integers(-4, 5, [9]), noGradients),
  unary('acos', inside, trigonometric),
  unary('acosh', between(1.1, 4, [5])),
  unary('asin', inside),
  unary('asinh', wide),
  unary('atan', wide),
  unary('atanh', inside),
  unary('ceil', wide),
  unary('cos', wide, trigonometric),
  unary('cosh', wide),
  unary('elu', wide),
  unary('erf', wide, { tolerance: 1e-4 }),
  unary('exp', wide),
  unary('exp', integers(-2, 4, [6]), noGradients),
  unary('expm1', wide),
  unary('expm1', between(-1e-4, 1e-4, [20]), { tolerance: 1e-10, ...nearZero }),
  unary('floor', wide),
  unary('isFinite', wide, noGradients),
  unary('log', positive),
  unary('log1p', positive),
  unary('log1p', between(-1e-4, 1e-4, [20]), { tolerance: 1e-10, gradients: false, ...nearZero }),
  unary('logicalNot', booleans([6]), noGradients),
  unary('neg', wide),
  unary('reciprocal', positive),
  unary('relu', wide),
  unary('relu6', between(-3, 9, [30])),
  unary('round', between(-4, 4, [20])),
  unary('rsqrt', positive),
  unary('selu', wide),
  unary('sigmoid', wide),
  unary('sign', ties([12])),
  unary('sin', wide, trigonometric),
  unary('sinh', wide),
  unary('softplus', wide),
  unary('sqrt', positive),
  unary('square', wide),
  unary('square', integers(-5, 5, [7]), noGradients),
  unary('tan', inside, trigonometric),
  unary('tanh', wide),
  unary('zerosLike', wide),
  unary('onesLike', integers(0, 3, [2, 2]), noGradients),
  unary('clone', wide),
  kernelCase(
    'round half to even',
    [integers(-5, 6, [11])],
    (x) => tf.round(tf.add(tf.cast(x, 'float32'), 0.5)),
    noGradients,
  ),
  kernelCase(
    'isNaN, isInf, isFinite of NaN and infinities',
    [ties([12])],
    (x) => {
      const odd = tf.div(x, tf.mul(x, tf.abs(tf.sub(x, 1))));
      return [tf.isNaN(odd), tf.isInf(odd), tf.isFinite(odd)];
    },
    noGradients,
  ),
  kernelCase('clipByValue', [wide], (x) => tf.clipByValue(x, -0.5, 0.7)),
  kernelCase('leakyRelu', [wide], (x) => tf.leakyRelu(x, 0.3)),
  kernelCase('prelu', [wide, normal([5])], (x, alpha) => tf.prelu(x, alpha), noGradients),
  kernelCase('step', [ties([9])], (x) => tf.step(x, 0.25)),
  kernelCase('gelu', [wide], (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))), {
    tolerance: 1e-4,
  }),
  kernelCase('cast float to int', [between(-4, 4, [20])], (x) => tf.cast(x, 'int32'), noGradients),
  kernelCase('cast float to bool', [ties([9])], (x) => tf.cast(x, 'bool'), noGradients),
  kernelCase('cast int to float', [integers(-9, 9, [4])], (x) => tf.cast(x, 'float32'), noGradients),
  kernelCase('cast int to bool', [integers(-1, 2, [6])], (x) => tf.cast(x, 'bool'), noGradients),
  kernelCase(
    'cast bool to float and int',
    [booleans([6])],
    (x) => [tf.cast(x, 'float32'), tf.cast(x, 'int32')],
    noGradients,
  ),
];

const shapes: [readonly number[], readonly number[]][] = [
  [[3, 4], [3, 4]],
  [[3, 4], [4]],
  [[2, 1, 4], [3, 1]],
  [[2, 3], []],
  [[], [5]],
]; // prettier-ignore

const binary = (name: string, fn: (a: Tensor, b: Tensor) => Tensor, a = normal, b = a, options?: Options) =>
  shapes.map(([left, right]) =>
    kernelCase(`${name} of [${left.join()}] and [${right.join()}]`, [a(left), b(right)], (x, y) => fn(x, y), options),
  );
const positiveOf = (shape: readonly number[]) => between(0.3, 2, shape);
const smallIntegers = (shape: readonly number[]) => integers(-9, 10, shape);
const nonZero = (shape: readonly number[]): Drawn => ({
  ...integers(1, 5, shape),
  draw: (r) => (r.integer(2) ? 1 : -1) * (1 + r.integer(4)),
});

export const binaryCases: KernelCase[] = [
  ...binary('add', tf.add),
  ...binary('sub', tf.sub),
  ...binary('mul', tf.mul),
  ...binary('div', tf.div, normal, positiveOf),
  ...binary('pow', tf.pow, positiveOf, normal),
  // tfjs's gradients of these three do not undo broadcasting.
  ...[tf.maximum, tf.minimum, tf.squaredDifference].flatMap((op) => [
    ...binary(op.name, op).slice(0, 1),
    ...binary(op.name, op, normal, normal, noGradients).slice(1),
    ...binary(`${op.name} among equals`, op, ties).slice(0, 1),
  ]),
  ...binary('floorDiv', tf.floorDiv, normal, positiveOf, noGradients),
  ...binary('mod', tf.mod, normal, (shape) => ({ ...nonZero(shape), dtype: 'float32' }), noGradients),
  ...binary('atan2', tf.atan2, normal),
  ...binary('atan2 on the axes', tf.atan2, ties, ties, noGradients),
  ...binary('add of integers', tf.add, smallIntegers, smallIntegers, noGradients),
  ...binary('mul of integers', tf.mul, smallIntegers, smallIntegers, noGradients),
  ...binary('floorDiv of integers', tf.floorDiv, smallIntegers, nonZero, noGradients),
  ...binary('div of integers', tf.div, smallIntegers, nonZero, noGradients),
  ...binary('mod of integers', tf.mod, smallIntegers, nonZero, noGradients),
  ...binary('maximum of integers', tf.maximum, smallIntegers, smallIntegers, noGradients),
  ...binary('pow of integers', tf.pow, smallIntegers, (shape) => integers(0, 4, shape), noGradients),
  ...binary('bitwiseAnd', tf.bitwiseAnd, smallIntegers, smallIntegers, noGradients).slice(0, 1),
  ...[tf.equal, tf.notEqual, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual].flatMap((op) => [
    ...binary(op.name, op, ties, ties, noGradients),
    ...binary(`${op.name} of integers`, op, smallIntegers, smallIntegers, noGradients),
  ]),
  ...[tf.logicalAnd, tf.logicalOr, tf.logicalXor].flatMap((op) => binary(op.name, op, booleans, booleans, noGradients)),
  kernelCase('addN', [wide, wide, wide], (...all) => tf.addN(all)),
  kernelCase('pow with a constant exponent', [wide], (x) => tf.pow(x, 3)),
  kernelCase('mul by ones and add of zeros broadcast', [normal([4])], (x) => [
    tf.mul(x, tf.ones([3, 4])),
    tf.add(tf.zeros([3, 4]), x),
    tf.sub(x, tf.zeros([2, 4])),
    tf.div(x, tf.ones([2, 4])),
  ]),
  kernelCase('where', [booleans([3, 4]), normal([3, 4]), normal([3, 4])], (c, a, b) => tf.where(c, a, b)),
  kernelCase('where with broadcasting', [booleans([4]), normal([3, 1]), normal([])], (c, a, b) => tf.where(c, a, b)),
  kernelCase('where of booleans and integers', [booleans([4]), booleans([4]), integers(0, 9, [4])], (c, a, b) => [
    tf.where(c, a, tf.logicalNot(a)), tf.where(c, b, tf.neg(b)),
  ], noGradients),
]; // prettier-ignore

const axesCases: [readonly number[], number | number[] | undefined, boolean][] = [
  [[4], undefined, false],
  [[], undefined, false],
  [[2, 3, 4], undefined, true],
  [[2, 3, 4], 1, false],
  [[2, 3, 4], -1, true],
  [[2, 3, 4], [0, 2], false],
  [[2, 3, 4], [1, 2], true],
];
type Reducing = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;
const reduction = (name: string, fn: Reducing, draw: (shape: readonly number[]) => Drawn = normal, options?: Options) =>
  axesCases.map(([shape, axis, keep]) =>
    kernelCase(
      `${name} of [${shape.join()}] over ${String(axis)}${keep ? ', kept' : ''}`,
      [draw(shape)],
      (x) => fn(x, axis, keep),
      options,
    ),
  );
const cumulative = (name: string, fn: (x: Tensor, axis: number, exclusive: boolean, reverse: boolean) => Tensor, options?: Options) =>
  [0, 1, 2].flatMap((axis) =>
    [[false, false], [true, false], [false, true], [true, true]].map(([exclusive, reverse]) =>
      kernelCase(`${name} along ${axis}, exclusive ${exclusive}, reverse ${reverse}`, [normal([3, 5, 2])],
        (x) => fn(x, axis, exclusive!, reverse!), options))); // prettier-ignore

export const reductionCases: KernelCase[] = [
  ...reduction('sum', tf.sum),
  ...reduction('sum of integers', tf.sum, smallIntegers, noGradients),
  ...reduction('sum of booleans', tf.sum, booleans, noGradients),
  ...reduction('mean', tf.mean),
  ...reduction('mean of integers', tf.mean, smallIntegers, noGradients),
  ...reduction('max', tf.max),
  ...reduction('max among equals', tf.max, ties),
  ...reduction('max of integers', tf.max, smallIntegers, noGradients),
  ...reduction('min', tf.min),
  ...reduction('prod', tf.prod, positiveOf, noGradients),
  kernelCase('prod, gradient along one axis', [positiveOf([3, 4])], (x) => tf.prod(x, 1)),
  kernelCase('prod, gradient along two axes', [positiveOf([3, 4, 2])], (x) => tf.prod(x, [1, 2])),
  ...reduction('all', tf.all, booleans, noGradients),
  ...reduction('any', tf.any, booleans, noGradients),
  ...reduction('logSumExp', tf.logSumExp),
  ...[0, 1, 2].flatMap((axis) => [
    kernelCase(`argMax along ${axis}`, [normal([3, 4, 5])], (x) => tf.argMax(x, axis), noGradients),
    kernelCase(`argMin along ${axis}, ties`, [ties([3, 4, 5])], (x) => tf.argMin(x, axis), noGradients),
  ]),
  kernelCase('argMax of integers', [integers(-3, 3, [20])], (x) => tf.argMax(x), noGradients),
  kernelCase('softmax', [normal([2, 3, 7])], (x) => tf.softmax(x)),
  kernelCase('logSoftmax', [normal([4, 6])], (x) => tf.logSoftmax(x)),
  ...cumulative('cumsum', tf.cumsum, noGradients),
  // tfjs's gradient is right along the last axis only.
  kernelCase('cumsum, gradients', [normal([4, 5])], (x) => [tf.cumsum(x, 1), tf.cumsum(x, 1, true, true)]),
  ...cumulative('cumprod', tf.cumprod, noGradients),
  kernelCase('layer norm', [normal([4, 6]), normal([6]), normal([6])], (x, scale, offset) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), scale), offset);
  }),
];

export const shapeCases: KernelCase[] = [
  kernelCase('reshape', [normal([2, 6])], (x) => tf.reshape(tf.reshape(x, [3, -1]), [4, 3])),
  kernelCase('expandDims and squeeze', [normal([2, 1, 3])], (x) => [tf.expandDims(x, -1), tf.expandDims(x, 0), tf.squeeze(x)]),
  kernelCase('transpose', [normal([2, 3, 4])], (x) => [tf.transpose(x), tf.transpose(x, [1, 0, 2])]),
  kernelCase('transpose of a transpose', [normal([2, 3, 4])], (x) => tf.transpose(tf.transpose(x, [2, 0, 1]), [2, 1, 0])),
  kernelCase('transpose around axes of size 1', [normal([3, 1, 4])], (x) => [tf.transpose(x, [1, 0, 2]), tf.transpose(x, [2, 1, 0])]),
  kernelCase('slice', [normal([4, 5, 6])], (x) => tf.slice(x, [1, 0, 2], [2, -1, 3])),
  kernelCase('slice of booleans', [booleans([4, 5])], (x) => tf.slice(x, [1], [2]), noGradients),
  kernelCase('stridedSlice', [normal([6, 7])], (x) => tf.stridedSlice(x, [1, 0], [6, 7], [2, 3]), noGradients),
  kernelCase('stridedSlice backwards to the start', [normal([6, 7])], (x) => tf.stridedSlice(x, [5, 6], [0, 0], [-2, -1], 0, 3), noGradients),
  kernelCase('stridedSlice with masks', [normal([4, 5, 6])], (x) =>
    tf.stridedSlice(x, [1, 2, 0], [3, 4, 4], [1, 1, 1], 1, 2, 0, 0, 4), noGradients),
  kernelCase('concat', [normal([2, 3]), normal([2, 1]), normal([2, 4])], (...all) => tf.concat(all, 1)),
  kernelCase('concat of booleans', [booleans([3]), booleans([2])], (...all) => tf.concat(all), noGradients),
  kernelCase('stack', [normal([2, 3]), normal([2, 3])], (...all) => [tf.stack(all), tf.stack(all, 1), tf.stack(all, -1)]),
  kernelCase('unstack', [normal([3, 2, 4])], (x) => [...tf.unstack(x), ...tf.unstack(x, 1), ...tf.unstack(x, -1)]),
  kernelCase('unstack of one', [normal([1, 4])], (x) => tf.unstack(x), noGradients),
  kernelCase('split', [normal([6, 4])], (x) => [...tf.split(x, 3), ...tf.split(x, [1, 3], 1)]),
  kernelCase('pad', [normal([2, 3])], (x) => tf.pad(x, [[1, 0], [0, 2]], 0.5)),
  kernelCase('pad of booleans and integers', [booleans([3]), integers(0, 9, [3])], (a, b) => [
    tf.pad(a, [[1, 1]]), tf.pad(b, [[0, 2]], 7)], noGradients),
  kernelCase('mirrorPad reflect', [normal([4, 5])], (x) => tf.mirrorPad(x, [[2, 1], [0, 3]], 'reflect'), noGradients),
  kernelCase('mirrorPad symmetric', [normal([4, 5])], (x) => tf.mirrorPad(x, [[2, 4], [1, 0]], 'symmetric'), noGradients),
  kernelCase('tile', [normal([2, 3])], (x) => [tf.tile(x, [2, 1]), tf.tile(x, [3, 2])]),
  kernelCase('tile of single elements', [normal([1, 3])], (x) => tf.add(tf.tile(x, [4, 1]), tf.tile(x, [4, 1]))),
  kernelCase('broadcastTo', [normal([1, 3])], (x) => [tf.broadcastTo(x, [4, 3]), tf.square(tf.broadcastTo(x, [2, 4, 3]))]),
  kernelCase('reverse', [normal([3, 4])], (x) => [tf.reverse(x), tf.reverse(x, 1), tf.reverse(x, [0])]),
  kernelCase('roll by slices', [normal([2, 6, 3])], (x) =>
    tf.concat([tf.slice(x, [0, 2, 0], [-1, 4, -1]), tf.slice(x, [0, 0, 0], [-1, 2, -1])], 1)),
  kernelCase('spaceToBatchND', [normal([1, 4, 6, 2])], (x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [2, 0]])),
  kernelCase('batchToSpaceND', [normal([4, 2, 3, 2])], (x) => tf.batchToSpaceND(x, [2, 2], [[0, 1], [1, 0]])),
  kernelCase('depthToSpace', [normal([2, 2, 3, 8])], (x) => tf.depthToSpace(x as Tensor4D, 2), noGradients),
  kernelCase('fill, range, linspace', [normal([3])], (x) => [
    tf.add(tf.fill([2, 3], 4), x), tf.add(tf.range(1, 7, 2), x), tf.add(tf.linspace(0, 1, 3), x),
    tf.range(5, 0, -2, 'int32'), tf.fill([2], 1, 'bool'), tf.zeros([2, 2]), tf.ones([3], 'int32'),
  ], noGradients),
  kernelCase('meshgrid and eye', [normal([3]), normal([2])], (x, y) => [...tf.meshgrid(x, y), tf.eye(3)], noGradients),
]; // prettier-ignore

const product = (a: readonly number[], b: readonly number[], transposeA: boolean, transposeB: boolean, options?: Options) =>
  kernelCase(`matMul of [${a.join()}]${transposeA ? '^T' : ''} and [${b.join()}]${transposeB ? '^T' : ''}`, [normal(a), normal(b)],
    (x, y) => tf.matMul(x, y, transposeA, transposeB), options); // prettier-ignore

export const matrixProductCases: KernelCase[] = [
  product([3, 4], [4, 5], false, false),
  product([4, 3], [4, 5], true, false),
  product([3, 4], [5, 4], false, true),
  product([4, 3], [5, 4], true, true),
  product([2, 3, 4], [2, 4, 5], false, false),
  product([2, 4, 3], [2, 4, 5], true, false),
  product([2, 3, 4], [2, 5, 4], false, true),
  product([2, 4, 3], [2, 5, 4], true, true),
  product([2, 3, 4], [1, 4, 5], false, false, noGradients),
  product([2, 2, 3, 4], [1, 1, 5, 4], false, true, noGradients),
  product([2, 3, 4], [4, 5], false, false, noGradients),
  ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const).map((activation) =>
    kernelCase(`fused matMul, ${activation}`, [normal([3, 4]), normal([4, 5]), normal([5]), normal([5])], (a, b, bias, weights) =>
      tf.fused.matMul({ a: a, b: b, bias: bias, activation, preluActivationWeights: weights, leakyreluAlpha: 0.1 }), noGradients)),
  kernelCase('fused matMul, gradients', [normal([3, 4]), normal([4, 5]), normal([5])], (a, b, bias) =>
    tf.fused.matMul({ a: a, b: b, bias: bias, activation: 'relu' })),
  kernelCase('dot', [normal([3, 4]), normal([4])], (a, b) => tf.dot(a, b)),
  kernelCase('einsum', [normal([2, 3, 4]), normal([2, 4, 5])], (a, b) => tf.einsum('bij, bjk -> bik', a, b), noGradients),
]; // prettier-ignore

export const gatheringCases: KernelCase[] = [
  kernelCase('gather', [normal([5, 3]), integers(0, 5, [7])], (x, i) => tf.gather(x, i)),
  kernelCase('gather along axis 1 with a matrix of indices', [normal([2, 5, 3]), integers(0, 5, [2, 4])], (x, i) =>
    tf.gather(x, i, 1)),
  kernelCase('gather along axis 0 with a matrix of indices', [normal([5, 3]), integers(0, 5, [2, 4])], (x, i) =>
    tf.gather(x, i)),
  kernelCase('gather within a batch', [normal([3, 5, 2]), integers(0, 5, [3, 4])], (x, i) => tf.gather(x, i, 1, 1), noGradients),
  kernelCase('gather within a batch along axis 2', [normal([3, 2, 5]), integers(0, 5, [3, 4])], (x, i) =>
    tf.gather(x, i, 2, 1), noGradients),
  kernelCase('gather of integers and booleans', [integers(0, 99, [6]), booleans([6]), integers(0, 6, [4])], (a, b, i) => [
    tf.gather(a, i), tf.gather(b, i)], noGradients),
  kernelCase('gatherND', [normal([3, 4, 2]), integers(0, 3, [5, 2])], (x, i) => tf.gatherND(x, i), noGradients),
  kernelCase('scatterND', [integers(0, 4, [6, 1]), normal([6, 3])], (i, x) => tf.scatterND(i, x, [4, 3]), noGradients),
  kernelCase('scatterND of integers', [integers(0, 4, [6, 1]), integers(0, 9, [6])], (i, x) => tf.scatterND(i, x, [4]), noGradients),
  kernelCase('tensorScatterUpdate', [normal([8, 2]), normal([2, 2])], (x, u) =>
    tf.tensorScatterUpdate(x, tf.tensor2d([[5], [1]], undefined, 'int32'), u), noGradients),
  kernelCase('sparseToDense', [normal([2]), normal([])], (values, fill) =>
    tf.sparseToDense(tf.tensor2d([[0, 1], [2, 3]], undefined, 'int32'), values, [3, 4], fill as tf.Scalar), noGradients),
  kernelCase('unsortedSegmentSum', [normal([7, 3]), integers(0, 4, [7])], (x, i) => tf.unsortedSegmentSum(x, i as Tensor1D, 4)),
  kernelCase('unsortedSegmentSum drops what has no segment', [normal([9, 2]), integers(-2, 6, [9])], (x, i) =>
    tf.unsortedSegmentSum(x, i as Tensor1D, 4), noGradients),
  kernelCase('oneHot', [integers(-1, 5, [3, 2])], (i) => [
    tf.oneHot(i, 4), tf.oneHot(i, 4, 0.9, 0.1, 'float32'), tf.oneHot(i, 3, 1, 0, 'bool')], noGradients),
  kernelCase('topk', [normal([3, 8])], (x) => Object.values(tf.topk(x, 3)), noGradients),
  kernelCase('topk among equals', [ties([4, 9])], (x) => Object.values(tf.topk(x, 4)), noGradients),
  kernelCase('topk of a vector of integers', [integers(-9, 9, [11])], (x) => Object.values(tf.topk(x, 5)), noGradients),
]; // prettier-ignore
