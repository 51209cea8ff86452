/**
 * Runs what computes on a GPU by WebGPU: that of this machine, or one in software where there is none (SwiftShader, which Debian's
 * `chromium` brings; it needs `libvulkan1`).
 *
 *     npm run test:gpu                kernels with their gradients, state, networks from files, a step of a Swin, golden vectors, draem's gradient,
 *                                     two steps of every detector
 *     npm run test:gpu -- --quick     kernels, state and networks from files
 *     npm run test:gpu -- --placement   which operators of every detector's graphs run on the processor, two minutes; no tests
 *     npm run test:gpu -- --rounding   what rounding alone does to two steps of every detector on the processor; no tests
 *     RESIDUA_GPU=own npm run test:gpu   never the one in software
 *     RESIDUA_COMPUTE=cuda npm run test:gpu   by another engine
 */
import { spawnSync } from 'node:child_process';
import { program } from 'commander';
import { placements, placementTable } from '../test/support/placement.js';
import { hasSoftwareGpu, softwareGpu } from '../test/support/softwareGpu.js';

const { quick, placement, rounding } = program
  .option('--quick', 'kernels, state and networks from files only')
  .option('--placement', 'instead of tests: which operators run on the processor')
  .option('--rounding', 'instead of tests: what rounding alone does to two steps of every detector')
  .parse()
  .opts<{ quick?: true; placement?: true; rounding?: true }>();
const engine = process.env['RESIDUA_COMPUTE'] || 'webgpu';
const isOwn =
  engine !== 'webgpu' || process.env['VK_ICD_FILENAMES'] !== undefined || process.env['RESIDUA_GPU'] === 'own';

if (rounding) process.exitCode = measureRounding();
else if (isOwn || hasSoftwareGpu('tests on a GPU are')) {
  const env = { ...process.env, ...(!isOwn && softwareGpu()), RESIDUA_COMPUTE: engine };
  if (placement) console.log(placementTable(await placements(engine, env)));
  else process.exitCode = runTests(env);
}

function runTests(env: NodeJS.ProcessEnv): number {
  const files = ['test/unit/compute/kernels.test.ts', 'test/unit/compute/statefulFunctions.test.ts'];
  if (!quick)
    files.push(
      'test/unit/compute/swinStep.test.ts',
      'test/unit/toolkit/networks/swin/tracedSwin.test.ts',
      'test/unit/plugins/detectors/draem/gradient.test.ts',
      'test/gpu/',
    );
  // Networks from files are traced.
  if (engine !== 'tensorflow') files.push('test/unit/compute/importOnnx.test.ts');
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/gpu/vitest.config.ts', ...files];
  return spawnSync(process.execPath, vitest, { stdio: 'inherit', env }).status ?? 1;
}

function measureRounding(): number {
  const child = ['--conditions=residua-source', '--import', 'tsx', 'test/support/roundingChild.ts'];
  const env = { ...process.env, RESIDUA_COMPUTE: 'onnxruntime' };
  return spawnSync(process.execPath, child, { stdio: 'inherit', env }).status ?? 1;
}
