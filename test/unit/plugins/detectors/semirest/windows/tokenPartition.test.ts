import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { tokenPartition } from '../../../../../../plugins/detectors/semirest/windows/tokenPartition.js';
import { array, expectGolden, goldenCases, number } from '../../../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../../../../toolkit/tensors.js';

beforeAll(useCpuBackend);

test.each(goldenCases('06-tokens', 'token_partition'))('tokens (Eq. 7): $name', (golden) => {
  const { residuals, rho } = golden.inputs;
  const input = tensor<Tensor4D>(residuals, [1, ...array(residuals).shape] as Tensor4D['shape']);
  const { tokens } = run([input], (r) => ({ tokens: tokenPartition(r, number(rho)) }));
  expectGolden(golden, { tokens: { ...tokens, shape: tokens.shape.slice(1) } });
});

test('refuses a map that patches do not divide', () => {
  const input = tensor<Tensor4D>({ shape: [3, 4, 2], data: Array<number>(24).fill(0) }, [1, 3, 4, 2]);
  run([input], (r) => {
    expect(() => tokenPartition(r, 2)).toThrow('a map of 3x4 features cannot be cut into patches of 2x2');
    return {};
  });
});
