import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createCompute } from '../../../src/compute/index.js';
import { ShapeSpecialised, type Compiler } from '../../../src/compute/specialised.js';
import { hostTensor, type CompiledFunction, type TensorFunction } from '../../../src/shared/compute.js';

const ones = (size: number) => hostTensor(new Float32Array(size).fill(1), [size]);
const total: TensorFunction = (x) => [tf.sum(x)];

/** The real engine, noting which shapes are compiled and released. */
async function watched() {
  const compute = await createCompute({ threads: 1 });
  const events: string[] = [];
  const compile: Compiler['compile'] = async (name, fn, inputs) => {
    const size = inputs[0]!.shape[0]!;
    events.push(`compile ${size}`);
    const compiled = await compute.compile(name, fn, inputs);
    const watchedFunction: CompiledFunction = {
      inputs: compiled.inputs,
      outputs: compiled.outputs,
      run: (given, outputs) => compiled.run(given, outputs),
      dispose: async () => {
        events.push(`dispose ${size}`);
        await compiled.dispose();
      },
    };
    return watchedFunction;
  };
  return { compute, compile, events };
}

it('compiles once for each shape and keeps those used last', async () => {
  const { compute, compile, events } = await watched();
  const specialised = new ShapeSpecialised({ compile }, 'total', total, 2);
  for (const size of [3, 5, 3, 7, 3, 5]) {
    const [sum] = await specialised.run([ones(size)]);
    expect(sum!.data[0]).toBe(size);
  }
  expect(events).toEqual(['compile 3', 'compile 5', 'compile 7', 'dispose 5', 'compile 5', 'dispose 7']);
  await specialised.dispose();
  expect(events.slice(6).toSorted()).toEqual(['dispose 3', 'dispose 5']);
  await compute.dispose();
});

it('compiles once when runs of one shape start together, and lets running graphs finish', async () => {
  const { compute, compile, events } = await watched();
  const specialised = new ShapeSpecialised({ compile }, 'total', total, 1);
  const sums = await Promise.all([4, 4, 6, 4, 8].map((size) => specialised.run([ones(size)])));
  expect(sums.map(([sum]) => sum!.data[0])).toEqual([4, 4, 6, 4, 8]);
  expect(events.filter((event) => event === 'compile 4')).toHaveLength(2);
  await specialised.dispose();
  expect(events.filter((event) => event.startsWith('dispose'))).toHaveLength(4);
  await compute.dispose();
});

it('tries again after a failed compilation', async () => {
  const { compute, compile } = await watched();
  let broken = true;
  const fn: TensorFunction = (x) => {
    if (broken) throw new Error('not yet');
    return total(x);
  };
  const specialised = new ShapeSpecialised({ compile }, 'total', fn, 2);
  await expect(specialised.run([ones(2)])).rejects.toThrow('not yet');
  broken = false;
  const [sum] = await specialised.run([ones(2)]);
  expect(sum!.data[0]).toBe(2);
  await specialised.dispose();
  await compute.dispose();
});

it('does not run after it was disposed', async () => {
  const compute = await createCompute({ threads: 1 });
  const specialised = compute.specialise('total', total);
  await specialised.run([ones(2)]);
  await specialised.dispose();
  await expect(specialised.run([ones(2)])).rejects.toThrow('"total" was disposed');
  await compute.dispose();
});
