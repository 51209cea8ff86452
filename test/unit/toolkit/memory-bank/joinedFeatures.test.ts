import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompute } from '../../../../src/compute/index.js';
import type { TrainingImage, TrainingProgress } from '../../../../src/plugin-api/index.js';
import { hostTensor, type Compute } from '../../../../src/shared/compute.js';
import { extractTrainingFeatures } from '../../../../src/toolkit/features/extractTrainingFeatures.js';
import { JoinedFeatures } from '../../../../src/toolkit/memory-bank/memoryBank.js';

let compute: Compute;
beforeAll(async () => {
  compute = await createCompute({ engine: 'onnxruntime', threads: 1, bytes: 2 ** 20 });
});
afterAll(() => compute.dispose());

describe('features of a memory bank', () => {
  it('lie in one array, each image at its place', () => {
    const joined = new JoinedFeatures([2, 2, 3], { compute, projection: 0 });
    const [first, second] = [
      joined.add({ data: Float32Array.of(1, 2, 3, 4, 5, 6) }),
      joined.add({ data: Float32Array.of(7, 8, 9, 10, 11, 12) }),
    ];
    expect(Array.from(joined.all.data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([first.shape, Array.from(second.data)]).toEqual([
      [2, 3],
      [7, 8, 9, 10, 11, 12],
    ]);
  });

  it('that the machine cannot hold are refused before any is extracted, with what takes how much', () => {
    expect(() => new JoinedFeatures([100, 64, 128], { compute, projection: 64 })).toThrow(
      '"memory-bank" needs about 4.9 MiB (6400 features 3.1 MiB, the choice of its vectors 1.8 MiB); it may take 1.0 MiB (RESIDUA_COMPUTE_BYTES)',
    );
  });
});

describe('features of all normal images', () => {
  const image = (id: string): TrainingImage => ({
    ...{ id, filename: id },
    load: () => Promise.resolve({ width: 1, height: 1, data: new Uint8Array(3) }),
  });
  const stage = { extract: () => Promise.resolve({ maps: [hostTensor(new Float32Array(65_536), [65_536])] }) };
  const extract = (count: number, extracted: string[] = []) =>
    extractTrainingFeatures(stage, {
      compute,
      normalImages: Array.from({ length: count }, (_, i) => image(`${i}`)),
      steps: {
        signal: new AbortController().signal,
        report: ({ step }: TrainingProgress) => void extracted.push(`${step}`),
      } as unknown as Parameters<typeof extractTrainingFeatures>[1]['steps'],
    });

  it('are extracted where they fit', async () => {
    expect(await extract(4)).toHaveLength(4);
  });

  it('are refused behind the first image where they do not', async () => {
    const extracted: string[] = [];
    await expect(extract(5, extracted)).rejects.toThrow(
      '"feature-extraction" needs about 1.3 MiB (of 5 normal images 1.3 MiB); it may take 1.0 MiB (RESIDUA_COMPUTE_BYTES)',
    );
    expect(extracted).toEqual([]);
  });
});
