import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { nearestNeighbours } from '../../../../src/toolkit/memory-bank/nearestNeighbours.js';
import { reweightedScore } from '../../../../src/toolkit/memory-bank/reweightedScore.js';
import { run, useCpuBackend } from '../tensors.js';

beforeAll(useCpuBackend);

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((value, i) => value - b[i]!));

/** Eq. 6 and 7 of the paper, word by word. */
function slowScore(queries: number[][], bank: number[][], b: number): number {
  const nearest = queries.map((query) =>
    bank.reduce((best, m) => (distance(m, query) < distance(best, query) ? m : best)),
  );
  const lengths = queries.map((query, i) => distance(query, nearest[i]!));
  const largest = Math.max(...lengths);
  const place = lengths.indexOf(largest);
  const around = [...bank].sort((x, y) => distance(x, nearest[place]!) - distance(y, nearest[place]!)).slice(0, b);
  const sum = around.reduce((total, m) => total + Math.exp(distance(m, queries[place]!)), 0);
  return (1 - Math.exp(largest) / sum) * largest;
}

function points(count: number, spread: number, seed: number): number[][] {
  const random = RandomSource.fromSeed(seed);
  return Array.from({ length: count }, () => Array.from({ length: 4 }, () => spread * random.normal()));
}

function score(queries: number[][], bank: number[][], b: number): number {
  const inputs = [tf.tensor2d(queries), tf.tensor2d(bank)] as const;
  const { s } = run(inputs, (q: Tensor2D, m: Tensor2D) =>
    tf.tidy(() => {
      const penalty = tf.zeros<tf.Rank.R1>([m.shape[0]]);
      const { indices, squaredDistances } = nearestNeighbours(q, m, penalty, 1);
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- the type is inferred from it
      const flat = (x: tf.Tensor) => tf.reshape(x, [-1]) as Tensor1D;
      const matched = {
        queries: q,
        bank: m,
        penalty,
        distances: flat(tf.sqrt(squaredDistances)),
        nearest: flat(indices),
      };
      return { s: reweightedScore(matched, b) };
    }),
  );
  return s.data[0]!;
}

describe("PatchCore's image score (Roth et al. 2022, Eq. 6, 7)", () => {
  test.each([
    [2, 1],
    [3, 1],
    [9, 1],
    [9, 3],
    [100, 2],
  ])('b %i, features spread by %i', (b, spread) => {
    const [queries, bank] = [points(12, spread, 1), points(30, spread, 2)];
    expect(score(queries, bank, b)).toBeCloseTo(slowScore(queries, bank, b), 4);
  });

  test('b 0 is the largest distance alone', () => {
    const [queries, bank] = [points(12, 1, 3), points(30, 1, 4)];
    const largest = Math.max(...queries.map((query) => Math.min(...bank.map((m) => distance(query, m)))));
    expect(score(queries, bank, 0)).toBeCloseTo(largest, 4);
  });

  test('distances whose exponential overflows still give a number', () => {
    const found = score(points(6, 400, 5), points(20, 400, 6), 9);
    expect(Number.isFinite(found) && found > 0).toBe(true);
  });
});
