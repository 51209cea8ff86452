import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import '../../../src/compute/index.js';
import { graphMemory } from '../../../src/compute/graphMemory.js';
import { trace } from '../../../src/compute/tracer/trace.js';
import type { TensorFunction } from '../../../src/shared/compute.js';

/** Bytes of a [1024] of floats. */
const unit = 4096;
const memoryOf = (fn: TensorFunction, count: number, stateCount = 0) => {
  const inputs = Array.from({ length: count }, () => ({ shape: [1024] }));
  return graphMemory(trace('f', fn, inputs, { inputNames: inputs.map((_, i) => `input${i}`) }), stateCount);
};

describe('what a graph takes', () => {
  it('is what it is given and gives, where nothing is computed in between', () => {
    const found = memoryOf((x) => [tf.relu(x)], 1);
    expect(found).toEqual({ constants: 0, state: 0, passed: 2 * unit, between: 0, total: 2 * unit });
  });

  it('lets a result go after its last reader', () => {
    const chain: TensorFunction = (x) => [tf.relu(tf.tanh(tf.sin(tf.cos(x))))];
    expect(memoryOf(chain, 1).between).toBe(2 * unit);
  });

  it('keeps what is read at the end, as a gradient reads what went forward', () => {
    const fn: TensorFunction = (x) => {
      const [a, b, c] = [tf.sin(x), tf.cos(x), tf.tanh(x)];
      return [tf.add(tf.mul(tf.exp(a), b), tf.mul(c, a))];
    };
    // sin, cos, tanh, and what is made of them before any of them goes.
    expect(memoryOf(fn, 1).between).toBeGreaterThanOrEqual(4 * unit);
    expect(memoryOf(fn, 1).between).toBeLessThanOrEqual(5 * unit);
  });

  it('counts another shape of the same numbers once', () => {
    const fn: TensorFunction = (x) => [tf.relu(tf.reshape(tf.reshape(tf.sin(x), [32, 32]), [16, 64]))];
    expect(memoryOf(fn, 1).between).toBe(unit);
  });

  it('counts a state twice, and constants', () => {
    const weights = tf.tensor1d(Float32Array.from({ length: 1024 }, (_, i) => i));
    const fn: TensorFunction = (state, x) => [tf.add(state, x), tf.sum(tf.mul(x, weights))];
    const found = memoryOf(fn, 2, 1);
    expect(found).toMatchObject({ state: 2 * unit, passed: unit + 4, between: unit });
    expect(found.constants).toBeGreaterThanOrEqual(unit);
  });
});
