import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createCompute } from '../../../src/compute/index.js';
import { ComputeFailure } from '../../../src/shared/computeFailure.js';
import { runChild } from '../../support/childProcess.js';

const squares = (x: tf.Tensor) => [tf.square(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true))];

/** Newer ones reserve address space whenever the loader of TypeScript makes WebAssembly, which the limit of this test forbids. */
const reservesLater = Number(process.versions.node.split('.')[0]) > 20;

describe('a function that needs more memory than there is', () => {
  it('is refused before it runs, by what its graph needs', async () => {
    const compute = await createCompute({ engine: 'onnxruntime', threads: 1, bytes: 2 ** 20 });
    const compile = (side: number) => compute.compile('squares', squares, [{ shape: [side, 16] }]);
    const failure = await compile(1024).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ComputeFailure);
    expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY', engineIsLost: false });
    expect((failure as Error).message).toBe(
      '"squares" needs about 8.1 MiB (state 0 B, constants 0 B, inputs and outputs 4.1 MiB, in between 4.1 MiB); it may take 1.0 MiB (RESIDUA_COMPUTE_BYTES)',
    );
    await expect(compile(64)).resolves.toBeDefined();
    await compute.dispose();
  });

  it.skipIf(!existsSync('/usr/bin/prlimit') || reservesLater)(
    'says so when it runs, and computes once there is more',
    async () => {
      const child = runChild('smallMemoryChild.ts', []);
      expect(JSON.parse(await child.line())).toEqual({
        code: 'OUT_OF_MEMORY',
        message: '"squares" needs more memory than this machine has left, 16.0 MiB for one tensor',
        engineIsLost: false,
      });
      const { sum } = JSON.parse(await child.line()) as { sum: number };
      expect(sum / (2048 * 16 * 1e-4) ** 2).toBeCloseTo(1, 1);
      expect(await child.ended).toBe(0);
    },
  );
});
