import { expect, test } from 'vitest';
import { gridCode } from '../../../../src/toolkit/position/gridCode.js';
import { expectGolden, goldenCases, number } from '../../../golden/golden.js';

test.each(goldenCases('detectors/cflow/cflow', 'position_code'))('as the original: $name', (golden) => {
  const [rows, columns, channels] = ['rows', 'columns', 'channels'].map((name) => number(golden.inputs[name]));
  expectGolden(golden, { code: { data: gridCode(rows!, columns!, channels!), shape: [rows!, columns!, channels!] } });
});

test('channels that cannot be shared by four are refused', () => {
  expect(() => gridCode(2, 2, 6)).toThrow('a code of a grid has a multiple of 4 channels, got 6');
});
