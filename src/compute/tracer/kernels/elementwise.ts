import type { CastAttrs, ClipByValueAttrs, LeakyReluAttrs, StepAttrs } from '@tensorflow/tfjs-core';
import { sameShape, type TensorType } from '../../../shared/compute.js';
import type { GraphBuilder, Value } from '../graph.js';
import { inputList, withAttributes, type Kernel, type KernelTable } from '../kernel.js';

type Formula = (g: GraphBuilder, x: Value) => Value;
type BinaryFormula = (g: GraphBuilder, a: Value, b: Value) => Value;

/** The ONNX operator of the same meaning. */
const unary =
  (op: string, dtype?: 'bool'): Kernel =>
  (g, { x }) =>
    g.elementwise(op, [x], dtype);
/** The same, where the result is a float whatever the input. */
const unaryFloat =
  (op: string): Kernel =>
  (g, { x }) =>
    g.elementwise(op, [g.cast(x, 'float32')]);
const formula =
  (f: Formula): Kernel =>
  (g, { x }) =>
    f(g, x);
const binary =
  (f: BinaryFormula): Kernel =>
  (g, { a, b }) =>
    f(g, a, b);

/** ONNX has no arithmetic on booleans; tfjs computes with 0 and 1. */
const arithmetic = (op: string): Kernel => binary((g, a, b) => arithmeticNode(g, op, a, b));
function arithmeticNode(g: GraphBuilder, op: string, a: Value, b: Value): Value {
  if (a.dtype === 'bool') return g.cast(g.elementwise(op, [g.cast(a, 'int32'), g.cast(b, 'int32')]), 'bool');
  return g.elementwise(op, [a, b]);
}
const comparison = (op: string): Kernel =>
  binary((g, a, b) => {
    const operands = a.dtype === 'bool' ? [g.cast(a, 'int32'), g.cast(b, 'int32')] : [a, b];
    return g.elementwise(op, operands, 'bool');
  });
const logical = (op: string): Kernel =>
  binary((g, a, b) => g.elementwise(op, [g.cast(a, 'bool'), g.cast(b, 'bool')], 'bool'));

/** An operation with a neutral right operand: `x op neutral = x` (and `neutral op x = x` where `commutes`). */
const withNeutral = (op: string, neutral: number, commutes: boolean): Kernel =>
  binary((g, a, b) => {
    if (a.dtype !== 'bool') {
      const shape = g.elementwiseShape([a, b]);
      if (b.uniform === neutral) return g.expand(a, shape);
      if (commutes && a.uniform === neutral) return g.expand(b, shape);
    }
    return arithmeticNode(g, op, a, b);
  });

const like = (g: GraphBuilder, x: Value, value: number): Value => g.scalar(value, x.dtype as TensorType);
const where = (g: GraphBuilder, condition: Value, yes: Value, no: Value): Value =>
  g.elementwise('Where', [condition, yes, no], yes.dtype);

/** e^x - 1 without loss near 0: 2 tanh(x/2) / (1 - tanh(x/2)). */
const expm1: Formula = (g, x) => {
  const half = g.elementwise('Tanh', [g.elementwise('Mul', [x, g.scalar(0.5)])]);
  const near = g.elementwise('Div', [
    g.elementwise('Mul', [half, g.scalar(2)]),
    g.elementwise('Sub', [g.scalar(1), half]),
  ]);
  const far = g.elementwise('Sub', [g.elementwise('Exp', [x]), g.scalar(1)]);
  return where(g, g.elementwise('Less', [g.elementwise('Abs', [x]), g.scalar(1)], 'bool'), near, far);
};

/** log(1 + x) without loss near 0 (Kahan): with u = 1 + x rounded, log(u) x / (u - 1), or x where u is 1. */
const log1p: Formula = (g, x) => {
  const u = g.elementwise('Add', [x, g.scalar(1)]);
  const far = g.elementwise('Log', [u]);
  const scaled = g.elementwise('Div', [g.elementwise('Mul', [far, x]), g.elementwise('Sub', [u, g.scalar(1)])]);
  const near = where(g, g.elementwise('Equal', [u, g.scalar(1)], 'bool'), x, scaled);
  return where(g, g.elementwise('Less', [g.elementwise('Abs', [x]), g.scalar(1)], 'bool'), near, far);
};

