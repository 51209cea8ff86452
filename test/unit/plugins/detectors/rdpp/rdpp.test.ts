import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noisyImage } from '../../../../../plugins/detectors/rdpp/noisyImage.js';
import {
  contrast,
  initialProjections,
  project,
  projectionLosses,
  projectionOf,
  weighedLosses,
} from '../../../../../plugins/detectors/rdpp/projection.js';
import { createCompute } from '../../../../../src/compute/index.js';
import type { Compute } from '../../../../../src/shared/compute.js';
import { RandomSource } from '../../../../../src/shared/random.js';
import type { NamedTensors } from '../../../../../src/toolkit/layers/namedTensors.js';
import { expectGolden, goldenCases } from '../../../../golden/golden.js';
import { originalGradients, originalWeights, traced } from '../../../../golden/originals.js';
import { host } from '../../../toolkit/probed.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = (op: string) => goldenCases('detectors/rdpp/rdpp', op);
const projections = [8, 16, 32].map((channels, level) => projectionOf(level, channels, 2));

/** `proj_b.proj.6` is the third convolution of the second layer. */
const rename = (name: string) =>
  name.replace(/^proj_([abc])\.proj\.(\d+)/, (_, level: string, at: string) => {
    return `projection.${'abc'.indexOf(level)}.${Number(at) / 3}`;
  });

describe('as the original computes', () => {
  test.each(cases('projection'))('$name', async (golden) => {
    const { trainable, originals } = originalWeights(golden, rename);
    const names = ['clean', 'noisy'].flatMap((kind) => [1, 2, 3].map((level) => `${kind}${level}`));
    const inputs = names.map((name) => host(golden.inputs[name]));
    const results = await traced<Tensor4D>(compute, inputs, trainable, (maps, parameters) => {
      const [clean, noisy] = [maps.slice(0, 3), maps.slice(3)];
      const run = (current: NamedTensors) => {
        const [projectedClean, projectedNoisy] = [clean, noisy].map((each) => project(current, projections, each));
        const losses = projectionLosses(noisy, projectedNoisy!, projectedClean!);
        return { projectedClean: projectedClean!, projectedNoisy: projectedNoisy!, losses };
      };
      const { projectedClean, projectedNoisy, losses } = run(parameters);
      return {
        ...Object.fromEntries(projectedClean.map((map, i) => [`projectedClean${i + 1}`, map])),
        ...Object.fromEntries(projectedNoisy.map((map, i) => [`projectedNoisy${i + 1}`, map])),
        ...losses,
        lossWithoutTransport: weighedLosses(losses),
        ...originalGradients(parameters, (current) => weighedLosses(run(current).losses), originals),
      };
    });
    expectGolden(golden, results);
  });

  test.each(cases('contrast'))('$name', async (golden) => {
    const inputs = [host(golden.inputs['a']), host(golden.inputs['b'])];
    const results = await traced(compute, inputs, {}, ([a, b]) => {
      const asMaps = (x: tf.Tensor) => tf.reshape<tf.Rank.R4>(x, [x.shape[0], 1, 1, -1]);
      const lossOf = ({ b: other }: NamedTensors) => contrast(asMaps(a!), asMaps(other!));
      return { loss: lossOf({ b: b! }), ...originalGradients({ b: b! }, lossOf) };
    });
    expectGolden(golden, results);
  });
});

test('every parameter of the original has its initial value, and no other', () => {
  const shapes = (parameters: Readonly<Record<string, { shape: readonly number[] }>>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]));
  const { trainable } = originalWeights(cases('projection')[0]!, rename);
  expect(shapes(initialProjections(projections, RandomSource.fromSeed(1)))).toEqual(shapes(trainable));
});

test('wide maps are projected cheaply where the divisor is not that of the paper', () => {
  const kernels = (channels: number, divisor: number) => projectionOf(0, channels, divisor).map(({ kernel }) => kernel);
  expect(kernels(528, 4)).toEqual([1, 3, 3, 1]);
  expect(kernels(192, 4)).toEqual([3, 3, 3, 3]);
  expect(kernels(1024, 2)).toEqual([3, 3, 3, 3]);
});

describe('a noisy image', () => {
  const grey = { width: 256, height: 128, data: new Uint8Array(3 * 256 * 128).fill(120) };
  /** Bounds of what differs. */
  const changed = (data: Uint8Array) => {
    const places = Array.from(data.keys()).filter((i) => data[i] !== 120);
    const columns = places.map((i) => Math.floor(i / 3) % 256);
    const rows = places.map((i) => Math.floor(i / 768));
    const span = (of: number[]) => Math.max(...of) - Math.min(...of) + 1;
    return [span(columns), span(rows)] as const;
  };

  test('differs within one rectangle of 10 pixels to an eighth of the image', () => {
    const random = RandomSource.fromSeed(3);
    for (let i = 0; i < 20; i++) {
      const [columns, rows] = changed(noisyImage(grey, random).data);
      expect(columns).toBeGreaterThan(6);
      expect(columns).toBeLessThan(32);
      expect(rows).toBeGreaterThan(6);
      expect(rows).toBeLessThan(16);
    }
  });

  test('has another pattern each time, and is the same for the same seed', () => {
    const [first, again] = [1, 1].map((seed) => noisyImage(grey, RandomSource.fromSeed(seed)).data);
    expect(first).toEqual(again);
    expect(noisyImage(grey, RandomSource.fromSeed(2)).data).not.toEqual(first);
    expect(grey.data.every((value) => value === 120)).toBe(true);
  });

  test('smaller than the rectangle would be is changed within its bounds', () => {
    const tiny = { width: 6, height: 4, data: new Uint8Array(72).fill(120) };
    expect(noisyImage(tiny, RandomSource.fromSeed(1)).data).toHaveLength(72);
  });
});
