import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import { PlainReporter } from './test/support/plainReporter.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What every run of tests has in common. */
export const sharedConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^residua\/plugin-api$/, replacement: here('./src/plugin-api/index.ts') },
      { find: /^residua\/toolkit$/, replacement: here('./src/toolkit/index.ts') },
      // vitest would load graphql's ESM build next to the CommonJS one that type-graphql requires.
      { find: /^graphql$/, replacement: here('./node_modules/graphql/index.js') },
    ],
  },
  test: {
    reporters: ['default', new PlainReporter()],
    globalSetup: ['test/support/database.globalSetup.ts'],
    setupFiles: ['test/support/accessNet.setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});

export default mergeConfig(
  sharedConfig,
  defineConfig({ test: { include: ['test/**/*.test.ts'], exclude: ['test/faults/**', 'test/gpu/**'] } }),
);
