import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { fitsTiles, tiledFeatures, tileParams, tileStretches } from '../../../../src/toolkit/features/tiles.js';
import { useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

describe('tiles of an axis', () => {
  test.each([
    [640, 256, 64],
    [768, 256, 64],
    [512, 256, 0],
    [288, 256, 0],
    [480, 128, 64],
    [2048, 224, 64],
    [352, 128, 0],
  ])('of %i pixels, tiles of %i that share %i: every pixel counts once, deep in its tile', (length, size, overlap) => {
    const stretches = tileStretches(length, { size, overlap });
    expect(stretches[0]).toMatchObject({ start: 0, from: 0 });
    expect(stretches.at(-1)!.to).toBe(length);
    expect(stretches.at(-1)!.start).toBe(length - size);
    for (const [i, { start, from, to }] of stretches.entries()) {
      expect([start % 32, from % 32, to % 32]).toEqual([0, 0, 0]);
      expect(to).toBeGreaterThan(from);
      expect(from).toBeGreaterThanOrEqual(start);
      expect(to).toBeLessThanOrEqual(start + size);
      const next = stretches[i + 1];
      if (!next) continue;
      expect(next.from).toBe(to);
      expect(start + size - next.from).toBeGreaterThanOrEqual(overlap / 2);
      expect(next.from - next.start).toBeGreaterThanOrEqual(overlap / 2);
    }
  });

  it('is one where an image is no larger', () => {
    expect(tileStretches(192, { size: 256, overlap: 64 })).toEqual([{ start: 0, from: 0, to: 192 }]);
  });
});

describe('features seen in tiles', () => {
  const filter = () => tf.randomNormal<tf.Rank.R4>([5, 5, 3, 4], 0, 1, 'float32', 1);
  /** Two layers, of strides 4 and 16; neither looks further than 64 pixels. */
  const features = (images: Tensor4D): Tensor4D[] => {
    const fine = tf.avgPool(tf.conv2d(images, filter(), 1, 'same'), 4, 4, 'valid');
    return [fine, tf.avgPool(fine, 4, 4, 'valid')];
  };
  const images = () => tf.randomUniform<tf.Rank.R4>([2, 160, 224, 3], 0, 1, 'float32', 2);
  const gap = (a: Tensor4D, b: Tensor4D) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

  it('are those of the whole image where tiles share more than the network looks around', () =>
    void tf.tidy(() => {
      const whole = features(images());
      const tiled = tiledFeatures(images(), { size: 96, overlap: 64 }, features);
      expect(tiled.map(({ shape }) => shape)).toEqual(whole.map(({ shape }) => shape));
      for (const [i, map] of tiled.entries()) expect(gap(map, whole[i]!)).toBeLessThan(1e-4);
    }));

  it('differ at seams where tiles share nothing', () =>
    void tf.tidy(() => {
      const tiled = tiledFeatures(images(), { size: 32, overlap: 0 }, features);
      expect(gap(tiled[0]!, features(images())[0]!)).toBeGreaterThan(0.01);
    }));

  it('give the network no more than a tile', () =>
    void tf.tidy(() => {
      const seen: number[][] = [];
      tiledFeatures(images(), { size: 192, overlap: 64 }, (each) => {
        seen.push(each.shape);
        return features(each);
      });
      // Two across; 160 rows fit.
      expect(seen).toEqual([[4, 160, 192, 3]]);
    }));
});

describe('the parameter', () => {
  const params = z.strictObject(tileParams);
  test.each([
    [{ size: 100 }, 'is a multiple of 32'],
    [{ size: 256, overlap: 32 }, 'is a multiple of 64'],
    [{ size: 64, overlap: 64 }, 'is less than size'],
  ])('%o is refused: %s', (tiles, message) => {
    expect(params.safeParse({ tiles }).error?.issues[0]?.message).toBe(message);
  });

  it('is left out by default, and suits strides that divide 32', () => {
    expect(params.parse({})).toEqual({});
    expect([fitsTiles([4, 8, 32]), fitsTiles([14])]).toEqual([true, false]);
  });
});
