import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import type { Compute } from '../../../../src/shared/compute.js';
import {
  conv2d,
  conv2dTransposed,
  convolution,
  depthwiseConv2d,
  transposedConvolution,
} from '../../../../src/toolkit/layers/convolution.js';
import { averagePool3x3 } from '../../../../src/toolkit/layers/averagePool.js';
import { gridSample } from '../../../../src/toolkit/layers/gridSample.js';
import {
  byBatchStatistics,
  byStoredStatistics,
  channelStatistics,
  groupNormalisation,
  instanceNormalisation,
} from '../../../../src/toolkit/layers/normalisation.js';
import { resizeBilinear } from '../../../../src/toolkit/layers/resizeBilinear.js';
import { lossAndGradients } from '../../../../src/toolkit/optimisation/gradients.js';
import { expectGolden, goldenCases, number } from '../../../golden/golden.js';
import { host, probed } from '../probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/common/common', op);

describe('convolutions and their gradients', () => {
  test.each(cases('conv'))('$name', async (golden) => {
    const { x, weight, probe, ...rest } = golden.inputs;
    const [stride, padding, dilation] = ['stride', 'padding', 'dilation'].map((key) => number(rest[key]));
    const results = await probed(compute, { x: host(x), weight: host(weight) }, host(probe), (given) => {
      const [image, filter] = [given['x'] as Tensor4D, given['weight'] as Tensor4D];
      if (rest['groups'] !== 1) return depthwiseConv2d(image, filter, { stride: stride!, padding: padding! });
      return conv2d(image, filter, { stride: stride!, padding: padding!, dilation: dilation! });
    });
    expectGolden(golden, results);
  });

  test.each(cases('conv_transpose'))('$name', async (golden) => {
    const { x, weight, probe, stride, padding, outputPadding } = golden.inputs;
    const settings = { stride: number(stride), padding: number(padding), outputPadding: number(outputPadding) };
    const results = await probed(compute, { x: host(x), weight: host(weight) }, host(probe), (given) =>
      conv2dTransposed(given['x'] as Tensor4D, given['weight'] as Tensor4D, settings),
    );
    expectGolden(golden, results);
  });

  test('a dilated one keeps the size of its input where nothing else is asked, whatever the rest', () => {
    for (const [rows, columns, dilation] of [
      [9, 8, 6],
      [5, 7, 2],
      [4, 4, 3],
    ] as const) {
      const shape = tf.tidy(() => {
        const weight = tf.ones<tf.Rank.R4>([2, 3, 3, 3]);
        return conv2d(tf.ones([1, rows, columns, 3]), weight, { dilation }).shape;
      });
      expect(shape).toEqual([1, rows, columns, 2]);
    }
  });

  test('a bias is added where there is one', () => {
    tf.tidy(() => {
      const parameters = {
        'a.weight': tf.ones([1, 1, 1, 1]),
        'b.weight': tf.ones([1, 1, 1, 1]),
        'b.bias': tf.tensor1d([3]),
      };
      const x = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
      expect([...convolution(parameters, 'a', x).dataSync()]).toEqual([1]);
      expect([...convolution(parameters, 'b', x).dataSync()]).toEqual([4]);
      expect([...transposedConvolution(parameters, 'b', x).dataSync()].slice(0, 1)).toEqual([4]);
    });
  });

  test('what does not fit is refused', () => {
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([1, 4, 4, 3]);
      const weight = tf.ones<tf.Rank.R4>([2, 5, 3, 3]);
      expect(() => conv2d(x, weight)).toThrow('takes 5 channels, got a tensor of shape [1, 4, 4, 3]');
      expect(() => conv2dTransposed(x, weight)).toThrow('takes 2 channels');
      expect(() => conv2d(x, tf.ones([2, 3, 3, 3]), { dilation: 2, stride: 2 })).toThrow('has stride 1, got 2');
      expect(() => depthwiseConv2d(x, tf.ones([4, 1, 3, 3]))).toThrow('4 outputs cannot be shared by 3 channels');
    });
  });
});

