import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EagerCompute } from '../../../src/compute/engines/eager.js';
import { createCompute } from '../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor, type TensorFunction } from '../../../src/shared/compute.js';
import { ProblemError } from '../../../src/shared/errors.js';
import { drawInputs, normal, withGradients } from './agreement.js';

const affine: TensorFunction = (x, w, b) => [tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b)];
const affineSpecs = [{ shape: [2, 3] }, { shape: [3, 4] }, { shape: [4] }];

// The eager engine is the one that runs on TensorFlow where that is installed; here tfjs's cpu backend stands in for it.
const engines: [string, () => Promise<Compute>][] = [
  ['onnxruntime', () => createCompute({ threads: 1 })],
  ['eager', async () => Promise.resolve(new EagerCompute('eager', 'cpu', {}))],
];

describe.each(engines)('the %s engine', (_, start) => {
  let compute: Compute;
  beforeAll(async () => {
    compute = await start();
  });
  afterAll(() => compute.dispose());

  it('tells the shapes and types of inputs and outputs', async () => {
    const fn: TensorFunction = (x, i) => [tf.greater(x, 0), tf.argMax(x, 1), tf.gather(x, i)];
    const compiled = await compute.compile('shapes', fn, [{ shape: [2, 3] }, { shape: [4], dtype: 'int32' }]);
    expect(compiled.inputs).toEqual([
      { shape: [2, 3], dtype: 'float32' },
      { shape: [4], dtype: 'int32' },
    ]);
    expect(compiled.outputs).toEqual([
      { shape: [2, 3], dtype: 'bool' },
      { shape: [2], dtype: 'int32' },
      { shape: [4, 3], dtype: 'float32' },
    ]);
  });

  it('writes results into the given arrays and returns them', async () => {
    const compiled = await compute.compile('affine', affine, affineSpecs);
    const inputs = drawInputs([normal([2, 3]), normal([3, 4]), normal([4])]);
    const [expected] = await compiled.run(inputs);
    const output = hostTensor(new Float32Array(8), [2, 4]);
    const results = await compiled.run(inputs, [output]);
    expect(results[0]).toBe(output);
    expect(output.data).toEqual(expected!.data);
  });

  it('gives results of their own in every run', async () => {
    const compiled = await compute.compile('affine', affine, affineSpecs);
    const inputs = drawInputs([normal([2, 3]), normal([3, 4]), normal([4])]);
    const [first] = await compiled.run(inputs);
    const kept = first!.data.slice();
    const [second] = await compiled.run([hostTensor(new Float32Array(6), [2, 3]), ...inputs.slice(1)]);
    expect(first!.data).toEqual(kept);
    expect(second!.data).not.toEqual(kept);
  });

  it('returns inputs, constants and equal results as results', async () => {
    const fn: TensorFunction = (x) => [x, tf.square(x), tf.square(x), tf.tensor1d([7, 8]), x];
    const compiled = await compute.compile('plain results', fn, [{ shape: [2] }]);
    const results = await compiled.run([hostTensor(Float32Array.of(2, 3), [2])]);
    expect(results.map(({ data }) => [...data])).toEqual([[2, 3], [4, 9], [4, 9], [7, 8], [2, 3]]); // prettier-ignore
    results[0]!.data[0] = 99;
    expect(results[4]!.data[0]).toBe(2);
  });

  it('computes with booleans and integers', async () => {
    const fn: TensorFunction = (a, b) => [tf.logicalNot(a), tf.add(b, tf.cast(a, 'int32'))];
    const specs = [
      { shape: [3], dtype: 'bool' },
      { shape: [3], dtype: 'int32' },
    ] as const;
    const compiled = await compute.compile('types', fn, specs);
    const results = await compiled.run([
      hostTensor(Uint8Array.of(1, 0, 1), [3]),
      hostTensor(Int32Array.of(5, 6, 7), [3]),
    ]);
    expect(results).toEqual([
      { shape: [3], dtype: 'bool', data: Uint8Array.of(0, 1, 0) },
      { shape: [3], dtype: 'int32', data: Int32Array.of(6, 6, 8) },
    ]);
  });

  it('takes the weights a function captures as they were when it was compiled, in as many functions as like', async () => {
    const weights = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const fn: TensorFunction = (x) => [tf.matMul(x, weights)];
    const input = hostTensor(Float32Array.of(1, 1), [1, 2]);
    for (let i = 0; i < 3; i++) {
      const compiled = await compute.compile('captured', fn, [{ shape: [1, 2] }]);
      const [result] = await compiled.run([input]);
      expect([...result!.data]).toEqual([4, 6]);
    }
    expect([...weights.dataSync()]).toEqual([1, 2, 3, 4]);
    weights.dispose();
  });

  it('leaves no tensor behind and the active backend as it was', async () => {
    const before = tf.memory().numTensors;
    const backend = tf.getBackend();
    const compiled = await compute.compile('gradients', withGradients(affine), affineSpecs);
    await compiled.run(drawInputs([normal([2, 3]), normal([3, 4]), normal([4])]));
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.getBackend()).toBe(backend);
  });

  it.each([
    ['too few', (given: HostTensor[]) => given.slice(1), '"affine" takes 3 input tensors, got 2'],
    [
      'another shape',
      ([x, w, b]: HostTensor[]) => [hostTensor(x!.data, [3, 2]), w!, b!],
      'input 0 of "affine" must be float32[2, 3], got float32[3, 2]',
    ],
    [
      'another type',
      ([x, w]: HostTensor[]) => [x!, w!, hostTensor(new Int32Array(4), [4])],
      'input 2 of "affine" must be float32[4], got int32[4]',
    ],
    [
      'another length',
      ([x, w, b]: HostTensor[]) => [x!, { ...w!, data: new Float32Array(11) }, b!],
      'input 1 of "affine" must hold 12 elements in a Float32Array, got 11 in a Float32Array',
    ],
  ])('refuses inputs: %s', async (__, change, message) => {
    const compiled = await compute.compile('affine', affine, affineSpecs);
    const inputs = drawInputs([normal([2, 3]), normal([3, 4]), normal([4])]);
    await expect(compiled.run(change(inputs))).rejects.toThrow(new RangeError(message));
  });

  it('refuses outputs of another shape', async () => {
    const compiled = await compute.compile('affine', affine, affineSpecs);
    const inputs = drawInputs([normal([2, 3]), normal([3, 4]), normal([4])]);
    const outputs = [hostTensor(new Float32Array(8), [8])];
    await expect(compiled.run(inputs, outputs)).rejects.toThrow(
      new RangeError('output 0 of "affine" must be float32[2, 4], got float32[8]'),
    );
  });

  it('does not run what was disposed', async () => {
    const compiled = await compute.compile('affine', affine, affineSpecs);
    await compiled.dispose();
    await compiled.dispose();
    await expect(compiled.run(drawInputs([normal([2, 3]), normal([3, 4]), normal([4])]))).rejects.toThrow(
      '"affine" was disposed',
    );
  });
});

