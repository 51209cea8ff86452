import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnx as plugin } from '../../../plugins/feature-extractors/onnx.js';
import { createCompute, importOnnx } from '../../../src/compute/index.js';
import { EagerCompute } from '../../../src/compute/engines/eager.js';
import { hostTensor, type Compute, type HostTensor } from '../../../src/shared/compute.js';
import { RandomSource } from '../../../src/shared/random.js';
import { networkFile, networkLayers, type NetworkFile } from '../../support/onnxFiles.js';
import { problemOf, problemsOf } from '../files/problems.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ threads: 1 });
});
afterAll(() => compute.dispose());

const file = (bytes: Uint8Array) => ({ name: 'net.onnx', bytes, sha256: 'f'.repeat(64) });
const wanted = ['fine', 'coarse'];

const load = (bytes: Uint8Array, params: Record<string, unknown> = {}) =>
  plugin.load(plugin.params.parse({ model: { file: 'net.onnx' }, layers: networkLayers, ...params }), {
    cacheDirectory: '',
    modelFile: () => Promise.resolve(file(bytes)),
    importOnnx,
    log: { info: () => undefined, warn: () => undefined },
  });

function images(n: number, height: number, width: number): HostTensor {
  const random = RandomSource.fromSeed(3);
  const data = Float32Array.from({ length: n * height * width * 3 }, () => random.integer(256));
  return hostTensor(data, [n, height, width, 3]);
}

/** What ONNX Runtime itself makes of the file, for images normalised by ImageNet's mean and deviation. */
async function expected(bytes: Uint8Array, { data, shape }: HostTensor, order = [0, 1, 2]) {
  const [n, height, width] = shape as [number, number, number];
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const planes = new Float32Array(data.length);
  for (let i = 0; i < n * height * width; i++) {
    const [image, place] = [Math.floor(i / (height * width)), i % (height * width)];
    for (let c = 0; c < 3; c++) {
      const value = (data[3 * i + order[c]!]! / 255 - mean[order[c]!]!) / std[order[c]!]!;
      planes[(image * 3 + c) * height * width + place] = value;
    }
  }
  const session = await ort.InferenceSession.create(bytes);
  const found = await session.run({ image: new ort.Tensor('float32', planes, [n, 3, height, width]) });
  await session.release();
  return wanted.map((name) => found[name]!);
}

async function expectSame(bytes: Uint8Array, batch: HostTensor, params = {}, order?: number[]) {
  const extractor = await load(bytes, params);
  const compiled = await compute.compile('features', (x) => extractor.features(x as tf.Tensor4D), [batch]);
  const outputs = await compiled.run([batch]);
  await compiled.dispose();
  const reference = await expected(bytes, batch, order);
  outputs.forEach(({ data, shape }, i) => {
    const [n, channels, rows, columns] = reference[i]!.dims as [number, number, number, number];
    expect(shape).toEqual([n, rows, columns, channels]);
    const planes = reference[i]!.data as Float32Array;
    let largest = 0;
    data.forEach((value, at) => {
      const [place, channel] = [Math.floor(at / channels) % (rows * columns), at % channels];
      const image = Math.floor(at / (channels * rows * columns));
      largest = Math.max(largest, Math.abs(value - planes[(image * channels + channel) * rows * columns + place]!));
    });
    expect(largest).toBeLessThan(1e-4);
  });
}

