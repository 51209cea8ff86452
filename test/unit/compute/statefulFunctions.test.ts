import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EagerCompute } from '../../../src/compute/engines/eager.js';
import { createCompute } from '../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor, type TensorFunction } from '../../../src/shared/compute.js';
import { countedBackend } from '../../support/countedBackend.js';

const engines: [string, () => Promise<Compute>][] = [
  ['onnxruntime', () => createCompute({ threads: 1 })],
  ['eager', async () => Promise.resolve(new EagerCompute('eager', 'cpu', {}))],
];

const vector = (...values: number[]) => hostTensor(Float32Array.from(values), [values.length]);
const plain = (tensors: readonly HostTensor[]) => tensors.map(({ data }) => [...data]);

/** A sum and a count that move on, and the mean so far. */
const runningMean: TensorFunction = (sum, count, x) => {
  const [nextSum, nextCount] = [tf.add(sum, x), tf.add(count, 1)];
  return [nextSum, nextCount, tf.div(nextSum, nextCount)];
};
const start = { state: [vector(0, 0), vector(0)], inputs: [{ shape: [2] }] };

describe.each(engines)('a function with a state, by the %s engine', (_, open) => {
  let compute: Compute;
  beforeAll(async () => {
    compute = await open();
  });
  afterAll(() => compute.dispose());

  it('moves its state on and gives the other outputs only', async () => {
    const mean = await compute.compile('mean', runningMean, start);
    expect([mean.inputs, mean.outputs]).toEqual([
      [{ shape: [2], dtype: 'float32' }],
      [{ shape: [2], dtype: 'float32' }],
    ]);
    expect(plain(await mean.run([vector(1, 2)]))).toEqual([[1, 2]]);
    expect(plain(await mean.run([vector(3, 6)]))).toEqual([[2, 4]]);
    expect(plain(await mean.state())).toEqual([[4, 8], [2]]); // prettier-ignore
  });

  it('goes on from a state that is put back, with the same bits', async () => {
    const mean = await compute.compile('mean', runningMean, start);
    await mean.run([vector(0.1, 0.2)]);
    const kept = await mean.state();
    const first = plain(await mean.run([vector(0.3, 0.7)]));
    await mean.run([vector(9, 9)]);
    await mean.restore(kept);
    expect(plain(await mean.run([vector(0.3, 0.7)]))).toEqual(first);
  });

  it('shares no array with its caller', async () => {
    const initial = vector(0, 0);
    const mean = await compute.compile('mean', runningMean, { ...start, state: [initial, vector(0)] });
    initial.data.fill(99);
    const given = [vector(5, 5), vector(1)];
    await mean.restore(given);
    given[0]!.data.fill(99);
    const out = await mean.state();
    out[0]!.data.fill(99);
    expect(plain(await mean.state())).toEqual([[5, 5], [1]]); // prettier-ignore
  });

  it('takes a state that stays, changes places, or is an input', async () => {
    const fn: TensorFunction = (a, b, c, x) => [b, a, x, c];
    const specs = { state: [vector(1), vector(2), vector(3)], inputs: [{ shape: [1] }] };
    const turning = await compute.compile('turning', fn, specs);
    const runs = [];
    for (const value of [10, 20, 30]) runs.push(plain(await turning.run([vector(value)]))[0]![0]);
    expect(runs).toEqual([3, 10, 20]);
    expect(plain(await turning.state())).toEqual([[2], [1], [30]]); // prettier-ignore
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const mean = await compute.compile('mean', runningMean, start);
    await mean.run([vector(1, 2)]);
    await mean.restore(await mean.state());
    await mean.run([vector(1, 2)]);
    await mean.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a function that gives another state than it takes', async () => {
    const fn: TensorFunction = (sum, count, x) => [tf.concat([sum, x]), count];
    await expect(compute.compile('growing', fn, start)).rejects.toThrow(
      new RangeError('"growing" must give state 0 as float32[2], as it took it, and gives float32[4]'),
    );
    await expect(compute.compile('losing', (sum) => [sum], start)).rejects.toThrow(
      '"losing" must give state 1 as float32[1], as it took it, and gives nothing',
    );
  });

  it('refuses a state of another shape, and inputs as any function does', async () => {
    const mean = await compute.compile('mean', runningMean, start);
    await expect(mean.restore([vector(0), vector(0)])).rejects.toThrow(
      'state 0 of "mean" must be float32[2], got float32[1]',
    );
    await expect(mean.run([vector(1)])).rejects.toThrow('input 0 of "mean" must be float32[2], got float32[1]');
    expect(plain(await mean.run([vector(1, 2)]))).toEqual([[1, 2]]);
  });

  it('refuses a run before the one before it has ended', async () => {
    const mean = await compute.compile('mean', runningMean, start);
    const first = mean.run([vector(1, 2)]);
    await expect(mean.run([vector(1, 2)])).rejects.toThrow('"mean" is still running');
    expect(plain(await first)).toEqual([[1, 2]]);
    expect(plain(await mean.run([vector(3, 6)]))).toEqual([[2, 4]]);
  });

  it('does not run what was disposed', async () => {
    const mean = await compute.compile('mean', runningMean, start);
    await mean.dispose();
    await expect(mean.run([vector(1, 2)])).rejects.toThrow('"mean" was disposed');
    await expect(mean.state()).rejects.toThrow('"mean" was disposed');
  });
});

it('inputs and asked outputs are all that crosses to an eager backend in a run', async () => {
  const traffic = countedBackend('counted');
  const compute = new EagerCompute('eager', 'counted', {});
  const weights = hostTensor(new Float32Array(1000 * 1000), [1000, 1000]);
  const step: TensorFunction = (w, x) => [tf.add(w, x), tf.sum(x)];
  const specs = { state: [weights], inputs: [{ shape: [1000] }] };
  const input = hostTensor(new Float32Array(1000).fill(1), [1000]);
  const stateful = await compute.compile('step', step, specs);
  Object.assign(traffic, { uploaded: 0, downloaded: 0 });
  for (let i = 0; i < 3; i++) await stateful.run([input]);
  expect(traffic).toEqual({ uploaded: 3 * 4000, downloaded: 3 * 4 });
  expect((await stateful.state())[0]!.data[0]).toBe(3);
  expect(traffic.downloaded).toBe(3 * 4 + 4_000_000);
  await compute.dispose();
});