const installed = await Promise.any(
  ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].map((name) => import(/* @vite-ignore */ name)),
).then(
  () => true,
  () => false,
);

describe('the choice of the engine', () => {
  const before = process.env['RESIDUA_COMPUTE'];
  afterEach(() => {
    if (before === undefined) delete process.env['RESIDUA_COMPUTE'];
    else process.env['RESIDUA_COMPUTE'] = before;
  });

  it('is ONNX Runtime where nothing is said, and says so', async () => {
    delete process.env['RESIDUA_COMPUTE'];
    const compute = await createCompute({ threads: 2 });
    expect(compute.engine).toBe('onnxruntime');
    expect(compute.environment).toMatchObject({
      engine: 'onnxruntime',
      threads: 2,
      device: 'cpu',
      reason: 'the default',
    });
    expect(compute.environment['version']).toMatch(/^\d+\.\d+\.\d+/);
    await compute.dispose();
  });

  it('follows RESIDUA_COMPUTE', async () => {
    process.env['RESIDUA_COMPUTE'] = 'onnxruntime';
    const compute = await createCompute();
    expect(compute.environment['reason']).toBe('RESIDUA_COMPUTE=onnxruntime');
    await compute.dispose();
  });

  it('refuses an engine it does not know, naming those it does', async () => {
    process.env['RESIDUA_COMPUTE'] = 'vulkan';
    await expect(createCompute()).rejects.toThrow(
      'CONFIG_INVALID: the compute engine "vulkan" is not known; RESIDUA_COMPUTE must be one of onnxruntime, webgpu, cuda, tensorflow, auto',
    );
  });

  it('is the fastest that computes rightly where it is asked for, and names the others', async () => {
    const compute = await createCompute({ engine: 'auto', threads: 1 });
    expect(compute.environment['reason']).toMatch(
      /^the fastest of this machine \(onnxruntime \d+\.\d ms; .*webgpu.*; .*cuda/s,
    );
    await compute.dispose();
  });

  it('refuses a GPU that is not there, with the reason (needs its absence)', async () => {
    const failure = await createCompute({ engine: 'cuda' }).catch((error: unknown) => error);
    if (!(failure instanceof ProblemError)) return;
    expect(failure.problems[0]).toMatchObject({ code: 'CONFIG_INVALID', item: 'RESIDUA_COMPUTE' });
    expect(failure.message).toMatch(
      /the engine "cuda" cannot be used here: .*; it needs an NVIDIA card .*docs\/gpu\.md/,
    );
  });

  it.skipIf(installed)(
    'says what to install when TensorFlow is asked for and is not there (needs its absence)',
    async () => {
      process.env['RESIDUA_COMPUTE'] = 'tensorflow';
      const failure = await createCompute().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ProblemError);
      expect((failure as ProblemError).problems[0]).toMatchObject({ code: 'CONFIG_INVALID', item: 'RESIDUA_COMPUTE' });
      expect((failure as ProblemError).message).toMatch(
        /@tensorflow\/tfjs-node-gpu.*@tensorflow\/tfjs-node.*npm install/s,
      );
    },
  );
});