/** Rounds towards minus infinity, also for negative integers. The result is an integer, as on tfjs's cpu backend. */
const floorDivide: BinaryFormula = (g, a, b) => {
  const quotient = g.elementwise('Div', [a, b]);
  if (a.dtype !== 'int32') return g.cast(g.elementwise('Floor', [quotient]), 'int32');
  const zero = g.scalar(0, 'int32');
  const remainder = g.elementwise('Sub', [a, g.elementwise('Mul', [quotient, b])]);
  const inexact = g.elementwise('Not', [g.elementwise('Equal', [remainder, zero], 'bool')]);
  const opposite = g.elementwise(
    'Xor',
    [g.elementwise('Less', [remainder, zero], 'bool'), g.elementwise('Less', [b, zero], 'bool')],
    'bool',
  );
  return g.elementwise('Sub', [quotient, g.cast(g.elementwise('And', [inexact, opposite], 'bool'), 'int32')]);
};

/** The remainder with the sign of the divisor. */
const modulo: BinaryFormula = (g, a, b) => {
  if (a.dtype === 'int32') return g.elementwise('Mod', [a, b]);
  const rest = g.elementwise('Mod', [a, b], 'float32', { fmod: 1 });
  const zero = g.scalar(0);
  const sameSign = g.elementwise(
    'Equal',
    [g.elementwise('Less', [a, zero], 'bool'), g.elementwise('Less', [b, zero], 'bool')],
    'bool',
  );
  return where(g, sameSign, rest, g.elementwise('Mod', [g.elementwise('Add', [rest, b]), b], 'float32', { fmod: 1 }));
};

/** a^b. */
const power: BinaryFormula = (g, a, b) => {
  const isBroadcast = [a, b].every(({ shape }) => shape.length > 0) && !sameShape(a.shape, b.shape);
  if (!g.gaps.broadcastPow || !isBroadcast || a.dtype === 'bool') return arithmeticNode(g, 'Pow', a, b);
  const shape = g.elementwiseShape([a, b]);
  return g.node('Pow', [g.expand(a, shape), g.expand(b, shape)], shape, a.dtype);
};

/** The angle of (x, y) = (b, a) from the half-plane's arctangent. */
const atan2: BinaryFormula = (g, y, x) => {
  const zero = g.scalar(0);
  const angle = g.elementwise('Atan', [g.elementwise('Div', [y, x])]);
  const left = g.elementwise('Less', [x, zero], 'bool');
  const below = g.elementwise('Less', [y, zero], 'bool');
  const turned = g.elementwise('Add', [angle, where(g, below, g.scalar(-Math.PI), g.scalar(Math.PI))]);
  const origin = g.elementwise(
    'And',
    [g.elementwise('Equal', [x, zero], 'bool'), g.elementwise('Equal', [y, zero], 'bool')],
    'bool',
  );
  return where(g, origin, g.elementwise('Mul', [zero, y]), where(g, left, turned, angle));
};

/** x where positive, else alpha x. */
const prelu: BinaryFormula = (g, x, alpha) =>
  where(g, g.elementwise('Less', [x, like(g, x, 0)], 'bool'), g.elementwise('Mul', [x, alpha]), x);

/** Element by element no less than `low`, no more than `high`. */
export const clip = (g: GraphBuilder, x: Value, low: number, high: number): Value =>
  g.elementwise('Clip', [x, like(g, x, low), like(g, x, high)]);

const seluAlpha = 1.7580993408473768;
const seluScale = 1.0507009873554805;

/** The activation a fused kernel ends with. `weights` are those of prelu. @throws Error on an unknown name. */
export function activation(
  g: GraphBuilder,
  x: Value,
  name: string | undefined,
  weights: Value | undefined,
  leakyreluAlpha = 0.2,
): Value {
  switch (name) {
    case undefined:
    case null:
    case 'linear':
      return x;
    case 'relu':
      return g.elementwise('Relu', [x]);
    case 'relu6':
      return clip(g, x, 0, 6);
    case 'elu':
      return g.elementwise('Elu', [x]);
    case 'sigmoid':
      return g.elementwise('Sigmoid', [x]);
    case 'leakyrelu':
      return g.elementwise('LeakyRelu', [x], 'float32', { alpha: { float: leakyreluAlpha } });
    case 'prelu':
      return prelu(g, x, weights!);
    default:
      throw new Error(`the activation "${name}" is not known`);
  }
}

