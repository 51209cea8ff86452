import { defineConfig, mergeConfig } from 'vitest/config';
import { sharedConfig } from '../../vitest.config.js';

/** `npm run test:faults`: processes are killed, frozen and misled. Slower than other tests, and one file at a time. */
const faultsConfig = mergeConfig(
  sharedConfig,
  defineConfig({
    test: {
      include: ['test/faults/**/*.test.ts'],
      testTimeout: 180_000,
      maxWorkers: 1,
    },
  }),
);

// eslint-disable-next-line no-restricted-syntax -- vitest asks for it.
export default faultsConfig;
