import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import '../../../src/compute/index.js';
import { EagerCompute } from '../../../src/compute/engines/eager.js';
import { mendKernels } from '../../../src/compute/engines/mendedKernels.js';
import type { TensorFunction } from '../../../src/shared/compute.js';
import { countedBackend } from '../../support/countedBackend.js';
import { drawInputs, expectAgreement, normal, withGradients } from './agreement.js';

/**
 * A backend that refuses paddings in numbers, as TensorFlow's does, and computes otherwise as tfjs's own: what the mended kernels
 * mean does not depend on who computes.
 */
countedBackend('narrow');
for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('narrow')) {
  if (!/^(Conv2D|DepthwiseConv2dNative|MaxPool|AvgPool)(Grad|Backprop\w+)?$/.test(kernelName)) continue;
  tf.unregisterKernel(kernelName, 'narrow');
  const refusing: typeof kernelFunc = (call) => {
    const { pad } = call.attrs as { pad?: unknown };
    if (typeof pad !== 'string' && pad !== 0) throw new Error(`only 'valid' and 'same', not ${JSON.stringify(pad)}`);
    return kernelFunc(call);
  };
  tf.registerKernel({ kernelName, backendName: 'narrow', kernelFunc: refusing });
}

const image = [2, 7, 6, 3];
const explicit: tf.backend_util.ExplicitPadding = [[0, 0], [1, 2], [0, 1], [0, 0]]; // prettier-ignore
const paddings: [string, number | 'same' | tf.backend_util.ExplicitPadding][] = [
  ['1', 1],
  ['same', 'same'],
  ['explicit', explicit],
];
type Four = tf.Tensor4D;
const cases: [string, number[][], (...x: tf.Tensor[]) => tf.Tensor][] = paddings.flatMap(([word, pad]) =>
  [1, 2].flatMap((stride): [string, number[][], (...x: tf.Tensor[]) => tf.Tensor][] => {
    const at = `padding ${word}, stride ${stride}`;
    const convolutions: [string, number[][], (...x: tf.Tensor[]) => tf.Tensor][] = [
      [`conv2d, ${at}`, [image, [3, 3, 3, 4]], (x, f) => tf.conv2d(x as Four, f as Four, stride, pad)],
      [`depthwise, ${at}`, [image, [3, 3, 3, 2]], (x, f) => tf.depthwiseConv2d(x as Four, f as Four, stride, pad)],
    ];
    // tfjs itself takes no explicit paddings for pools with a gradient.
    if (typeof pad === 'object') return convolutions;
    return [...convolutions, [`maxPool, ${at}`, [image], (x) => tf.maxPool(x as Four, 3, stride, pad)]];
  }),
);

describe('kernels that refuse paddings in numbers, mended', () => {
  const compute = new EagerCompute('narrow', 'narrow', {});
  afterAll(() => compute.dispose());

  it('refuse them before', async () => {
    const fn: TensorFunction = (x) => [tf.maxPool(x as Four, 3, 1, 1)];
    await expect(compute.compile('pool', fn, [{ shape: image }])).rejects.toThrow("only 'valid' and 'same'");
    mendKernels('narrow');
  });

  it.each(cases)('agree with their gradients: %s', async (name, shapes, fn) => {
    const before = tf.memory().numTensors;
    await expectAgreement(
      compute,
      name,
      withGradients((...x) => [fn(...x)]),
      shapes.map((shape) => normal(shape)),
      1e-4,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([1, 2])('average what lies inside the image, stride %i', async (stride) => {
    const fn: TensorFunction = (x) => [tf.avgPool(x as Four, 3, stride, 1)];
    await expectAgreement(compute, 'avgPool', fn, [normal(image)], 1e-5);
    // tfjs's own gradient divides by the whole window at the edges. The mean is linear, so that it and its gradient must agree.
    const adjoint: TensorFunction = (x, weights) => {
      const weighted = (y: tf.Tensor) => tf.sum(tf.mul(fn(y)[0]!, weights));
      return [weighted(x), tf.sum(tf.mul(x, tf.grad(weighted)(x)))];
    };
    const shapes = [image, [2, Math.ceil(7 / stride), Math.ceil(6 / stride), 3]];
    const compiled = await compute.compile(
      'adjoint',
      adjoint,
      shapes.map((shape) => ({ shape })),
    );
    const [forward, backward] = await compiled.run(drawInputs(shapes.map((shape) => normal(shape))));
    expect(backward!.data[0]).toBeCloseTo(forward!.data[0]!, 3);
  });

  it('gather by indices that another backend made, and round quotients down to integers', async () => {
    const indices = tf.tensor1d([2, 0], 'int32');
    const fn: TensorFunction = (x) => [tf.gather(x, indices), tf.floorDiv(x, tf.scalar(0.5))];
    await expectAgreement(compute, 'others', fn, [normal([3, 2])], 0);
  });
});
