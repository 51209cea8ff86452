import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnomalyMap } from '../../../../src/shared/images.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { resizeMap } from '../../../../src/toolkit/post-processing/hostMaps.js';
import { imageScores, postprocess, smooth, upscale } from '../../../../src/toolkit/post-processing/postprocess.js';
import { array, expectGolden, goldenCases, number, type GoldenCase } from '../../../golden/golden.js';
import { useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const sides = ({ inputs }: GoldenCase) => ({ height: number(inputs['height']), width: number(inputs['width']) });

/** Runs a tensor function on one golden map and gives back the map it returns. */
function onTensor(golden: GoldenCase, fn: (maps: tf.Tensor3D) => tf.Tensor3D) {
  const { shape, data } = array(golden.inputs['map']);
  return tf.tidy(() => {
    const result = fn(tf.tensor3d(data, [1, shape[0]!, shape[1]!]));
    return { map: { data: result.dataSync<'float32'>(), shape: result.shape.slice(1) } };
  });
}

/** A map smoothed, and its image score. */
function smoothedOf({ width, height, data }: AnomalyMap, sigma: number): [Float32Array, number] {
  return tf.tidy(() => {
    const maps = smooth(tf.tensor3d(data, [1, height, width]), sigma);
    return [maps.dataSync<'float32'>(), imageScores(maps).dataSync<'float32'>()[0]!];
  });
}

function onHost(golden: GoldenCase, fn: (map: AnomalyMap) => AnomalyMap) {
  const { shape, data } = array(golden.inputs['map']);
  const result = fn({ width: shape[1]!, height: shape[0]!, data });
  return { map: { data: result.data, shape: [result.height, result.width] } };
}

describe('upscaling', () => {
  it.each(goldenCases('15-postprocess', 'upscale'))('agrees with $name', (golden) => {
    const { height, width } = sides(golden);
    expectGolden(
      golden,
      onTensor(golden, (maps) => upscale(maps, height, width)),
    );
    expectGolden(
      golden,
      onHost(golden, (map) => resizeMap(map, width, height)),
    );
  });

  it('keeps a constant map constant, also when it shrinks', () => {
    const map = { width: 7, height: 5, data: new Float32Array(35).fill(0.3) };
    for (const [width, height] of [
      [3, 2],
      [1, 1],
      [20, 9],
    ] as const) {
      const { data } = resizeMap(map, width, height);
      expect(data.length).toBe(width * height);
      expect(data.every((value) => Math.abs(value - 0.3) < 1e-6)).toBe(true);
    }
  });
});

describe('smoothing', () => {
  it.each(goldenCases('15-postprocess', 'smooth'))('agrees with $name', (golden) => {
    const sigma = number(golden.inputs['sigma']);
    expectGolden(
      golden,
      onTensor(golden, (maps) => smooth(maps, sigma)),
    );
  });

  it('keeps the mean and does not raise the maximum', () => {
    const arbitraryMap = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer());
    fc.assert(
      fc.property(arbitraryMap, fc.double({ min: 0, max: 6, noNaN: true }), ([width, height, seed], sigma) => {
        const random = RandomSource.fromSeed(seed);
        const map = { width, height, data: Float32Array.from({ length: width * height }, () => random.uniform()) };
        const [smoothed, highest] = smoothedOf(map, sigma);
        const mean = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0) / data.length;
        expect(mean(smoothed)).toBeCloseTo(mean(map.data), 5);
        expect(highest).toBeLessThanOrEqual(Math.max(...map.data) + 1e-6);
      }),
    );
  });

  it('with sigma 0 changes nothing, and refuses a sigma that is none', () => {
    const map = { width: 3, height: 1, data: Float32Array.of(1, 5, 2) };
    expect(smoothedOf(map, 0)).toEqual([map.data, 5]);
    for (const sigma of [-1, NaN, Infinity]) expect(() => smoothedOf(map, sigma)).toThrow(`sigma is ${sigma}`);
  });
});

describe('post-processing', () => {
  it.each(goldenCases('15-postprocess', 'postprocess'))('agrees with $name', (golden) => {
    const { height, width } = sides(golden);
    const sigma = number(golden.inputs['sigma']);
    expectGolden(
      golden,
      onTensor(golden, (maps) => postprocess(maps, height, width, sigma)),
    );
  });

  it('treats each map of a batch alone and leaves no tensors behind', () => {
    const random = RandomSource.fromSeed(3);
    const values = Float32Array.from({ length: 2 * 4 * 3 }, () => random.uniform());
    const before = tf.memory().numTensors;
    const batch = tf.tensor3d(values, [2, 4, 3]);
    const together = postprocess(batch, 16, 12, 2);
    const scores = imageScores(together);
    expect(tf.memory().numTensors).toBe(before + 3);
    const second = tf.tensor3d(values.subarray(12), [1, 4, 3]);
    const alone = postprocess(second, 16, 12, 2);
    expect([...together.dataSync().subarray(16 * 12)]).toEqual([...alone.dataSync()]);
    expect(scores.dataSync()[1]).toBe(Math.max(...alone.dataSync()));
    tf.dispose([batch, together, scores, second, alone]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