describe('a network from an ONNX file', () => {
  test.each([13, 16, 17, 18, 20, 21])(
    'operator set %i: gives in the traced graph what it gives by itself',
    async (opset) => {
      await expectSame(networkFile({ opset }), images(2, 64, 96));
    },
  );

  test('has convolutions of 18 channels, which WebGPU computes wrongly as they are', async () => {
    const layers = networkLayers.map((layer) => (layer.output === 'fine' ? { ...layer, channels: 18 } : layer));
    await expectSame(networkFile({ channels: 18 }), images(2, 64, 96), { layers });
  });

  test('takes blue first where it is told to', async () => {
    await expectSame(networkFile(), images(1, 64, 64), { channelOrder: 'BGR' }, [2, 1, 0]);
  });

  test('gives values inside the network that are no outputs of the file', async () => {
    const network = await importOnnx(file(networkFile()), ['raw']);
    expect(await network.probe([1, 3, 64, 64])).toEqual([[1, 16, 8, 8]]);
  });

  test('is twice in one graph when it is applied twice', async () => {
    const network = await importOnnx(file(networkFile()), wanted);
    const shapes = [
      [1, 16, 8, 8],
      [1, 24, 4, 4],
    ];
    const twice = await compute.compile(
      'twice',
      (x) => [
        tf.sub(network.apply(tf.mul(x, 2), shapes)[1]!, tf.mul(network.apply(x, shapes)[1]!, 2)),
        network.apply(x, shapes)[0]!,
      ],
      [{ shape: [1, 3, 64, 64] }],
    );
    const input = hostTensor(images(1, 64, 64).data, [1, 3, 64, 64]);
    const [difference] = await twice.run([input]);
    expect(Math.max(...(difference!.data as Float32Array).map(Math.abs))).toBeLessThan(0.05);
    await twice.dispose();
  });

  test('is refused by an eager engine, which says what to do', async () => {
    const extractor = await load(networkFile());
    const eager = new EagerCompute('tensorflow', 'cpu', {});
    const compile = async () =>
      eager.compile('features', (x) => extractor.features(x as tf.Tensor4D), [{ shape: [1, 64, 64, 3] }]);
    expect(await problemOf(compile())).toMatchObject({ code: 'CONFIG_INVALID', item: 'RESIDUA_COMPUTE' });
  });
});

