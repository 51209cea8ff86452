import { defineConfig, mergeConfig } from 'vitest/config';
import { sharedConfig } from '../../vitest.config.js';

/** `npm run test:faults`: processes are killed, frozen and misled. Slower than other tests, and one file at a time. */
const faultsConfig = mergeConfig(
  sharedConfig,
  defineConfig({
    test: {
      include: ['test/faults/**/*.test.ts'],
      // For what hangs, on a machine that does much else. Promises in seconds are measured in the tests themselves.
      testTimeout: 360_000,
      hookTimeout: 360_000,
      maxWorkers: 1,
    },
  }),
);

// eslint-disable-next-line no-restricted-syntax -- vitest asks for it.
export default faultsConfig;
