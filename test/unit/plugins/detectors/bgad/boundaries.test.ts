import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lossParts } from '../../../../../plugins/detectors/bgad/bgad.js';
import { bgadParams } from '../../../../../plugins/detectors/bgad/bgadParams.js';
import { anomalousWeights, boundaryLosses, normalWeights } from '../../../../../plugins/detectors/bgad/boundaries.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { Compute, HostTensor } from '../../../../../src/shared/compute.js';
import { flow, logLikelihood } from '../../../../../src/toolkit/flows/couplingFlow.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { array, expectGolden, goldenCases, number } from '../../../../golden/golden.js';
import { originalGradients, traced } from '../../../../golden/originals.js';
import { flowWeights } from '../../../toolkit/flows/goldenFlow.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/bgad/bgad', op);

/** Rows of a mask that are normal, and those that are anomalous. */
function rowsOf(mask: unknown): [number[], number[]] {
  const { data } = array(mask);
  const rows = [...data.keys()];
  return [rows.filter((i) => data[i] === 0), rows.filter((i) => data[i] !== 0)];
}

const pick = (values: Tensor1D, rows: readonly number[]) => tf.gather(values, tf.tensor1d([...rows], 'int32'));

const run = (inputs: Readonly<Record<string, HostTensor>>, fn: (inputs: NamedTensors) => Record<string, Tensor>) =>
  traced(compute, [], inputs, (_, given) => fn(given));

describe('as the original computes', () => {
  test.each(cases('boundary_losses'))('$name', async (golden) => {
    const [normal, anomalous] = rowsOf(golden.inputs['mask']);
    const [boundaryQuantile, margin] = ['beta', 'tau'].map((name) => number(golden.inputs[name])) as [number, number];
    const options = { boundaryQuantile, margin, focal: golden.inputs['focal'] as boolean };
    const results = await run({ logps: host(golden.inputs['logps']) }, ({ logps }) => {
      const losses = (values: Tensor) =>
        boundaryLosses(pick(values as Tensor1D, normal), pick(values as Tensor1D, anomalous), options);
      const { boundaries, ...parts } = losses(logps!);
      const lossOf = (current: NamedTensors) => {
        const of = losses(current['logps']!);
        return tf.addN<Scalar>([of.likelihood, of.normal, of.anomalous]);
      };
      const y = tf.div<Tensor1D>(logps!, 10);
      return {
        ...{ boundaryNormal: boundaries.normal, boundaryAbnormal: boundaries.anomalous },
        ...{ ml: parts.likelihood, lossNormal: parts.normal, lossAbnormal: parts.anomalous },
        ...{ loss: lossOf({ logps: logps! }), ...originalGradients({ logps: logps! }, lossOf) },
        weightsOfNormal: normalWeights(pick(y, normal)),
        weightsOfAnomalous: anomalousWeights(pick(y, anomalous)),
      };
    });
    const weights = new Float32Array(normal.length + anomalous.length);
    normal.forEach((row, i) => (weights[row] = results['weightsOfNormal']!.data[i]!));
    anomalous.forEach((row, i) => (weights[row] = results['weightsOfAnomalous']!.data[i]!));
    expectGolden(golden, { ...results, weights });
  });

  test.each(cases('training_step'))('$name', async (golden) => {
    const { parameters, fixed, originals } = flowWeights(golden);
    const [normal, anomalous] = rowsOf(golden.inputs['mask']);
    const inputs = { features: host(golden.inputs['features']), condition: host(golden.inputs['condition']) };
    const results = await run({ ...inputs, ...fixed, ...parameters }, (given) => {
      const likelihoods = (current: NamedTensors) =>
        logLikelihood(
          flow({ ...given, ...current }, 'flow', given['features'] as Tensor2D, given['condition'] as Tensor2D),
        );
      const losses = (current: NamedTensors) => {
        const all = likelihoods(current);
        return boundaryLosses(pick(all, normal), pick(all, anomalous), {
          boundaryQuantile: 0.2,
          margin: 0.1,
          focal: false,
        });
      };
      const trained = Object.fromEntries(Object.keys(parameters).map((name) => [name, given[name]!]));
      const lossOf = (current: NamedTensors) => {
        const of = losses(current);
        return tf.addN<Scalar>([of.likelihood, of.normal, of.anomalous]);
      };
      const { normal: lossNormal, anomalous: lossAbnormal } = losses(trained);
      return {
        ...{ logpPerChannel: likelihoods(trained), lossNormal, lossAbnormal, loss: lossOf(trained) },
        ...originalGradients(trained, lossOf, originals),
      };
    });
    // The original keeps what all places share as a row.
    expectGolden(golden, Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, { data }])));
  });
});

describe('the losses of a step', () => {
  const params = bgadParams.parse({ boundaryQuantile: 0.25, margin: 0.2, boundaryWeight: 3, focal: false });
  const parts = (likelihoods: number[][], normalRows: number[], push: number, of = params) =>
    tf.tidy(() => {
      const given = likelihoods.map((each) => tf.tensor1d(each));
      const found = lossParts(given, normalRows, tf.scalar(push), of);
      return Object.fromEntries(
        Object.entries(found).map(([name, loss]: [string, Scalar]) => [name, loss.dataSync()[0]!]),
      );
    });
  const cost = (value: number) => Math.log1p(Math.exp(-value));

  test('are those of all layers together; anomalous rows stand behind the normal ones', () => {
    // Normalised: -0.4, -0.2, -0.1, 0; the boundary is element 1, -0.2, and that of anomalous places -0.4.
    const found = parts(
      [
        [-4, -2, -1, 0, -3, -9],
        [-1, -1],
      ],
      [4, 2],
      1,
    );
    expect(found['likelihood']).toBeCloseTo((cost(-4) + cost(-2) + cost(-1) + cost(0)) / 4 + cost(-1), 5);
    expect(found['normal']).toBeCloseTo((3 * 0.2) / 2, 5);
    expect(found['anomalous']).toBeCloseTo(3 * 0.1, 5);
  });

  test('are likelihoods alone before the boundaries count, without weights', () => {
    const found = parts([[-4, -2, -1, 0, -3]], [4], 0, { ...params, focal: true });
    expect(found['likelihood']).toBeCloseTo((cost(-4) + cost(-2) + cost(-1) + cost(0)) / 4, 5);
    expect([found['normal'], found['anomalous']]).toEqual([0, 0]);
  });

  test('are finite where no place is beyond a boundary, and where anomalous places are as likely as can be', () => {
    const found = parts([[-4, -4, 30, 0]], [3], 1, { ...params, focal: true });
    expect(Object.values(found).every(Number.isFinite)).toBe(true);
    expect(parts([[-1, -1, -50]], [2], 1)['anomalous']).toBe(0);
  });
});