describe('a file that is refused', () => {
  const refusal = async (bytes: Uint8Array, outputs = wanted) => problemOf(importOnnx(file(bytes), outputs));
  const changed = (change: NonNullable<NetworkFile['change']>, opset?: number) =>
    networkFile({ change, ...(opset === undefined ? {} : { opset }) });

  test.each<[string, Uint8Array, string, string]>([
    ['garbage', Buffer.from('this is not a model at all'), 'MODEL_INVALID', 'no ONNX file'],
    ['empty', new Uint8Array(), 'MODEL_INVALID', 'no ONNX file'],
    ['cut off', networkFile().subarray(0, 3000), 'MODEL_INVALID', 'no ONNX file'],
    ['of operator set 99', networkFile({ opset: 99 }), 'MODEL_INVALID', '13 to 21 are taken'],
    ['of operator set 9', networkFile({ opset: 9 }), 'MODEL_INVALID', 'operator set is 9'],
    [
      'with a custom operator',
      changed((model) => Object.assign(model.graph!.node![5]!, { domain: 'com.example', opType: 'Wobble' })),
      'MODEL_INVALID',
      'Wobble of com.example',
    ],
    [
      'with an operator that does not exist',
      changed((model) => Object.assign(model.graph!.node![5]!, { opType: 'Wobble' })),
      'MODEL_INVALID',
      'cannot be run',
    ],
    [
      'with control flow',
      changed((model) => model.graph!.node!.push({ opType: 'If', attribute: [{ name: 'then_branch', g: {} }] })),
      'MODEL_LAYER_UNSUPPORTED',
      'If is control flow',
    ],
    [
      'with a weight that is NaN',
      changed((model) => {
        const stem = model.graph!.initializer![0]!;
        stem.rawData = new Uint8Array(new Float32Array(16 * 3 * 64).fill(NaN, 7, 8).buffer);
      }),
      'MODEL_NON_FINITE',
      'tensor stem holds NaN at place 7',
    ],
    [
      'with a weight that is cut off',
      changed((model) => Object.assign(model.graph!.initializer![1]!, { rawData: new Uint8Array(100) })),
      'MODEL_WEIGHTS_INVALID',
      'tensor down of shape [24, 16, 2, 2] has 100 bytes; expected 6144',
    ],
    [
      'with a weight that is not there',
      changed((model) => model.graph!.initializer!.pop()),
      'MODEL_WEIGHTS_INVALID',
      'tensor down is missing',
    ],
    [
      'with a weight of a size out of reach',
      changed((model) => Object.assign(model.graph!.initializer![0]!, { dims: [200_000, 200_000] })),
      'MODEL_TOO_LARGE',
      'tensor stem of shape [200000, 200000] would have 160000000000 bytes',
    ],
    [
      'with two inputs',
      changed((model) => model.graph!.input!.push({ ...model.graph!.input![0]!, name: 'mask' })),
      'MODEL_SHAPE_MISMATCH',
      '2 inputs (image, mask)',
    ],
  ])('%s', async (_, bytes, code, message) => {
    const found = await refusal(bytes);
    expect([found.code, found.message]).toEqual([code, expect.stringContaining(message)]);
    expect(found.message).not.toMatch(/onnxruntime_src|\.cc|node_modules/);
  });

  test.each(['../../etc/passwd', '/etc/passwd', 'weights.bin'])('with data in another file: %s', async (location) => {
    const bytes = changed((model) =>
      Object.assign(model.graph!.initializer![0]!, {
        rawData: new Uint8Array(),
        dataLocation: 1,
        externalData: [{ key: 'location', value: location }],
      }),
    );
    expect(await refusal(bytes)).toMatchObject({ code: 'MODEL_EXTERNAL_DATA' });
  });

  test('without the values wanted, naming its outputs', async () => {
    const { code, message } = await refusal(networkFile(), ['layer2']);
    expect([code, message]).toEqual(['MODEL_SHAPE_MISMATCH', expect.stringContaining('its outputs are fine, coarse')]);
  });

  test('with everything that is wrong, at once', async () => {
    const bytes = changed((model) => {
      Object.assign(model.graph!.node![5]!, { domain: 'com.example' });
      model.graph!.input!.pop();
    }, 99);
    expect(await problemsOf(importOnnx(file(bytes), ['layer2']))).toHaveLength(4);
  });

  test.each([
    [
      'channels',
      { layers: [{ output: 'fine', channels: 32, stride: 8 }] },
      'fine is [1, 16, 8, 8], declared is [1, 32, 8, 8]',
    ],
    ['stride', { layers: [{ output: 'coarse', channels: 24, stride: 8 }] }, 'coarse is [1, 24, 4, 4]'],
    [
      'input layout',
      { inputLayout: 'NHWC' },
      'it takes an input of shape [?, 3, ?, ?], the images give [1, 64, 64, 3]',
    ],
  ])('when its %s are not the declared ones', async (_, params, message) => {
    const found = await problemOf(load(networkFile(), params));
    expect([found.code, found.message]).toEqual(['MODEL_SHAPE_MISMATCH', expect.stringContaining(message)]);
  });

  test('for images that a file of fixed sizes cannot take', async () => {
    const extractor = await load(networkFile({ input: [1, 3, 64, 64] }));
    const compile = (side: number) =>
      compute.compile('features', (x) => extractor.features(x as tf.Tensor4D), [{ shape: [1, side, side, 3] }]);
    await (await compile(64)).dispose();
    const { code, message } = await problemOf(compile(128));
    expect([code, message]).toEqual(['MODEL_SHAPE_MISMATCH', expect.stringContaining('[1, 3, 64, 64]')]);
  });
});

describe('the parameters of the plugin', () => {
  test.each([
    [{ layers: [] }, 'layers'],
    [{ layers: [...networkLayers].reverse() }, 'must begin with the finest'],
    [{ std: [1, 0, 1] }, 'must be above 0'],
    [{ model: { file: 'net.pt' } }, 'never read'],
  ])('%j is refused', (params, message) => {
    const parsed = plugin.params.safeParse({ model: { file: 'net.onnx' }, layers: networkLayers, ...params });
    expect(JSON.stringify(parsed.error!.issues)).toContain(message);
  });
});
