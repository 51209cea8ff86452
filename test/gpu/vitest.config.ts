import { defineConfig, mergeConfig } from 'vitest/config';
import { sharedConfig } from '../../vitest.config.js';

/** `npm run test:gpu`: what computes on a GPU, beside what its kernels are tested by. One file at a time: they share the device. */
const gpuConfig = mergeConfig(
  sharedConfig,
  defineConfig({
    test: {
      include: ['test/gpu/**/*.test.ts', 'test/unit/**/*.test.ts'],
      testTimeout: 1_800_000,
      hookTimeout: 1_800_000,
      maxWorkers: 1,
    },
  }),
);

// eslint-disable-next-line no-restricted-syntax -- vitest asks for it.
export default gpuConfig;
