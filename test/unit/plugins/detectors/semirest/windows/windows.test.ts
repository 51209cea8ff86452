import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bag } from '../../../../../../plugins/detectors/semirest/windows/bag.js';
import { extractWindows } from '../../../../../../plugins/detectors/semirest/windows/extractWindows.js';
import {
  windowCounts,
  windowGrid,
  windowOrigins,
  windowStarts,
} from '../../../../../../plugins/detectors/semirest/windows/windowStarts.js';
import { array, expectGolden, goldenCases, number } from '../../../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

describe('sliding windows (Eq. 8)', () => {
  test.each(goldenCases('07-sliding-windows', 'window_starts'))('$name', (golden) => {
    const { size, mu, step } = golden.inputs;
    expectGolden(golden, { starts: windowStarts(number(size), number(mu), number(step)) });
  });

  test.each(goldenCases('07-sliding-windows', 'extract_windows'))('$name', (golden) => {
    const { tokens, mu, step } = golden.inputs;
    const [rows, columns, channels] = array(tokens).shape as [number, number, number];
    const grid = windowGrid(rows, columns, number(mu), number(step));
    const input = tensor<Tensor4D>(tokens, [1, rows, columns, channels]);
    const result = run([input], (t) => ({ windows: extractWindows(t, grid) }));
    expectGolden(golden, { ...result, origins: windowOrigins(grid).flat() });
  });

  test('refuses a step that leaves tokens out and a size that is no count', () => {
    expect(() => windowStarts(10, 4, 5)).toThrow('a window step of 5 leaves tokens out between windows of 4');
    expect(() => windowStarts(10, 4, 0)).toThrow('step of a window grid is a positive integer, got 0');
    expect(() => windowStarts(10.5, 4, 2)).toThrow(RangeError);
  });
});

describe('bagging (Eq. 10)', () => {
  test.each(goldenCases('07-sliding-windows', 'bag'))('$name', (golden) => {
    const { height, width, mu, step, maps } = golden.inputs;
    const grid = windowGrid(number(height), number(width), number(mu), number(step));
    const { map } = run([tensor<Tensor3D>(maps)], (m) => ({ map: bag(m, grid) }));
    expectGolden(golden, { map: { ...map, shape: map.shape.slice(1) }, counts: windowCounts(grid) });
  });

  test('bagging the windows of two maps gives the maps back', () => {
    const grid = windowGrid(5, 7, 4, 2);
    const data = Array.from({ length: 70 }, (_, i) => (i * 37) % 101);
    const { map } = run([tf.tensor4d(data, [2, 5, 7, 1])], (tokens) => ({
      map: tf.tidy(() => bag(tf.squeeze(extractWindows(tokens, grid), [3]), grid)),
    }));
    expect(map.shape).toEqual([2, 5, 7]);
    expect([...map.data]).toEqual(data);
  });
});
