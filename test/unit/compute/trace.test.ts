import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompute } from '../../../src/compute/index.js';
import { trace } from '../../../src/compute/tracer/trace.js';
import { hostTensor, type Compute, type TensorFunction } from '../../../src/shared/compute.js';
import { drawInputs, eagerly, normal } from './agreement.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ threads: 1 });
});
afterAll(() => compute.dispose());

const vector = [{ shape: [4] }];
const graphOf = (fn: TensorFunction, specs = vector) =>
  trace('traced', fn, specs, { inputNames: specs.map((_, i) => `input${i}`) });

describe('what a tensor function may not do', () => {
  it('a kernel without an entry in the table is named, with the function', async () => {
    const fn: TensorFunction = (x) => [tf.spectral.fft(tf.complex(x, x))];
    await expect(compute.compile('spectrum', fn, vector)).rejects.toThrow(
      'MODEL_LAYER_UNSUPPORTED: the tensor function "spectrum" uses the TensorFlow.js kernel "Complex", which cannot be compiled',
    );
  });

  it('reading a computed tensor back fails', () => {
    expect(() => graphOf((x) => [tf.tensor1d(tf.square(x).dataSync())])).toThrow(/may not read back a computed tensor/);
  });

  it('a tensor computed in one trace cannot be used in another', () => {
    let leaked: tf.Tensor | undefined;
    graphOf((x) => [(leaked = tf.keep(tf.square(x)))]);
    expect(() => graphOf((x) => [tf.add(x, leaked!)])).toThrow(/while another function was traced/);
    leaked!.dispose();
  });

  it('compiling inside a traced function fails', () => {
    expect(() => graphOf((x) => (graphOf((y) => [y]), [x]))).toThrow(/may not compile another one/);
  });
});

describe('after an error', () => {
  const inGradient: TensorFunction = (x) => {
    const failing = (y: tf.Tensor) => {
      tf.square(tf.exp(y));
      throw new Error('a mistake of the function');
    };
    return [tf.grad(failing)(x)];
  };
  const plain: TensorFunction = (x) => {
    tf.square(x);
    throw new Error('a mistake of the function');
  };

  it.each([['in the function', plain], ['inside a gradient', inGradient]])(
    '%s, no tensor is left, the backend is the old one and tracing works', (_, fn) => {
      const before = tf.memory().numTensors;
      const backend = tf.getBackend();
      expect(() => graphOf(fn)).toThrow('a mistake of the function');
      expect(tf.memory().numTensors).toBe(before);
      expect(tf.getBackend()).toBe(backend);
      expect(graphOf((x) => [tf.square(x)]).nodes).toHaveLength(1);
    }); // prettier-ignore
});

describe('constants', () => {
  it('made inside a function and kept are constants of later functions, and readable', async () => {
    let table: tf.Tensor | undefined;
    const fn: TensorFunction = (x) => {
      table ??= tf.keep(tf.tensor1d([1, 2, 3, 4]));
      return [tf.mul(x, table)];
    };
    for (let i = 0; i < 2; i++) {
      const compiled = await compute.compile('kept', fn, vector);
      const [result] = await compiled.run([hostTensor(Float32Array.of(1, 1, 1, 1), [4])]);
      expect([...result!.data]).toEqual([1, 2, 3, 4]);
    }
    expect([...tf.add(table!, 1).dataSync()]).toEqual([2, 3, 4, 5]);
    table!.dispose();
  });

  it('can be read while tracing', () => {
    const constant = tf.tensor1d([3, 1, 2]);
    const graph = graphOf((x) => [tf.pad(x, [[constant.dataSync()[0]!, tf.scalar(2).dataSync()[0]!]])]);
    expect(graph.outputs[0]!.shape).toEqual([9]);
    constant.dispose();
  });

  it('that are not used are not in the graph', () => {
    const graph = graphOf((x) => {
      tf.add(tf.tensor1d([1, 2, 3, 4]), x);
      return [tf.square(x)];
    });
    expect(graph.initializers).toEqual([]);
  });

  it('captured many times enter the graph once', () => {
    const weights = tf.tensor1d([1, 2, 3, 4]);
    const graph = graphOf((x) => [tf.add(tf.mul(x, weights), weights), tf.sub(x, weights)]);
    expect(graph.initializers).toHaveLength(1);
    weights.dispose();
  });

  it('of one number stand as that number', () => {
    const graph = graphOf((x) => [tf.maximum(x, tf.fill([4], 2)), tf.maximum(x, tf.tensor1d([2, 2, 2, 2]))]);
    expect(graph.initializers.map(({ shape }) => shape)).toEqual([[]]);
  });
});

