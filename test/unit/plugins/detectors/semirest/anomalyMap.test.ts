import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createCompute } from '../../../../../src/compute/index.js';
import { type Compute, hostTensor } from '../../../../../src/shared/compute.js';
import { anomalyMap, type AnomalyMapOptions, tokenMap } from '../../../../../plugins/detectors/semirest/anomalyMap.js';
import { addPositionCode } from '../../../../../src/toolkit/position/positionCode.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { named } from '../../../../../src/toolkit/layers/namedTensors.js';
import { windowGrid } from '../../../../../plugins/detectors/semirest/windows/windowStarts.js';
import { array, expectGolden, type GoldenCase, goldenCases, number, weights } from '../../../../golden/golden.js';
import { swinParameters } from '../../../toolkit/goldenSwin.js';
import { run, tensor, useCpuBackend } from '../../../toolkit/tensors.js';

let compute: Compute;
beforeAll(async () => {
  await useCpuBackend();
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const batchOf = (value: unknown) => [1, ...array(value).shape] as Tensor4D['shape'];

/** The paper's: nothing beyond it. */
function optionsOf({ inputs }: GoldenCase): AnomalyMapOptions {
  const [rows, columns] = array(inputs['features']).shape as [number, number, number];
  const patchSize = number(inputs['rho']);
  return {
    params: {
      residual: inputs['kind'] === 'square' ? 'square' : 'absolute',
      tokenPatchSize: patchSize,
      ...{
        featureInput: 0,
        residualInput: 'linear',
        distancePrior: 0,
        headNeighbourhood: 5,
        fineWeight: 0,
        temperature: 1,
        imageScore: 'map' as const,
      },
    },
    smoothingSigma: number(inputs['sigma']),
    grid: windowGrid(rows / patchSize, columns / patchSize, number(inputs['mu']), number(inputs['step'])),
  };
}

/** Steps in between, which have vectors of their own (topics 04 and 06). */
const except = ['residuals', 'tokens'];

/** f^, block map and pixel map by the functions that predictions are made of. */
function stagesOf(golden: GoldenCase, features: Tensor4D, vectors: Tensor2D, parameters: NamedTensors): Tensor[] {
  const { inputs } = golden;
  const options = optionsOf(golden);
  const { tokenPatchSize: patchSize } = options.params;
  const constrained = addPositionCode(features, number(inputs['lambda']), { patchSize });
  const network = { parameters, scale: tf.ones<tf.Rank.R1>([1]) };
  const bank = {
    vectors,
    penalty: tf.zeros<tf.Rank.R1>([vectors.shape[0]]),
    directions: undefined,
    whitening: undefined,
  };
  const size = { height: number(inputs['imageHeight']), width: number(inputs['imageWidth']) };
  const { anomalyMap: pixelMap, nearest } = anomalyMap(
    { features: constrained, fine: undefined },
    bank,
    network,
    size,
    options,
  );
  return [
    constrained,
    tokenMap({ features: constrained, rows: nearest!.rows, bank: vectors }, network, options),
    pixelMap,
  ];
}

describe('inference from features to the pixel map (Fig. 2)', () => {
  test.each(goldenCases('16-inference', 'infer'))('on the cpu backend: $name', (golden) => {
    const { features, memory } = golden.inputs;
    const parameters = swinParameters(golden);
    const [map, bank] = [tensor<Tensor4D>(features, batchOf(features)), tensor<Tensor2D>(memory)];
    const stages = run([map, bank, ...Object.values(parameters)], () =>
      tf.tidy(() => named(['pcf', 'blockMap', 'pixelMap'], stagesOf(golden, map, bank, parameters))),
    );
    const { pcf, blockMap, pixelMap } = stages;
    expectGolden(golden, { pcf: pcf!.data, blockMap: blockMap!.data, pixelMap: pixelMap!.data }, except);
  });

  test.each(goldenCases('16-inference', 'infer'))('as one traced graph: $name', async (golden) => {
    const { features, memory } = golden.inputs;
    const entries = [...weights(golden.inputs['weights'])].filter(([name]) => !name.endsWith('position_index'));
    const names = entries.map(([name]) => name);
    const infer = (map: Tensor, bank: Tensor, ...parameters: Tensor[]) =>
      stagesOf(golden, map as Tensor4D, bank as Tensor2D, named(names, parameters));
    const inputs = [
      hostTensor(array(features).data, batchOf(features)),
      hostTensor(array(memory).data, array(memory).shape),
      ...entries.map(([, { data, shape }]) => hostTensor(data, shape)),
    ];
    const graph = await compute.compile('inference', infer, inputs);
    const [pcf, blockMap, pixelMap] = (await graph.run(inputs)).map(({ data }) => data);
    await graph.dispose();
    expectGolden(golden, { pcf, blockMap, pixelMap }, except);
  });
});
