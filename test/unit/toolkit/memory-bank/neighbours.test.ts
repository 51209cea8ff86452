import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import { type Compute, hostTensor } from '../../../../src/shared/compute.js';
import { RandomSource } from '../../../../src/shared/random.js';
import { nearestNeighbours } from '../../../../src/toolkit/memory-bank/nearestNeighbours.js';
import { createNeighbourSearch } from '../../../../src/toolkit/memory-bank/neighbourSearch.js';
import { array, expectGolden, goldenCases, number } from '../../../golden/golden.js';
import { run, tensor, useCpuBackend } from '../tensors.js';

let compute: Compute;
beforeAll(async () => {
  await useCpuBackend();
  compute = await createCompute({ engine: 'onnxruntime', threads: 1 });
});
afterAll(() => compute.dispose());

const cases = goldenCases('03-memory-bank', 'knn');
const host = (value: unknown) => hostTensor(array(value).data, array(value).shape);

function points(count: number, dimensions: number, seed: number) {
  const random = RandomSource.fromSeed(seed);
  const data = Float32Array.from({ length: count * dimensions }, () => 3 + random.normal());
  return hostTensor(data, [count, dimensions]);
}

/** Neighbours by the definition. */
function slowNeighbours(
  queries: Float32Array,
  bank: Float32Array,
  width: number,
  k: number,
  allowed = (_row: number) => true,
) {
  return Array.from({ length: queries.length / width }, (_, query) => {
    const gaps = Array.from({ length: bank.length / width }, (_, row) => {
      let squared = 0;
      for (let c = 0; c < width; c++) squared += (queries[query * width + c]! - bank[row * width + c]!) ** 2;
      return { row, squared };
    });
    return gaps
      .filter(({ row }) => allowed(row))
      .sort((a, b) => a.squared - b.squared)
      .slice(0, k)
      .map(({ row }) => row);
  }).flat();
}

describe('nearest neighbours (Eq. 4, 5)', () => {
  test.each(cases)('as a tensor function: $name', (golden) => {
    const { queries, memory, k } = golden.inputs;
    const bank = tensor<Tensor2D>(memory);
    const inputs = [tensor<Tensor2D>(queries), bank, tf.zeros<tf.Rank.R1>([bank.shape[0]])] as const;
    const result = run(inputs, (q, m, penalty: Tensor1D) => ({ ...nearestNeighbours(q, m, penalty, number(k)) }));
    expectGolden(golden, { indices: result.indices, distances: result.squaredDistances.data.map(Math.sqrt) });
  });

  test.each(cases)('in a traced graph: $name', async (golden) => {
    const [queries, memory] = [host(golden.inputs['queries']), host(golden.inputs['memory'])];
    const penalty = hostTensor(new Float32Array(memory.shape[0]!), [memory.shape[0]!]);
    const k = number(golden.inputs['k']);
    const search = await compute.compile(
      'nearest neighbours',
      (q, m, p) => {
        const { indices, squaredDistances } = nearestNeighbours(q as Tensor2D, m as Tensor2D, p as Tensor1D, k);
        return [indices, squaredDistances];
      },
      [queries, memory, penalty],
    );
    const [indices, squared] = await search.run([queries, memory, penalty]);
    await search.dispose();
    expectGolden(golden, { indices: indices!.data, distances: (squared!.data as Float32Array).map(Math.sqrt) });
  });

  test.each(cases)('by the search: $name', async (golden) => {
    const search = createNeighbourSearch(compute, host(golden.inputs['memory']), {
      neighbours: number(golden.inputs['k']),
      blockRows: 3,
    });
    const { indices, squaredDistances } = await search.search(host(golden.inputs['queries']));
    await search.dispose();
    expectGolden(golden, { indices, distances: squaredDistances.map(Math.sqrt) });
  });

  test('the search leaves excluded rows out, by range and by penalty', async () => {
    const [queries, bank] = [points(50, 12, 1), points(200, 12, 2)];
    const search = createNeighbourSearch(compute, bank, { neighbours: 3 });
    const wanted = slowNeighbours(
      queries.data as Float32Array,
      bank.data as Float32Array,
      12,
      3,
      (row) => row < 20 || row >= 150,
    );
    const byRange = await search.search(queries, { from: 20, to: 150 });
    expect([...byRange.indices]).toEqual(wanted);
    const penalty = hostTensor(
      Float32Array.from({ length: 200 }, (_, row) => (row < 20 || row >= 150 ? 0 : 1e30)),
      [200],
    );
    expect(await search.search(queries, penalty)).toEqual(byRange);
    expect([...(await search.search(queries)).indices]).toEqual(
      slowNeighbours(queries.data as Float32Array, bank.data as Float32Array, 12, 3),
    );
    await search.dispose();
  });

  test('a tensor function with a penalty leaves rows out and cuts many queries into blocks', () => {
    const [queries, bank] = [points(40, 6, 3), points(60, 6, 4)];
    const inputs = [
      tf.tensor2d(queries.data as Float32Array, [40, 6]),
      tf.tensor2d(bank.data as Float32Array, [60, 6]),
      tf.tensor1d(Array.from({ length: 60 }, (_, row) => (row < 30 ? 1e30 : 0))),
    ] as const;
    const { indices, squaredDistances } = run(inputs, (q, m, p) => ({
      ...nearestNeighbours(q, m, p, 2, { productLimit: 600 }),
    }));
    const wanted = slowNeighbours(queries.data as Float32Array, bank.data as Float32Array, 6, 2, (row) => row >= 30);
    expect([...indices.data]).toEqual(wanted);
    expect(squaredDistances.data.every((squared) => squared < 1e3)).toBe(true);
  });

  test('refuses more neighbours than there are and queries of another width', async () => {
    const bank = points(4, 3, 1);
    expect(() => createNeighbourSearch(compute, bank, { neighbours: 5 })).toThrow(
      'coresetRatio keeps 4 vectors in the memory bank; 5 neighbours are asked for',
    );
    const search = createNeighbourSearch(compute, bank, { neighbours: 2 });
    await expect(search.search(points(2, 4, 1))).rejects.toThrow('queries have the shape [q, 3], got [2, 4]');
    await search.dispose();
  });

  test('excludes nothing where too few rows would be left, as in a bank of equal images', async () => {
    const bank = points(4, 3, 1);
    const search = createNeighbourSearch(compute, bank, { neighbours: 2 });
    const all = await search.search(points(2, 3, 1));
    expect(await search.search(points(2, 3, 1), { from: 0, to: 3 })).toEqual(all);
    await search.dispose();
  });
});
