import '@tensorflow/tfjs-backend-cpu';
// tfjs-core's bundle for Node.js leaves the gradients out; the layers package registers them.
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { type GoldenArray, array } from '../../golden/golden.js';

/** Makes the cpu backend the current one. */
export async function useCpuBackend(): Promise<void> {
  // Keeps the backend from recommending another one in every test's output.
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
}

/** A tensor of an array of a golden file, `shape` in place of its own where given. */
export function tensor<T extends Tensor = Tensor>(value: unknown, shape?: T['shape'], dtype?: 'int32'): T {
  const { data, shape: own } = array(value);
  return tf.tensor(data, shape ?? own, dtype) as T;
}

/** Values and shape of a tensor, which is disposed. */
export function values(result: Tensor): GoldenArray {
  const read = { shape: [...result.shape], data: Float32Array.from(result.dataSync()) };
  result.dispose();
  return read;
}

/**
 * The values of the tensors a function makes from the inputs, which are disposed. Asserts that it leaves nothing else
 * behind and that the inputs are still alive when it returns.
 */
export function run<const Inputs extends readonly Tensor[], Results extends Record<string, Tensor>>(
  inputs: Inputs,
  fn: (...inputs: Inputs) => Results,
): { [Key in keyof Results]: GoldenArray };
export function run<Results extends Record<string, Tensor>>(
  inputs: readonly Tensor[],
  fn: () => Results,
): { [Key in keyof Results]: GoldenArray };
export function run(
  inputs: readonly Tensor[],
  fn: (...inputs: Tensor[]) => Record<string, Tensor>,
): Record<string, GoldenArray> {
  const before = tf.memory().numTensors;
  const results = fn(...inputs);
  expect(tf.memory().numTensors - before, 'tensors kept').toBe(Object.keys(results).length);
  expect(
    inputs.every((input) => !input.isDisposed),
    'inputs alive',
  ).toBe(true);
  const read = Object.entries(results).map(([name, result]) => [name, values(result)]);
  for (const input of inputs) input.dispose();
  return Object.fromEntries(read) as Record<string, GoldenArray>;
}
