import '@tensorflow/tfjs-backend-cpu';
import { afterAll, describe, it } from 'vitest';
import { OnnxRuntimeCompute } from '../../../src/compute/engines/onnxruntime.js';
import type { Gaps } from '../../../src/compute/tracer/gaps.js';
import type { TensorFunction } from '../../../src/shared/compute.js';
import { expectAgreement, withGradients } from './agreement.js';
import { convolutionCases, poolingCases } from './imageKernelCases.js';
import { binaryCases } from './kernelCases.js';

/** Graphs as they are written for a GPU, run where there is none: what the other nodes mean does not depend on who runs them. */
class ComputeWithGaps extends OnnxRuntimeCompute {
  protected override readonly gaps: Gaps = {
    maxPoolIndices: true,
    groupedConvTranspose: true,
    broadcastPow: true,
    sum: true,
    convChannels: true,
  };
}

const compute = new ComputeWithGaps({ threads: 1, reason: 'a test' });
afterAll(() => compute.dispose());

const concerned = [...convolutionCases, ...poolingCases, ...binaryCases].filter(({ name }) =>
  /conv|maxPool|pow|addN/i.test(name),
);

describe('graphs for a provider with gaps agree with the cpu backend', () => {
  it.each(concerned)('$name', async ({ name, inputs, fn, gradients, tolerance }) => {
    const list: TensorFunction = (...tensors) => [fn(...tensors)].flat();
    await expectAgreement(compute, name, gradients ? withGradients(list) : list, inputs, tolerance);
  });
});
