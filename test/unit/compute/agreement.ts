import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Compute, HostTensor, TensorFunction } from '../../../src/shared/compute.js';
import { elementCount, hostTensor } from '../../../src/shared/compute.js';
import { RandomSource } from '../../../src/shared/random.js';

/** How a random input is drawn: its shape and what its elements look like. */
export interface Drawn {
  shape: readonly number[];
  draw: (random: RandomSource) => number;
  dtype: 'float32' | 'int32' | 'bool';
}

type Drawing = (shape: readonly number[]) => Drawn;
const floats =
  (draw: Drawn['draw']): Drawing =>
  (shape) => ({ shape, draw, dtype: 'float32' });

/** Standard normal numbers. */
export const normal = floats((random) => random.normal());
/** Uniform numbers. */
export const between = (low: number, high: number, shape: readonly number[]) =>
  floats((random) => random.between(low, high))(shape);
/** Few different numbers, so that many are equal. */
export const ties = floats((random) => random.integer(3) - 1);
/** Integers from low (inclusive) to high (exclusive). */
export const integers = (low: number, high: number, shape: readonly number[]): Drawn => ({
  shape,
  dtype: 'int32',
  draw: (random) => low + random.integer(high - low),
});
export const booleans = (shape: readonly number[]): Drawn => ({ shape, dtype: 'bool', draw: (r) => r.integer(2) });

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Random inputs, the same in every run. */
export function drawInputs(inputs: readonly Drawn[], seed = 7): HostTensor[] {
  const random = RandomSource.fromSeed(seed);
  return inputs.map(({ shape, dtype, draw }) =>
    hostTensor(
      filled(new arrays[dtype](elementCount(shape)), () => draw(random)),
      shape,
    ),
  );
}

function filled(data: HostTensor['data'], draw: () => number): HostTensor['data'] {
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return data;
}

/** What a tensor function gives on tfjs's own cpu backend. */
export function eagerly(fn: TensorFunction, inputs: readonly HostTensor[]): HostTensor[] {
  const results: HostTensor[] = [];
  tf.tidy(() => {
    const tensors = inputs.map(({ data, shape, dtype }) => tf.tensor(data, shape.slice(), dtype));
    for (const result of fn(...tensors)) {
      const { shape, dtype } = result;
      results.push({ shape, dtype: dtype as HostTensor['dtype'], data: result.dataSync().slice() });
    }
  });
  return results;
}

/** The function's results followed by the gradients of their weighted sum towards every float input. */
export function withGradients(fn: TensorFunction): TensorFunction {
  return (...inputs) => {
    const floatInputs = inputs.filter(({ dtype }) => dtype === 'float32');
    const loss = (...parameters: Tensor[]) => {
      let next = 0;
      const outputs = fn(...inputs.map((input) => (input.dtype === 'float32' ? parameters[next++]! : input)));
      const parts = outputs.map((output) => tf.sum(tf.mul(output, weightsLike(output.shape))));
      return tf.addN(parts) as tf.Scalar;
    };
    return [...fn(...inputs), ...tf.grads(loss)(floatInputs)];
  };
}

function weightsLike(shape: number[]): Tensor {
  const random = RandomSource.fromSeed(11);
  return tf.tensor(
    Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
    shape,
  );
}

/** Compiles, runs, and compares with tfjs's cpu backend. */
export async function expectAgreement(
  compute: Compute,
  name: string,
  fn: TensorFunction,
  drawn: readonly Drawn[],
  tolerance: number,
): Promise<void> {
  const inputs = drawInputs(drawn);
  const expected = eagerly(fn, inputs);
  const compiled = await compute.compile(name, fn, drawn);
  const results = await compiled.run(inputs);
  await compiled.dispose();
  expect(results.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  results.forEach(({ data }, output) => {
    const reference = expected[output]!.data;
    const wrong = Array.from(data).findIndex((value, i) => !close(value, reference[i]!, tolerance));
    if (wrong >= 0) {
      expect.fail(`output ${output}, element ${wrong}: ${data[wrong]!} instead of ${reference[wrong]!}`);
    }
  });
}

function close(value: number, reference: number, tolerance: number): boolean {
  if (Object.is(value, reference) || value === reference) return true;
  if (!Number.isFinite(reference)) return Number.isNaN(value) && Number.isNaN(reference);
  return Math.abs(value - reference) <= tolerance * Math.max(1, Math.abs(reference));
}
