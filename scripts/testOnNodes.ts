/**
 * Runs what depends on Node itself (native packages, module hooks, child processes, a whole training once) on the other Node
 * versions that are supported. npm brings each.
 *
 *     npm run test:nodes
 */
import { spawnSync } from 'node:child_process';

const supported = [20, 22, 24];
const files = [
  ...['test/unit/compute', 'test/unit/files', 'test/unit/plugin-host', 'test/integration/plugin-host'],
  'test/integration/examples/client.test.ts',
];

const others = supported.filter((major) => major !== Number(process.versions.node.split('.')[0]));
const failed = others.filter((major) => {
  console.log(`== Node ${major}`);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...files];
  return spawnSync('npx', ['--yes', `node@${major}`, ...vitest], { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) console.error(`Failed on Node ${failed.join(' and ')}.`);
process.exitCode = failed.length > 0 ? 1 : 0;
