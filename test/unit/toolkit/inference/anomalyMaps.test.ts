import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { type Compute, hostTensor } from '../../../../src/shared/compute.js';
import { anomalyMaps, type AnomalyMapSettings } from '../../../../src/toolkit/inference/anomalyMaps.js';
import { named } from '../../../../src/toolkit/training/gradients.js';
import { array, expectGolden, type GoldenCase, goldenCases, number, weights } from '../../../golden/golden.js';
import { swinParameters } from '../goldenSwin.js';
import { run, tensor, useCpuBackend } from '../tensors.js';

let compute: Compute;
beforeAll(async () => {
  await useCpuBackend();
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const batchOf = (value: unknown) => [1, ...array(value).shape] as Tensor4D['shape'];

function settingsOf({ inputs }: GoldenCase): AnomalyMapSettings {
  return {
    positionWeight: number(inputs['lambda']),
    residual: inputs['kind'] === 'square' ? 'SQUARE' : 'ABSOLUTE',
    patchSize: number(inputs['rho']),
    windowSize: number(inputs['mu']),
    windowStep: number(inputs['step']),
    imageHeight: number(inputs['imageHeight']),
    imageWidth: number(inputs['imageWidth']),
    smoothingSigma: number(inputs['sigma']),
  };
}

describe('inference from features to the pixel map (Fig. 2)', () => {
  test.each(goldenCases('16-inference', 'infer'))('on the cpu backend: $name', (golden) => {
    const { features, memory } = golden.inputs;
    const parameters = swinParameters(golden);
    const [map, bank] = [tensor<Tensor4D>(features, batchOf(features)), tensor<Tensor2D>(memory)];
    const stages = run([map, bank, ...Object.values(parameters)], () => ({
      ...anomalyMaps(map, bank, parameters, settingsOf(golden)),
    }));
    expectGolden(golden, {
      pcf: stages.constrained.data,
      residuals: stages.residuals.data,
      tokens: stages.tokens.data,
      blockMap: stages.blockMaps.data,
      pixelMap: stages.pixelMaps.data,
    });
  });

  test.each(goldenCases('16-inference', 'infer'))('as one traced graph: $name', async (golden) => {
    const { features, memory } = golden.inputs;
    const entries = [...weights(golden.inputs['weights'])].filter(([name]) => !name.endsWith('position_index'));
    const names = entries.map(([name]) => name);
    const infer = (map: Tensor, bank: Tensor, ...parameters: Tensor[]) => {
      const stages = anomalyMaps(map as Tensor4D, bank as Tensor2D, named(names, parameters), settingsOf(golden));
      return [stages.constrained, stages.residuals, stages.tokens, stages.blockMaps, stages.pixelMaps];
    };
    const inputs = [
      hostTensor(array(features).data, batchOf(features)),
      hostTensor(array(memory).data, array(memory).shape),
      ...entries.map(([, { data, shape }]) => hostTensor(data, shape)),
    ];
    const graph = await compute.compile('inference', infer, inputs);
    const [pcf, residuals, tokens, blockMap, pixelMap] = (await graph.run(inputs)).map(({ data }) => data);
    await graph.dispose();
    expectGolden(golden, { pcf, residuals, tokens, blockMap, pixelMap });
  });
});