describe('the graph', () => {
  const operators = (fn: TensorFunction, specs?: { shape: number[] }[]) => graphOf(fn, specs).nodes.map(({ op }) => op);

  it('has equal nodes once', () => {
    expect(operators((x) => [tf.add(tf.exp(x), 1), tf.sub(tf.exp(x), 2)])).toEqual(['Exp', 'Add', 'Sub']);
  });

  it('merges transposes that undo each other', () => {
    const specs = [{ shape: [1, 8, 8, 3] }, { shape: [3, 3, 3, 5] }, { shape: [3, 3, 5, 2] }];
    const fn: TensorFunction = (x, f, g) => [
      tf.conv2d(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'), g as tf.Tensor4D, 1, 'same'),
    ];
    // One for the image, one for each filter, one for the result.
    expect(operators(fn, specs).filter((op) => op === 'Transpose')).toHaveLength(4);
  });

  it('does not make broadcast copies that only element-wise nodes read', () => {
    const fn: TensorFunction = (x) => [tf.mul(x, tf.broadcastTo(tf.sum(x, 1, true), [3, 5]))];
    expect(operators(fn, [{ shape: [3, 5] }])).toEqual(['ReduceSum', 'Mul']);
  });

  it('keeps what a gradient spreads small', () => {
    const fn: TensorFunction = (x) => [tf.grad((y: tf.Tensor) => tf.mean(tf.square(y)))(x)];
    expect(operators(fn, [{ shape: [300, 500] }])).not.toContain('Expand');
    expect(graphOf(fn, [{ shape: [300, 500] }]).initializers.every(({ values }) => values.length < 3)).toBe(true);
  });
});

describe('gradients that tfjs has wrong or not at all', () => {
  /** A linear map f and its gradient are adjoint: <f(x), w> = <x, gradient of <f(x), w>>. */
  async function expectAdjoint(f: (x: tf.Tensor4D) => tf.Tensor, shape: number[], outputShape: number[]) {
    const [x, w] = drawInputs([normal(shape), normal(outputShape)]);
    const fn: TensorFunction = (image, weights) => {
      const weighted = (y: tf.Tensor) => tf.sum(tf.mul(f(y as tf.Tensor4D), weights));
      return [weighted(image), tf.sum(tf.mul(image, tf.grad(weighted)(image)))];
    };
    const compiled = await compute.compile('adjoint', fn, [{ shape }, { shape: outputShape }]);
    const [forward, backward] = await compiled.run([x!, w!]);
    expect(backward!.data[0]).toBeCloseTo(forward!.data[0]!, 3);
  }

  it.each([
    ['legacy', false, false],
    ['align corners', true, false],
    ['half pixel', false, true],
  ])('resizing an image that is not square, %s', async (_, align, half) => {
    for (const size of [[3, 9], [14, 5]] as [number, number][]) {
      await expectAdjoint((x) => tf.image.resizeBilinear(x, size, align, half), [2, 7, 6, 3], [2, ...size, 3]);
      await expectAdjoint((x) => tf.image.resizeNearestNeighbor(x, size, align, half), [2, 7, 6, 3], [2, ...size, 3]);
    } // prettier-ignore
  });

  it.each([1, 2, 3])('averages at padded edges, stride %i', async (stride) => {
    const size = [Math.ceil(7 / stride), Math.ceil(6 / stride)];
    await expectAdjoint((x) => tf.avgPool(x, 3, stride, 'same'), [2, 7, 6, 3], [2, ...size, 3]);
  });

  it('a gather within a batch, a product over several axes', async () => {
    const places = tf.tensor2d([[0, 2], [1, 1]], undefined, 'int32'); // prettier-ignore
    const batched: TensorFunction = (x) => [
      tf.grad((y: tf.Tensor) => tf.sum(tf.square(tf.gather(y, places, 1, 1))))(x),
    ];
    const compiled = await compute.compile('batched gather', batched, [{ shape: [2, 3] }]);
    const [result] = await compiled.run([hostTensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])]);
    expect([...result!.data]).toEqual([2, 0, 6, 0, 20, 0]);
    places.dispose();
  });
});

it('a random function of many steps agrees with the cpu backend after two traces in turn', async () => {
  const fn: TensorFunction = (x, w) => {
    const hidden = tf.softmax(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D));
    return [tf.mean(hidden, 0), tf.topk(hidden, 2).values];
  };
  const inputs = drawInputs([normal([6, 5]), normal([5, 4])]);
  const expected = eagerly(fn, inputs);
  for (let i = 0; i < 2; i++) {
    const compiled = await compute.compile('steps', fn, [{ shape: [6, 5] }, { shape: [5, 4] }]);
    const results = await compiled.run(inputs);
    results.forEach(({ data }, output) =>
      data.forEach((value, j) => expect(value).toBeCloseTo(expected[output]!.data[j]!, 5)),
    );
  }
});
