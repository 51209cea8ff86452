import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { hostTensor, type Compute, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { flow, logLikelihood } from '../../../../src/toolkit/flows/couplingFlow.js';
import { flowMap } from '../../../../src/toolkit/flows/flowMap.js';
import { initialFlow } from '../../../../src/toolkit/flows/initialFlow.js';
import type { NamedTensors } from '../../../../src/toolkit/layers/namedTensors.js';
import { likelihoodCosts } from '../../../../src/toolkit/losses/likelihoodLoss.js';
import { expectGolden, type GoldenCase, goldenCases } from '../../../golden/golden.js';
import { inverseFlow } from '../../../reference/flow.js';
import { originalGradients, traced } from '../../../golden/originals.js';
import { host } from '../probed.js';
import { flowWeights } from './goldenFlow.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cflow = (op: string) => goldenCases('detectors/cflow/cflow', op);
const nfad = (op: string) => goldenCases('detectors/nfad/nfad', op);

/** Runs a tensor function of named tensors through the tracer. */
const run = (inputs: Readonly<Record<string, HostTensor>>, fn: (inputs: NamedTensors) => Record<string, Tensor>) =>
  traced(compute, [], inputs, (_, given) => fn(given));

/** Everything that the vectors of a conditional flow hold, gradients included. */
async function likelihoodStep(golden: GoldenCase) {
  const { parameters, fixed, originals } = flowWeights(golden);
  const inputs = { features: host(golden.inputs['features']), condition: host(golden.inputs['condition']) };
  const results = await run({ ...inputs, ...fixed, ...parameters }, (given) => {
    const output = (current: NamedTensors) =>
      flow(
        { ...given, ...current },
        'flow',
        (current['features'] ?? given['features']) as Tensor2D,
        given['condition'] as Tensor2D,
      );
    const trained = Object.fromEntries([...Object.keys(parameters), 'features'].map((name) => [name, given[name]!]));
    const lossOf = (current: NamedTensors) => tf.mean<Scalar>(likelihoodCosts(logLikelihood(output(current))));
    const { z, logDeterminant } = output(given);
    return {
      ...{ z, logDet: logDeterminant, logpPerChannel: logLikelihood({ z, logDeterminant }), loss: lossOf(given) },
      ...originalGradients(trained, lossOf, originals),
    };
  });
  // The original keeps what all places share as a row.
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, { data }]));
}

describe('as the originals compute', () => {
  test.each(cflow('conditional_flow'))('$name', async (golden) => {
    expectGolden(golden, await likelihoodStep(golden));
  });

  test.each(nfad('likelihood'))('nfad, $name', async (golden) => {
    expectGolden(golden, await likelihoodStep(golden));
  });

  test.each(cflow('flow'))('$name', async (golden) => {
    const { parameters, fixed } = flowWeights(golden);
    const inputs = { features: host(golden.inputs['features']), ...parameters, ...fixed };
    const results = await run(inputs, (given) => {
      const { z, logDeterminant } = flow(given, 'flow', given['features'] as Tensor2D);
      return { z, logDet: logDeterminant };
    });
    expectGolden(golden, results);
  });

  test.each(cflow('inverse'))('$name', (golden) => {
    const { parameters, fixed } = flowWeights(golden);
    const [z, condition] = [host(golden.inputs['z']), host(golden.inputs['condition'])];
    expectGolden(golden, { features: inverseFlow({ ...parameters, ...fixed }, 'flow', z, condition) });
  });

  test.each([...cflow('anomaly_map'), ...nfad('anomaly_map')])('$name', async (golden) => {
    const levels = ['logp1', 'logp2'].map((name) => host(golden.inputs[name]));
    const highest = levels.map(({ data }) => Math.max(...data));
    const { map } = await run(Object.fromEntries(levels.map((each, i) => [String(i), each])), (given) => ({
      map: flowMap(
        'probability',
        Object.values(given) as Tensor3D[],
        highest.map((value) => tf.scalar(value)),
        16,
      ),
    }));
    // The original takes the least place of the test off, which changes no order.
    const least = Math.min(...map!.data);
    const shifted = hostTensor(
      Float32Array.from(map!.data, (value) => value - least),
      map!.shape,
    );
    const scores = [0, 1].map((i) => Math.max(...shifted.data.subarray(256 * i, 256 * (i + 1))));
    expectGolden(golden, { map: shifted, score: scores });
  });
});

test('the map of likelihoods goes on where that of probabilities ends, and both rise alike', () => {
  tf.tidy(() => {
    const of = (kind: 'likelihood' | 'probability') =>
      flowMap(kind, [tf.tensor3d([[[0.5, 0], [-1, -200]]]), tf.tensor3d([[[0]]])], [tf.scalar(0.5), tf.scalar(1)], 2).dataSync(); // prettier-ignore
    expect([...of('likelihood')]).toEqual([1, 1.5, 2.5, 201.5]);
    const [first, second, third, last] = of('probability');
    expect([first! < second!, second! < third!, third! < last!, last! < 2]).toEqual([true, true, true, true]);
  });
});

describe('a flow before training', () => {
  test.each([
    [5, 0],
    [6, 8],
    [600, 4],
  ])('of %i channels and %i numbers of a condition turns and can be undone', (channels, condition) => {
    // prettier-ignore
    const { parameters, fixed } = initialFlow('flow', { channels, condition, blocks: 2 }, RandomSource.fromSeed(2));
    const random = RandomSource.fromSeed(3);
    const normal = (shape: [number, number]) =>
      hostTensor(
        Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
        shape,
      );
    const [x, c] = [normal([3, channels]), normal([3, condition])];
    const z = tf.tidy(() => {
      const given = Object.entries({ ...parameters, ...fixed }).map(([name, { data, shape }]) => [
        name,
        tf.tensor(data, [...shape]),
      ]);
      const rows = tf.tensor2d(x.data, [3, channels]);
      const where = condition > 0 ? tf.tensor2d(c.data, [3, condition]) : undefined;
      return flow(
        Object.fromEntries(given) as Record<string, Tensor>,
        'flow',
        rows,
        where,
      ).z.dataSync() as Float32Array;
    });
    const back = inverseFlow({ ...parameters, ...fixed }, 'flow', hostTensor(z, [3, channels]), c);
    expect(Math.max(...back.data.map((value, i) => Math.abs(value - x.data[i]!)))).toBeLessThan(1e-4);
    // Scales begin at 1: what is trained is near the identity.
    const length = (data: ArrayLike<number>) => Math.hypot(...Array.from(data));
    expect(length(z) / length(x.data)).toBeGreaterThan(0.8);
    expect(length(z) / length(x.data)).toBeLessThan(1.25);
    expect(Object.keys(fixed)[0]).toBe(channels > 512 ? 'flow.0.order' : 'flow.0.rotation');
  });

  test('without parameters is refused', () => {
    expect(() => flow({}, 'flow', tf.zeros([1, 2]))).toThrow("there are no parameters of a flow 'flow'");
  });
});