describe('normalisations and their gradients', () => {
  test.each(cases('batch_norm'))('$name, by the batch and by stored statistics', async (golden) => {
    const { x, scale, offset, probe, mean, variance } = golden.inputs;
    const inputs = { x: host(x), scale: host(scale), offset: host(offset) };
    const named = (given: Readonly<Record<string, Tensor>>) => ({
      'n.weight': given['scale']!,
      'n.bias': given['offset']!,
    });
    const results = await probed(compute, inputs, host(probe), (given) =>
      byBatchStatistics(named(given), 'n', given['x']!),
    );
    const count = inputs.x.data.length / inputs.scale.data.length;
    const compiled = await compute.compile(
      'statistics',
      (before, spread, image, weight, bias) => {
        const measured = channelStatistics(image);
        const after = {
          mean: tf.add(tf.mul(before, 0.9), tf.mul(measured.mean, 0.1)),
          variance: tf.add(tf.mul(spread, 0.9), tf.mul(measured.variance, (0.1 * count) / (count - 1))),
        };
        const stored = { 'n.weight': weight, 'n.bias': bias, 'n.mean': after.mean, 'n.variance': after.variance };
        return [after.mean, after.variance, byStoredStatistics(stored, 'n', image)];
      },
      [host(mean), host(variance), ...Object.values(inputs)],
    );
    const [meanAfter, varianceAfter, evaluated] = await compiled.run([
      host(mean),
      host(variance),
      ...Object.values(inputs),
    ]);
    await compiled.dispose();
    expectGolden(golden, { ...results, meanAfter, varianceAfter, evaluated });
  });

  test.each(cases('instance_norm'))('$name', async (golden) => {
    const { x, probe } = golden.inputs;
    const results = await probed(compute, { x: host(x) }, host(probe), (given) =>
      instanceNormalisation({}, 'n', given['x'] as Tensor4D),
    );
    expectGolden(golden, results);
  });

  test.each(cases('group_norm'))('$name', async (golden) => {
    const { x, probe, groups, scale, offset } = golden.inputs;
    const inputs = { x: host(x), scale: host(scale), offset: host(offset) };
    const results = await probed(compute, inputs, host(probe), (given) => {
      const parameters = { 'n.weight': given['scale']!, 'n.bias': given['offset']! };
      return groupNormalisation(parameters, 'n', given['x'] as Tensor4D, number(groups));
    });
    expectGolden(golden, results);
  });

  test('groups that do not divide the channels are refused', () => {
    tf.tidy(() => {
      expect(() => groupNormalisation({}, 'n', tf.ones([1, 2, 2, 6]), 4)).toThrow('4 groups do not divide 6 channels');
    });
  });
});

describe('resizing and its gradient', () => {
  test.each(cases('resize').filter(({ inputs }) => inputs['mode'] === 'bilinear'))('$name', async (golden) => {
    const { x, probe, size, alignCorners } = golden.inputs;
    const [rows, columns] = size as [number, number];
    const results = await probed(compute, { x: host(x) }, host(probe), (given) => {
      const image = given['x'] as Tensor4D;
      return alignCorners
        ? tf.image.resizeBilinear(image, [rows, columns], true)
        : resizeBilinear(image, rows, columns);
    });
    expectGolden(golden, results);
  });

  test.each(cases('resize').filter(({ inputs }) => inputs['mode'] === 'nearest'))('$name', async (golden) => {
    const { x, probe, size } = golden.inputs;
    const results = await probed(compute, { x: host(x) }, host(probe), (given) =>
      tf.image.resizeNearestNeighbor(given['x'] as Tensor4D, size as [number, number]),
    );
    expectGolden(golden, results);
  });
});

describe('reading between pixels, and its gradients', () => {
  test.each(cases('grid_sample'))('$name', async (golden) => {
    const { x, grid, probe } = golden.inputs;
    const results = await probed(compute, { x: host(x), grid: host(grid) }, host(probe), (given) =>
      gridSample(given['x'] as Tensor4D, given['grid'] as Tensor4D),
    );
    expectGolden(golden, results);
  });

  test('the centres of the pixels give the pixels, of each image its own, and a place beside them nothing', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]);
      const grid = tf.tensor4d([-1, -1, 1, -1, -1, 1, 1, 1, -1, -1, 1, 1, 3, 1, 0, 0], [2, 2, 2, 2]);
      expect([...gridSample(x, grid).dataSync()]).toEqual([1, 2, 3, 4, 5, 8, 0, 6.5]);
    });
  });

  test('a grid of another number of images is refused', () => {
    tf.tidy(() => {
      expect(() => gridSample(tf.ones([2, 4, 4, 3]), tf.ones([1, 4, 4, 2]))).toThrow(
        'a grid for 2 images has the shape [2, rows, columns, 2], got [1, 4, 4, 2]',
      );
    });
  });
});

describe('pooling and its gradient', () => {
  test.each(cases('pooling'))('$name', async (golden) => {
    const { x, probe } = golden.inputs;
    const pooled = (image: Tensor4D) => ({ maximum: tf.maxPool(image, 2, 2, 'valid'), mean: averagePool3x3(image) });
    const compiled = await compute.compile(
      'pooling',
      (image, weights) => {
        const { gradients } = lossAndGradients({ x: image }, (given) => {
          const { maximum, mean } = pooled(given['x'] as Tensor4D);
          return tf.add(tf.sum(tf.mul(maximum, weights)), tf.sum(tf.square(mean)));
        });
        const { maximum, mean } = pooled(image as Tensor4D);
        return [maximum, mean, gradients['x']!];
      },
      [host(x), host(probe)],
    );
    const [maximum, mean, gradient] = await compiled.run([host(x), host(probe)]);
    await compiled.dispose();
    expectGolden(golden, { maximum, mean, 'grad.x': gradient });
  });
});
