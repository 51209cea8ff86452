import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { type Compute, hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { FarthestFirst } from '../../../../src/toolkit/memory-bank/farthestFirst.js';
import { greedyCoreset } from '../../../../src/toolkit/memory-bank/greedyCoreset.js';
import { projectRandomly } from '../../../../src/toolkit/memory-bank/randomProjection.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

function normalPoints(count: number, dimensions: number, seed: number) {
  const random = RandomSource.fromSeed(seed);
  return hostTensor(
    Float32Array.from({ length: count * dimensions }, () => random.normal()),
    [count, dimensions],
  );
}

/** The definition, without a thought for speed. */
function slowCoreset(data: Float32Array, dimensions: number, first: number, count: number): number[] {
  const points = Array.from({ length: data.length / dimensions }, (_, i) =>
    data.subarray(i * dimensions, (i + 1) * dimensions),
  );
  const picks = [first];
  while (picks.length < count) {
    const gaps = points.map((point) =>
      Math.min(...picks.map((pick) => point.reduce((sum, x, i) => sum + (x - points[pick]![i]!) ** 2, 0))),
    );
    picks.push(gaps.indexOf(Math.max(...gaps)));
  }
  return picks;
}

/** Largest distance of any point to the nearest pick. */
function coverRadius({ data, shape }: HostTensor, picks: Int32Array): number {
  const [count, width] = shape as [number, number];
  const gaps = Array.from({ length: count }, (_, row) => {
    const squared = Array.from(picks, (pick) => {
      let sum = 0;
      for (let c = 0; c < width; c++) sum += (data[row * width + c]! - data[pick * width + c]!) ** 2;
      return sum;
    });
    return Math.sqrt(Math.min(...squared));
  });
  return Math.max(...gaps);
}

describe('the greedy coreset (Eq. 4)', () => {
  test.each(goldenCases('03-memory-bank', 'coreset'))('$name', async (golden) => {
    const { features, firstIndex, count } = golden.inputs;
    const { data, shape } = array(features);
    const selection = new FarthestFirst(data, shape[1]!, number(firstIndex));
    const picks = Array.from({ length: number(count) }, () => selection.next());
    expectGolden(golden, {
      indices: picks.map(({ index }) => index),
      gains: picks.slice(1).map(({ distance }) => distance),
      coverRadius: selection.coverRadius(),
    });
    const indices = await greedyCoreset(hostTensor(data, shape), number(count), { firstIndex: number(firstIndex) });
    expectGolden(golden, { indices }, ['gains', 'coverRadius']);
  });

  test.each([
    [300, 5, 40],
    [200, 20, 120],
    [64, 8, 64],
  ])('agrees with the definition on %d points of %d dimensions', async (count, dimensions, picks) => {
    const features = normalPoints(count, dimensions, count);
    const chosen = await greedyCoreset(features, picks, { firstIndex: 7 });
    expect([...chosen]).toEqual(slowCoreset(features.data as Float32Array, dimensions, 7, picks));
  });

  test.each([
    ['points', 0, 1],
    ['points that lie far from zero, whose products say little', 300, 1],
    ['points that are there twice', 0, 2],
  ])('%s are picked as without an engine where it compares them in bulk', async (_, offset, copies) => {
    const { data, shape } = normalPoints(2000 / copies, 24, 6);
    const all = Float32Array.from({ length: 48_000 }, (__, i) => offset + data[i % data.length]!);
    const features = hostTensor(all, [2000, shape[1]!]);
    const count = 1300;
    const alone = await greedyCoreset(features, count, { firstIndex: 3 });
    expect(await greedyCoreset(features, count, { firstIndex: 3, compute })).toEqual(alone);
    expect(new Set(alone).size).toBe(count);
  });

  test('of equal distances the lowest row wins, and no point is picked twice', async () => {
    const square = hostTensor(Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0), [6, 2]);
    expect([...(await greedyCoreset(square, 6, { firstIndex: 0 }))]).toEqual([0, 3, 1, 2, 4, 5]);
    const selection = new FarthestFirst(square.data as Float32Array, 2, 0);
    for (let i = 0; i < 6; i++) selection.next();
    expect(selection.coverRadius()).toBe(0);
    expect(() => selection.next()).toThrow('all 6 points are picked');
  });

  test('a projected coreset covers almost as well as the exact one and repeats with the seed', async () => {
    const features = normalPoints(2000, 256, 9);
    const options = () => ({ projection: 64, compute, random: RandomSource.fromSeed(2), firstIndex: 0 });
    const projected = await greedyCoreset(features, 100, options());
    expect(await greedyCoreset(features, 100, options())).toEqual(projected);
    const exact = await greedyCoreset(features, 100, { firstIndex: 0 });
    expect(coverRadius(features, projected)).toBeLessThan(1.1 * coverRadius(features, exact));
  });

  test('a random projection keeps distances on average', async () => {
    const features = normalPoints(400, 300, 5);
    const small = await projectRandomly(compute, features, 100, RandomSource.fromSeed(1));
    expect(small.shape).toEqual([400, 100]);
    const distance = (data: ArrayLike<number>, width: number, a: number, b: number) =>
      Math.hypot(...Array.from({ length: width }, (_, i) => data[a * width + i]! - data[b * width + i]!));
    const ratios = Array.from({ length: 200 }, (_, i) => {
      return distance(small.data, 100, 2 * i, 2 * i + 1) / distance(features.data, 300, 2 * i, 2 * i + 1);
    });
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.max(...ratios)).toBeLessThan(1.4);
  });

  test('reports its progress and stops when it is aborted', async () => {
    const features = normalPoints(20_000, 32, 3);
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = (picked: number, total: number) => {
      expect(total).toBe(4000);
      seen.push(picked);
      if (seen.length === 2) controller.abort(new Error('cancelled by the test'));
    };
    const running = greedyCoreset(features, 4000, { firstIndex: 0, onProgress, signal: controller.signal });
    await expect(running).rejects.toThrow('cancelled by the test');
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBeGreaterThan(seen[0]!);
  });

  test('refuses counts and first picks that do not exist', async () => {
    const features = normalPoints(5, 3, 1);
    await expect(greedyCoreset(features, 6, { firstIndex: 0 })).rejects.toThrow('6 points cannot be chosen from 5');
    await expect(greedyCoreset(features, 0, { firstIndex: 0 })).rejects.toThrow(RangeError);
    await expect(greedyCoreset(features, 2, { firstIndex: 5 })).rejects.toThrow(
      'the first of 5 points cannot be number 5',
    );
    await expect(greedyCoreset(features, 2, {})).rejects.toThrow("needs the option 'random'");
  });
});
