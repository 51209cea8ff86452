import { expect, test } from 'vitest';
import { RandomSource } from '../../../../src/shared/random.js';
import { drawUniform, normalQuantile, residualScaleDraw } from '../../../../src/toolkit/residuals/draws.js';

const logarithms = (data: Float32Array) => Float64Array.from(data, Math.log);
const mean = (data: ArrayLike<number>) => Array.from(data).reduce((sum, value) => sum + value, 0) / data.length;

test('the logarithm of the residual scale is a clipped normal variable (Eq. 12)', () => {
  const data = new Float32Array(200_001);
  residualScaleDraw()(data, RandomSource.fromSeed(3));
  const z = logarithms(data);
  expect(Math.max(...z.slice(0, 50_000))).toBeCloseTo(0.223, 5);
  expect(z.every((value) => Math.abs(value) <= 0.223 + 1e-6)).toBe(true);
  expect(mean(z)).toBeCloseTo(0, 2);
  // P(|z| >= 0.223) = 2 * (1 - Phi(1.115)) = 0.2649, P(|z| < 0.1) = 2 * Phi(0.5) - 1 = 0.3829.
  expect(z.filter((value) => Math.abs(value) > 0.2229).length / z.length).toBeCloseTo(0.265, 2);
  expect(z.filter((value) => Math.abs(value) < 0.1).length / z.length).toBeCloseTo(0.383, 2);
});

test('draws repeat with the seed and differ between seeds', () => {
  for (const draw of [residualScaleDraw(), drawUniform]) {
    const [first, again, other] = [1, 1, 2].map((seed) => {
      const data = new Float32Array(101);
      draw(data, RandomSource.fromSeed(seed));
      return data;
    });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  }
});

test('uniform draws fill [0, 1) and never reach 1', () => {
  const data = new Float32Array(100_000);
  drawUniform(data, RandomSource.fromSeed(5));
  expect(mean(data)).toBeCloseTo(0.5, 2);
  expect(data.every((value) => value >= 0 && value < 1)).toBe(true);
});

test('the normal quantile inverts the distribution function', () => {
  // Table values of the standard normal distribution.
  for (const [share, z] of [
    [0.5, 0],
    [0.975, 1.959963985],
    [0.8413447461, 1],
    [0.001, -3.090232306],
  ] as const) {
    expect(normalQuantile(share)).toBeCloseTo(z, 7);
  }
});
