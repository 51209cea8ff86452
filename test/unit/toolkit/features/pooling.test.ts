import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { averagePool3x3 } from '../../../../src/toolkit/layers/averagePool.js';
import { poolChannels } from '../../../../src/toolkit/features/channelPool.js';
import { hyperColumn, hyperColumnPatchcore } from '../../../../src/toolkit/features/hyperColumn.js';
import { resizeBilinear } from '../../../../src/toolkit/layers/resizeBilinear.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

/** A batch of one map. */
const map = (value: unknown) => tensor<Tensor4D>(value, [1, ...array(value).shape] as Tensor4D['shape']);

/** The only map of a batch. */
const single = <T extends { shape: number[] }>(batch: T) => ({ ...batch, shape: batch.shape.slice(1) });

describe('pooling of features', () => {
  test.each(goldenCases('13-resnet', 'average_pool_3x3'))('$name', (golden) => {
    const { y } = run([map(golden.inputs['x'])], (x) => ({ y: averagePool3x3(x) }));
    expectGolden(golden, { y: single(y) });
  });

  test.each(goldenCases('13-resnet', 'resize_bilinear'))('$name', (golden) => {
    const { x: input, height, width } = golden.inputs;
    const { y } = run([map(input)], (x) => ({ y: resizeBilinear(x, number(height), number(width)) }));
    expectGolden(golden, { y: single(y) });
  });

  test.each(goldenCases('13-resnet', 'adaptive_channel_pool'))('$name', (golden) => {
    const { x: input, dF } = golden.inputs;
    expectGolden(
      golden,
      run([tensor(input)], (x) => ({ y: poolChannels(x, number(dF)) })),
    );
  });
});

describe('hyper-columns (Eq. 1)', () => {
  for (const [op, join] of [
    ['hyper_column', hyperColumn],
    ['hyper_column_patchcore', hyperColumnPatchcore],
  ] as const) {
    test.each(goldenCases('13-resnet', op))('$name', (golden) => {
      const { layer2, layer3, dF } = golden.inputs;
      const { column } = run([map(layer2), map(layer3)], (fine, coarse) => ({
        column: join([fine, coarse], number(dF)),
      }));
      expectGolden(golden, { hyperColumn: single(column) });
    });
  }

  test('a batch of two is two of one', () => {
    const [golden] = goldenCases('13-resnet', 'hyper_column_patchcore').filter((each) => each.name.includes('9x7x8'));
    const { layer2, layer3, dF } = golden!.inputs;
    const twice = (value: unknown) => {
      const { data, shape } = array(value);
      return tensor<Tensor4D>({ shape: [2, ...shape], data: [...data, ...data] });
    };
    const { column } = run([twice(layer2), twice(layer3)], (a, b) => ({
      column: hyperColumnPatchcore([a, b], number(dF)),
    }));
    const half = column.data.length / 2;
    expect(column.data.slice(half)).toEqual(column.data.slice(0, half));
    expectGolden(golden!, { hyperColumn: column.data.slice(0, half) });
  });

  test('refuses an empty list of layers', () => {
    expect(() => hyperColumn([], 8)).toThrow(RangeError);
  });
});