/** Kernels that work on each element alone, with broadcasting. */
export const elementwiseKernels: KernelTable = {
  Abs: unary('Abs'),
  Acos: unaryFloat('Acos'),
  Acosh: unaryFloat('Acosh'),
  Asin: unaryFloat('Asin'),
  Asinh: unaryFloat('Asinh'),
  Atan: unaryFloat('Atan'),
  Atanh: unaryFloat('Atanh'),
  Ceil: unary('Ceil'),
  Cos: unaryFloat('Cos'),
  Cosh: unaryFloat('Cosh'),
  Elu: unaryFloat('Elu'),
  Erf: unaryFloat('Erf'),
  Exp: unaryFloat('Exp'),
  Floor: unary('Floor'),
  IsInf: unary('IsInf', 'bool'),
  IsNan: unary('IsNaN', 'bool'),
  Log: unaryFloat('Log'),
  LogicalNot: unary('Not', 'bool'),
  Neg: unary('Neg'),
  Reciprocal: unaryFloat('Reciprocal'),
  Relu: unary('Relu'),
  Round: unary('Round'),
  Sigmoid: unaryFloat('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unaryFloat('Sin'),
  Sinh: unaryFloat('Sinh'),
  Softplus: unaryFloat('Softplus'),
  Sqrt: unaryFloat('Sqrt'),
  Tan: unaryFloat('Tan'),
  Tanh: unaryFloat('Tanh'),
  Identity: formula((_, x) => x),
  Expm1: formula(expm1),
  Log1p: formula(log1p),
  Relu6: formula((g, x) => clip(g, x, 0, 6)),
  Rsqrt: formula((g, x) => g.elementwise('Reciprocal', [g.elementwise('Sqrt', [x])])),
  Square: formula((g, x) => g.elementwise('Mul', [x, x])),
  IsFinite: formula((g, x) =>
    g.elementwise('Not', [
      g.elementwise('Or', [g.elementwise('IsNaN', [x], 'bool'), g.elementwise('IsInf', [x], 'bool')]),
    ]),
  ),
  Selu: formula((g, x) =>
    g.elementwise('Selu', [x], 'float32', { alpha: { float: seluAlpha / seluScale }, gamma: { float: seluScale } }),
  ),
  ZerosLike: formula((g, x) => g.filled(0, x.shape, x.dtype as TensorType)),
  OnesLike: formula((g, x) => g.filled(1, x.shape, x.dtype as TensorType)),
  Cast: withAttributes<CastAttrs>((g, { x }, { dtype }) => g.cast(x, dtype as TensorType)),
  ClipByValue: withAttributes<ClipByValueAttrs>((g, { x }, a) => clip(g, x, a.clipValueMin, a.clipValueMax)),
  LeakyRelu: withAttributes<LeakyReluAttrs>((g, { x }, { alpha }) =>
    g.elementwise('LeakyRelu', [x], 'float32', { alpha: { float: alpha } }),
  ),
  Step: withAttributes<StepAttrs>((g, { x }, { alpha }) =>
    where(g, g.elementwise('Greater', [x, like(g, x, 0)], 'bool'), like(g, x, 1), like(g, x, alpha)),
  ),

  Add: withNeutral('Add', 0, true),
  Sub: withNeutral('Sub', 0, false),
  Multiply: withNeutral('Mul', 1, true),
  RealDiv: withNeutral('Div', 1, false),
  Pow: binary(power),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  FloorDiv: binary(floorDivide),
  Mod: binary(modulo),
  Atan2: binary(atan2),
  BitwiseAnd: arithmetic('BitwiseAnd'),
  SquaredDifference: binary((g, a, b) => {
    const difference = g.elementwise('Sub', [a, b]);
    return g.elementwise('Mul', [difference, difference]);
  }),
  Equal: comparison('Equal'),
  NotEqual: binary((g, a, b) => g.elementwise('Not', [g.elementwise('Equal', [a, b], 'bool')])),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),

  AddN: (g, inputs) => {
    const terms = inputList(inputs);
    if (!g.gaps.sum) return g.elementwise('Sum', terms);
    return terms.reduce((sum, term) => g.elementwise('Add', [sum, term]));
  },
  Prelu: (g, { x, alpha }) => prelu(g, x, alpha),
  EluGrad: (g, { dy, y }) =>
    where(
      g,
      g.elementwise('GreaterOrEqual', [y, g.scalar(0)], 'bool'),
      dy,
      g.elementwise('Mul', [dy, g.elementwise('Add', [y, g.scalar(1)])]),
    ),
  Select: (g, { condition, t, e }) => {
    // A vector condition picks whole rows.
    const rows = condition.shape.length === 1 && t.shape.length > 1;
    const mask = rows ? g.reshape(condition, [condition.shape[0]!, ...t.shape.slice(1).map(() => 1)]) : condition;
    if (t.dtype !== 'bool') return where(g, g.cast(mask, 'bool'), t, e);
    return g.cast(where(g, g.cast(mask, 'bool'), g.cast(t, 'int32'), g.cast(e, 'int32')), 'bool');
  },
};
