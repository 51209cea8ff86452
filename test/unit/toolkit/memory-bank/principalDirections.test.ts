import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { type Compute, hostTensor, type HostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { createNeighbourSearch } from '../../../../src/toolkit/memory-bank/neighbourSearch.js';
import { principalDirections } from '../../../../src/toolkit/memory-bank/principalDirections.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 2 });
});
afterAll(() => compute.dispose());

const [bankSize, queryCount, dimensions] = [2500, 200, 260];

/** Vectors like features of a network: channel after channel varies less, and all of them lie far from the origin. */
function points(count: number, seed: number, decay: number): HostTensor {
  const random = RandomSource.fromSeed(seed);
  const data = Float32Array.from(
    { length: count * dimensions },
    (_, i) => 2 + random.normal() * decay ** (i % dimensions),
  );
  return hostTensor(data, [count, dimensions]);
}

/** Rows of the k nearest vectors by the definition, of vectors with an allowed row. */
function slowNeighbours(queries: HostTensor, bank: HostTensor, k: number, allowed: (row: number) => boolean) {
  const rows = Array.from({ length: bank.shape[0]! }, (_, row) => row).filter(allowed);
  return Array.from({ length: queries.shape[0]! }, (_, query) => {
    const gaps = rows.map((row) => {
      let squared = 0;
      for (let c = 0; c < dimensions; c++) {
        squared += (queries.data[query * dimensions + c]! - bank.data[row * dimensions + c]!) ** 2;
      }
      return { row, squared };
    });
    return gaps.sort((a, b) => a.squared - b.squared).slice(0, k);
  }).flat();
}

describe('the principal directions of a memory bank', () => {
  test('are orthonormal and hold most of what its vectors differ in', async () => {
    const bank = points(bankSize, 1, 0.97);
    const basis = (await principalDirections(compute, bank))!;
    expect(basis.shape).toEqual([dimensions, 127]);
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [3, 126],
      [126, 126],
    ] as const) {
      let product = 0;
      for (let c = 0; c < dimensions; c++) product += basis.data[c * 127 + a]! * basis.data[c * 127 + b]!;
      expect(product).toBeCloseTo(a === b ? 1 : 0, 5);
    }
    expect(await principalDirections(compute, bank)).toEqual(basis);
  });

  test.each([1, 3])('change nothing about the %d nearest neighbours', async (k) => {
    const [bank, queries] = [points(bankSize, 1, 0.97), points(queryCount, 2, 0.97)];
    const directions = await principalDirections(compute, bank);
    const search = createNeighbourSearch(compute, bank, { neighbours: k, directions });
    const { indices, squaredDistances } = await search.search(queries, { from: 500, to: 1500 });
    await search.dispose();
    const expected = slowNeighbours(queries, bank, k, (row) => row < 500 || row >= 1500);
    expect([...indices]).toEqual(expected.map(({ row }) => row));
    expected.forEach(({ squared }, i) => expect(squaredDistances[i]! / squared).toBeCloseTo(1, 4));
  });

  test('are made of a bank whose vectors differ in fewer directions than are kept', async () => {
    const bank = points(bankSize, 3, 0.5);
    for (let i = 0; i < bank.data.length; i++) if (i % dimensions >= 40) bank.data[i] = 1;
    const directions = await principalDirections(compute, bank);
    const queries = points(50, 4, 0.5);
    const search = createNeighbourSearch(compute, bank, { directions });
    const { indices } = await search.search(queries);
    await search.dispose();
    expect([...indices]).toEqual(slowNeighbours(queries, bank, 1, () => true).map(({ row }) => row));
  });

  test('are left out where a search gains nothing by them', async () => {
    expect(await principalDirections(compute, points(2000, 1, 0.97))).toBeUndefined();
    expect(await principalDirections(compute, points(bankSize, 1, 1))).toBeUndefined();
    const short = hostTensor(new Float32Array(bankSize * 100), [bankSize, 100]);
    expect(await principalDirections(compute, short)).toBeUndefined();
  });
});
