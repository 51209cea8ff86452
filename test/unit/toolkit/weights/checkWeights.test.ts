import { expect, test } from 'vitest';
import { hostTensor } from '../../../../src/shared/compute.js';
import { type ProblemError } from '../../../../src/shared/errors.js';
import { checkWeights } from '../../../../src/toolkit/weights/checkWeights.js';

const shapes = { 'conv1.weight': [2, 2], 'bn1.bias': [2] };
const good = {
  'conv1.weight': hostTensor(new Float32Array(4), [2, 2]),
  'bn1.bias': hostTensor(new Float32Array(2), [2]),
};

function problems(tensors: Parameters<typeof checkWeights>[0], wanted: Parameters<typeof checkWeights>[1] = shapes) {
  try {
    checkWeights(tensors, wanted, 'net.safetensors');
  } catch (error) {
    return (error as ProblemError).problems.map(({ code, message }) => `${code} ${message}`);
  }
  throw new Error('nothing was refused');
}

test('gives the tensors asked for and leaves out the others', () => {
  const counter = hostTensor(new Int32Array(1), []);
  expect(checkWeights({ ...good, 'bn1.num_batches_tracked': counter }, shapes, 'net')).toEqual(good);
});

test('names every missing tensor, other shape and other type, all at once', () => {
  expect(problems({ 'conv1.weight': hostTensor(new Float32Array(4), [4, 1]) })).toEqual([
    'MODEL_WEIGHTS_INVALID net.safetensors: tensor conv1.weight is float32 [4, 1]; expected float32 [2, 2]',
    'MODEL_WEIGHTS_INVALID net.safetensors: tensor bn1.bias is missing; expected float32 [2]',
  ]);
  expect(problems({ ...good, 'bn1.bias': hostTensor(new Int32Array(2), [2]) })[0]).toContain('is int32 [2]');
});

test('finds what is not a finite number', () => {
  const weight = hostTensor(Float32Array.of(0, 1, NaN, 2), [2, 2]);
  const bias = hostTensor(Float32Array.of(-Infinity, 0), [2]);
  expect(problems({ 'conv1.weight': weight, 'bn1.bias': bias })).toEqual([
    'MODEL_NON_FINITE net.safetensors: tensor conv1.weight holds NaN at place 2',
    'MODEL_NON_FINITE net.safetensors: tensor bn1.bias holds -Infinity at place 0',
  ]);
});

test('counts what is beyond a screenful', () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`layer${i}`, [1]]));
  expect(problems({}, many)).toHaveLength(21);
  expect(problems({}, many).at(-1)).toContain('30 more');
});
