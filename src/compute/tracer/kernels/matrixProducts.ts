import type { BatchMatMulAttrs, EinsumAttrs, _FusedMatMulAttrs } from '@tensorflow/tfjs-core';
import type { GraphBuilder, Value } from '../graph.js';
import { inputList, withAttributes, type KernelTable } from '../kernel.js';
import { activation } from './elementwise.js';

/** Swaps the last two axes. */
function matrixTranspose(g: GraphBuilder, x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  return g.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/**
 * Products of the last two axes, the others broadcast. Transposes stay nodes of their own: ONNX Runtime takes them into
 * the product, and the file keeps to standard operators.
 */
export function matrixProduct(g: GraphBuilder, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const left = transposeA ? matrixTranspose(g, a) : a;
  const right = transposeB ? matrixTranspose(g, b) : b;
  const batch = g.elementwiseShape([
    { ...left, shape: left.shape.slice(0, -2) },
    { ...right, shape: right.shape.slice(0, -2) },
  ]);
  const shape = [...batch, left.shape.at(-2)!, right.shape.at(-1)!];
  return g.node('MatMul', [left, right], shape, 'float32');
}

/** tfjs's equations are those of NumPy; only the result's shape must be found. */
function einsum(g: GraphBuilder, operands: readonly Value[], equation: string): Value {
  const compact = equation.replaceAll(' ', '');
  const [left = '', right = ''] = compact.split('->');
  const sizes = new Map<string, number>();
  left.split(',').forEach((letters, operand) => {
    [...letters].forEach((letter, axis) => sizes.set(letter, operands[operand]!.shape[axis]!));
  });
  return g.node(
    'Einsum',
    operands,
    [...right].map((letter) => sizes.get(letter)!),
    'float32',
    { equation: compact },
  );
}

/** Kernels that multiply matrices. */
export const matrixProductKernels: KernelTable = {
  BatchMatMul: withAttributes<BatchMatMulAttrs>((g, { a, b }, { transposeA, transposeB }) =>
    matrixProduct(g, a, b, transposeA, transposeB),
  ),
  _FusedMatMul: withAttributes<_FusedMatMulAttrs>((g, { a, b, bias, preluActivationWeights }, attributes) => {
    const product = matrixProduct(g, a, b, attributes.transposeA, attributes.transposeB);
    const shifted = bias ? g.elementwise('Add', [product, bias]) : product;
    return activation(g, shifted, attributes.activation, preluActivationWeights, attributes.leakyreluAlpha);
  }),
  Einsum: withAttributes<EinsumAttrs>((g, inputs, { equation }) => einsum(g, inputList(inputs), equation)),
};
