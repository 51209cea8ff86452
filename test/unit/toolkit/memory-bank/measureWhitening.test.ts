import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { type Compute, hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import type { Whitening } from '../../../../src/toolkit/features/whitening.js';
import { measureWhitening } from '../../../../src/toolkit/memory-bank/measureWhitening.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const width = 24;

/** Far from the origin; channel after channel varies less, and neighbours vary together. */
function features(count: number): HostTensor {
  const random = RandomSource.fromSeed(5);
  const data = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    let before = 0;
    for (let c = 0; c < width; c++) {
      before = 0.5 * before + random.normal() * 0.8 ** c;
      data[row * width + c] = 7 + before;
    }
  }
  return hostTensor(data, [count, width]);
}

/** Covariance of whitened features, `[d_w, d_w]`, in double precision. */
function covarianceOf({ data, shape }: HostTensor, { mean, matrix }: Whitening): number[][] {
  const [count, dimensions] = [shape[0]!, matrix.shape[1]!];
  const rows = Array.from({ length: count }, (_, row) =>
    Array.from({ length: dimensions }, (_, k) => {
      let sum = 0;
      for (let c = 0; c < width; c++)
        sum += (data[row * width + c]! - mean.data[c]!) * matrix.data[c * dimensions + k]!;
      return sum;
    }),
  );
  return Array.from({ length: dimensions }, (_, i) =>
    Array.from({ length: dimensions }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / (count - 1)),
  );
}

describe('a whitening', () => {
  it('at power 1 leaves features that vary alike in every direction, and with no other', async () => {
    const given = features(4000);
    const whitening = await measureWhitening(compute, given, { power: 1, dimensions: 8 });
    expect(whitening.matrix.shape).toEqual([width, 8]);
    expect(whitening.held).toBeGreaterThan(0.9);
    covarianceOf(given, whitening).forEach((row, i) =>
      row.forEach((value, j) => {
        // Less where the floor and the shrinkage weigh.
        if (i === j) expect(value).toSatisfy((found: number) => found > 0.8 && found < 1.01);
        else expect(Math.abs(value)).toBeLessThan(1e-3);
      }),
    );
  });

  it('at power 0.5 leaves the roots of the deviations', async () => {
    const given = features(4000);
    const [full, half] = [
      await measureWhitening(compute, given, { power: 1, dimensions: 6 }),
      await measureWhitening(compute, given, { power: 0.5, dimensions: 6 }),
    ];
    const variances = covarianceOf(given, half).map((row, i) => row[i]!);
    const whole = covarianceOf(given, { ...full, matrix: directionsOf(full.matrix) }).map((row, i) => row[i]!);
    variances.forEach((variance, i) => expect(variance / Math.sqrt(whole[i]!)).toBeCloseTo(1, 1));
    expect(variances[0]!).toBeGreaterThan(2 * variances[5]!);
  });

  it('keeps every direction where as many are asked for, and no more than there are', async () => {
    const { matrix, held } = await measureWhitening(compute, features(2000), { power: 1, dimensions: 100 });
    expect(matrix.shape).toEqual([width, width]);
    expect(held).toBeCloseTo(1, 4);
  });

  it('is the more shrunk the fewer features there are', async () => {
    const shrinkages = [];
    for (const count of [20, 200, 4000]) {
      shrinkages.push((await measureWhitening(compute, features(count), { power: 1, dimensions: 8 })).shrinkage);
    }
    expect(shrinkages).toEqual([...shrinkages].sort((a, b) => b - a));
    expect(shrinkages[0]).toBeGreaterThan(0.3);
    expect(shrinkages[2]).toBeLessThan(0.02);
  });

  it('of features that never change is refused', async () => {
    const same = hostTensor(new Float32Array(50 * width).fill(3), [50, width]);
    await expect(measureWhitening(compute, same, { power: 1, dimensions: 8 })).rejects.toThrow(
      'TRAINING_DATA_INSUFFICIENT: the features of the normal images never change',
    );
  });
});

/** The same directions, each of length 1. */
function directionsOf({ data, shape }: HostTensor): HostTensor {
  const [rows, columns] = shape as [number, number];
  const lengths = Array.from({ length: columns }, (_, k) => {
    let squares = 0;
    for (let row = 0; row < rows; row++) squares += data[row * columns + k]! ** 2;
    return Math.sqrt(squares);
  });
  return hostTensor(
    Float32Array.from(data, (value, i) => value / lengths[i % columns]!),
    shape,
  );
}
