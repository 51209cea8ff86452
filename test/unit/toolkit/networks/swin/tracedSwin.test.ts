import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../../src/compute/index.js';
import { type Compute, hostTensor, type HostTensor } from '../../../../../src/shared/compute.js';
import { anomalyProbability, swin } from '../../../../../src/toolkit/networks/swin/swin.js';
import { focalLoss } from '../../../../../src/toolkit/losses/focalLoss.js';
import { named } from '../../../../../src/toolkit/layers/namedTensors.js';
import { lossAndGradients } from '../../../../../src/toolkit/optimisation/gradients.js';
import { CompiledStep } from '../../../../../src/toolkit/optimisation/compiledStep.js';
import { bag } from '../../../../../plugins/detectors/semirest/windows/bag.js';
import { windowGrid } from '../../../../../plugins/detectors/semirest/windows/windowStarts.js';
import {
  array,
  expectClose,
  expectGolden,
  type GoldenCase,
  goldenCases,
  number,
  weights,
} from '../../../../golden/golden.js';
import { goldenStep, stateUnder } from '../../goldenStep.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ threads: 1 });
});
afterAll(() => compute.dispose());

const host = (value: unknown): HostTensor => hostTensor(array(value).data, array(value).shape);

function parametersOf(golden: GoldenCase): Record<string, HostTensor> {
  const entries = [...weights(golden.inputs['weights'])].filter(([name]) => !name.endsWith('position_index'));
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [name, hostTensor(data, shape)]));
}

function expectSamples(golden: GoldenCase, expected: unknown, got: Readonly<Record<string, HostTensor>>) {
  const entries = golden.inputs['entries'] as Record<string, unknown>;
  for (const [name, wanted] of Object.entries(expected as Record<string, unknown>)) {
    const sampled = Float64Array.from(array(entries[name]).data, (place) => got[name]!.data[place]!);
    expectClose(wanted, sampled, golden.tolerance, `${golden.name}: ${name}`);
  }
}

describe('as traced graphs', () => {
  test.each(goldenCases('11-swin', 'swin'))('the Swin (Eq. 9): $name', async (golden) => {
    const parameters = parametersOf(golden);
    const inputs = [host(golden.inputs['tokens']), ...Object.values(parameters)];
    const network = (tokens: Tensor, ...rest: Tensor[]) => {
      const logits = swin(named(Object.keys(parameters), rest), tokens as Tensor4D);
      return [logits, anomalyProbability(logits)];
    };
    const graph = await compute.compile('swin', network, inputs);
    const [logits, probability] = await graph.run(inputs);
    await graph.dispose();
    const others = Object.keys(golden.expected).filter((field) => field !== 'logits' && field !== 'probability');
    expectGolden(golden, { logits, probability }, others);
  });

  test.each(goldenCases('12-training', 'focal_gradients'))('gradients: $name', async (golden) => {
    const parameters = parametersOf(golden);
    const names = Object.keys(parameters);
    const settings = { alpha: number(golden.inputs['alpha']), gamma: number(golden.inputs['gamma']) };
    const step = (tokens: Tensor, labels: Tensor, ...rest: Tensor[]) => {
      const { loss, gradients } = lossAndGradients(named(names, rest), (current) =>
        focalLoss(anomalyProbability(swin(current, tokens as Tensor4D)), labels, settings),
      );
      return [loss, ...names.map((name) => gradients[name]!)];
    };
    const inputs = [host(golden.inputs['tokens']), host(golden.inputs['labels']), ...Object.values(parameters)];
    const graph = await compute.compile('gradients', step, inputs);
    const [loss, ...gradients] = await graph.run(inputs);
    await graph.dispose();
    expectClose(golden.expected['loss'], loss, golden.tolerance, 'loss');
    expectSamples(golden, golden.expected['samples'], named(names, gradients));
  });

  test.each(goldenCases('12-training', 'adamw_swin'))('a whole training step: $name', async (golden) => {
    const { inputs } = golden;
    const definition = { compute, inputs: [host(inputs['tokens']), host(inputs['labels'])] };
    const step = await CompiledStep.compile({ ...goldenStep(golden, parametersOf(golden)), ...definition });
    const losses: number[] = [];
    for (let t = 1; t <= 3; t++) losses.push((await step.run(definition.inputs)).loss);
    const after = await step.snapshot();
    await step.dispose();
    expectClose(golden.expected['losses'], losses, golden.tolerance, 'losses');
    expectSamples(golden, golden.expected['afterStep3'], stateUnder('parameters/', after));
    expectSamples(golden, golden.expected['emaAfterStep3'], stateUnder('averages/', after));
    expect(losses[2]).toBeLessThan(losses[0]!);
  });

  test.each(goldenCases('07-sliding-windows', 'bag'))('bagging (Eq. 10): $name', async (golden) => {
    const { height, width, mu, step, maps } = golden.inputs;
    const grid = windowGrid(number(height), number(width), number(mu), number(step));
    const graph = await compute.compile('bagging', (m) => [bag(m as Tensor3D, grid)], [host(maps)]);
    const [map] = await graph.run([host(maps)]);
    await graph.dispose();
    expectGolden(golden, { map: map!.data }, ['counts']);
  });
});
