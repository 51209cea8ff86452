import '@tensorflow/tfjs-backend-cpu';
import { afterAll, describe, expect, it } from 'vitest';
import { OnnxRuntimeCompute } from '../../../src/compute/engines/onnxruntime.js';
import { missingChannels, type Gaps } from '../../../src/compute/tracer/gaps.js';
import { withoutGap } from '../../../src/compute/onnxGaps.js';
import { importOnnx } from '../../../src/compute/index.js';
import type { Compute, TensorFunction } from '../../../src/shared/compute.js';
import { networkFile } from '../../support/onnxFiles.js';
import { drawInputs, expectAgreement, normal, withGradients } from './agreement.js';
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

it('a file with convolutions of 18 channels gives the same for a provider with gaps', async () => {
  const network = await importOnnx({ name: 'net.onnx', bytes: networkFile({ channels: 18 }) }, ['coarse']);
  const inputs = drawInputs([normal([1, 3, 32, 32])]);
  const run = async (engine: Compute) => {
    const compiled = await engine.compile('file', (x) => network.apply(x, [[1, 24, 2, 2]]), inputs);
    return (await compiled.run(inputs))[0]!.data;
  };
  const plain = new OnnxRuntimeCompute({ threads: 1, reason: 'a test' });
  const [expected, found] = [await run(plain), await run(compute)];
  await plain.dispose();
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
});

it.each([
  [[4, 6, 3, 3], 1, {}, ['Conv']],
  [[4, 6, 3, 3], 1, { convChannels: true }, ['Pad', 'Pad', 'Conv']],
  [[4, 8, 3, 3], 1, { convChannels: true }, ['Conv']],
  [[8, 6, 3, 3], 2, { convChannels: true }, ['Conv']],
] as const)('a convolution of a file, filter %j, %i groups, gaps %j: %j', (shape, groups, gaps, operators) => {
  const attribute = [{ name: 'group', i: groups }];
  const node = { opType: 'Conv', input: ['x', 'w'], output: ['y'], attribute };
  const { nodes } = withoutGap(node, new Map([['w', shape]]), gaps, '#filled');
  expect(nodes.map(({ opType }) => opType)).toEqual(operators);
});

it.each([
  [3, 4, 0],
  [6, 4, 2],
  [6, 6, 0],
  [8, 4, 0],
  [9, 8, 3],
  [12, 4, 0],
  [15, 16, 1],
])('channels that are missing from %i to %i: %i', (inputs, outputs, missing) => {
  expect(missingChannels(inputs, outputs)).toBe(missing);
});
