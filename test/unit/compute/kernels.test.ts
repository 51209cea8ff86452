import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompute } from '../../../src/compute/index.js';
import { kernelTable } from '../../../src/compute/tracer/kernelTable.js';
import type { Compute, TensorFunction } from '../../../src/shared/compute.js';
import { drawInputs, eagerly, expectAgreement, withGradients } from './agreement.js';
import { convolutionCases, poolingCases, resizingCases } from './imageKernelCases.js';
import {
  binaryCases,
  gatheringCases,
  matrixProductCases,
  reductionCases,
  shapeCases,
  unaryCases,
  type KernelCase,
} from './kernelCases.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ threads: 1 });
});
afterAll(() => compute.dispose());

const groups: Record<string, KernelCase[]> = {
  'one input': unaryCases,
  'two inputs': binaryCases,
  reductions: reductionCases,
  shapes: shapeCases,
  'matrix products': matrixProductCases,
  gathering: gatheringCases,
  convolution: convolutionCases,
  pooling: poolingCases,
  resizing: resizingCases,
};

function functionOf({ fn, gradients }: KernelCase): TensorFunction {
  const list: TensorFunction = (...inputs) => [fn(...inputs)].flat();
  return gradients ? withGradients(list) : list;
}

for (const [group, cases] of Object.entries(groups)) {
  describe(`traced kernels agree with the cpu backend: ${group}`, () => {
    it.each(cases)('$name', async (kernelCase) => {
      const { name, inputs, gpuTolerance } = kernelCase;
      const onGpu = compute.environment['device'] === 'gpu' ? gpuTolerance : undefined;
      await expectAgreement(compute, name, functionOf(kernelCase), inputs, onGpu ?? kernelCase.tolerance);
    });
  });
}

it('there is a case for every kernel of the table', async () => {
  const used = new Set<string>();
  for (const kernelCase of Object.values(groups).flat()) {
    const profile = await tf.profile(() => void eagerly(functionOf(kernelCase), drawInputs(kernelCase.inputs)));
    profile.kernelNames.forEach((name) => used.add(name));
  }
  expect(Object.keys(kernelTable).filter((name) => !used.has(name))).toEqual([]);
});
