import * as tf from '@tensorflow/tfjs-core';
import onnxProto from 'onnx-proto';
import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { traceToOnnx } from '../../../src/compute/index.js';
import type { TensorFunction } from '../../../src/shared/compute.js';
import { drawInputs, eagerly, normal, withGradients } from './agreement.js';

const options = { inputNames: ['image', 'weights'], outputNames: ['scores'] };
const specs = [{ shape: [2, 3] }, { shape: [3, 4] }];
const scores: TensorFunction = (x, w) => [tf.softmax(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))];

it('writes a file that plain ONNX Runtime runs by its names', async () => {
  const bytes = traceToOnnx('detector', scores, specs, { ...options, metadata: { model: 'swin', version: '3' } });
  const session = await ort.InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(['image', 'weights']);
  expect(session.outputNames).toEqual(['scores']);
  const inputs = drawInputs([normal([2, 3]), normal([3, 4])]);
  const [image, weights] = inputs.map(({ data, shape }) => new ort.Tensor('float32', data as Float32Array, shape));
  const results = await session.run({ image: image!, weights: weights! });
  const expected = eagerly(scores, inputs)[0]!;
  expect(results['scores']!.dims).toEqual(expected.shape);
  (results['scores']!.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected.data[i]!, 5));
  await session.release();
});

it('states the graph, metadata and named constants, in standard operators only', () => {
  const bank = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
  const fn: TensorFunction = (x) => [tf.matMul(x, bank, false, true)];
  const bytes = traceToOnnx('search', fn, [{ shape: [5, 2] }], {
    inputNames: ['queries'],
    outputNames: ['products'],
    metadata: { bank: '3 x 2' },
    constantsByName: { memoryBank: bank },
  });
  const model = onnxProto.onnx.ModelProto.decode(bytes);
  expect(model.producerName).toBe('residua');
  expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([['', 18]]);
  expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['bank', '3 x 2']]);
  expect(model.graph!.name).toBe('search');
  const initializer = model.graph!.initializer!.find(({ name }) => name === 'memoryBank');
  expect(initializer!.dims!.map(Number)).toEqual([3, 2]);
  bank.dispose();
});

it('uses no operator outside the standard, also for gradients of batched products', () => {
  const fn = withGradients((a, b) => [tf.matMul(a, b, false, true)]);
  const bytes = traceToOnnx('products', fn, [{ shape: [2, 3, 4] }, { shape: [2, 5, 4] }], {
    inputNames: ['a', 'b'],
    outputNames: ['product', 'gradientOfA', 'gradientOfB'],
  });
  const { node } = onnxProto.onnx.ModelProto.decode(bytes).graph!;
  expect(node!.length).toBeGreaterThan(0);
  expect(node!.filter(({ domain }) => domain)).toEqual([]);
});

it.each([
  ['inputs', { ...options, inputNames: ['image'] }, '"detector" has 2 inputs, 1 names were given'],
  ['outputs', { ...options, outputNames: ['a', 'b'] }, '"detector" has 1 outputs, 2 names were given'],
  ['equal names', { ...options, outputNames: ['image'] }, 'the name "image" is given twice'],
])('refuses wrong names of %s', (_, wrong, message) => {
  expect(() => traceToOnnx('detector', scores, specs, wrong)).toThrow(new RangeError(message));
});
