import { beforeAll, describe, expect, test } from 'vitest';
import { addPositionCode, positionCode, positionCodeAt } from '../../../../src/toolkit/position/positionCode.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

describe('the position code (Eq. 3)', () => {
  test.each(goldenCases('01-position-code', 'position_code'))('$name', (golden) => {
    const { height, width, dF, rho } = golden.inputs;
    const result = run([], () => ({
      code: positionCode(number(height), number(width), number(dF), { patchSize: number(rho) }),
    }));
    expectGolden(golden, result);
  });

  test.each(goldenCases('01-position-code', 'position_code_at'))('$name', (golden) => {
    const { positions, dF, rho } = golden.inputs;
    const { data, shape } = array(positions);
    const code = Array.from({ length: shape[0]! }, (_, i) => [
      ...positionCodeAt(data[2 * i]!, data[2 * i + 1]!, number(dF), { patchSize: number(rho) }),
    ]);
    expectGolden(golden, { code: code.flat() });
  });

  test('refuses channels that have no four quarters', () => {
    expect(() => positionCode(2, 2, 10)).toThrow(
      new RangeError('a position code needs a multiple of 4 channels, got 10'),
    );
    expect(() => positionCodeAt(0, 0, 10)).toThrow(RangeError);
  });
});

describe('position-constrained features (Eq. 2)', () => {
  test.each(goldenCases('02-pcf', 'pcf'))('$name', (golden) => {
    const { features, lambda, rho } = golden.inputs;
    const result = run([tensor(features)], (f) => ({
      pcf: addPositionCode(f, number(lambda), { patchSize: number(rho) }),
    }));
    expectGolden(golden, result);
  });

  test('refuses features that are no map', () => {
    run([tensor({ shape: [2, 4], data: [1, 2, 3, 4, 5, 6, 7, 8] })], (f) => {
      expect(() => addPositionCode(f, 0.1)).toThrow('got [2, 4]');
      return {};
    });
  });
});
