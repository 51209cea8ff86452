/**
 * Runs what computes on a GPU by WebGPU: that of this machine, or one in software where there is none (SwiftShader, which Debian's
 * `chromium` brings; it needs `libvulkan1`).
 *
 *     npm run test:gpu                kernels with their gradients, state, and a small training of every detector
 *     npm run test:gpu -- --quick     kernels and state
 *     RESIDUA_GPU=own npm run test:gpu   never the one in software
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { program } from 'commander';

const software = '/usr/lib/chromium/vk_swiftshader_icd.json';
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];

const { quick } = program.option('--quick', 'kernels and state only').parse().opts<{ quick?: true }>();
const isOwn = process.env['VK_ICD_FILENAMES'] !== undefined || process.env['RESIDUA_GPU'] === 'own';

if (!isOwn && !(existsSync(software) && loader.some(existsSync))) {
  console.log('no GPU in software here (Debian: apt-get install chromium libvulkan1); tests on a GPU are skipped');
} else {
  const files = ['test/unit/compute/kernels.test.ts', 'test/unit/compute/statefulFunctions.test.ts'];
  if (!quick) files.push('test/unit/compute/swinStep.test.ts', 'test/contract/detectors.test.ts');
  const env = {
    ...process.env,
    ...{ RESIDUA_COMPUTE: 'webgpu', XDG_RUNTIME_DIR: mkdtempSync(path.join(tmpdir(), 'residua-gpu-')) },
    ...(!isOwn && { VK_ICD_FILENAMES: software }),
  };
  const minutes = ['--testTimeout', '1800000', '--hookTimeout', '1800000'];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...files, ...minutes];
  process.exitCode = spawnSync(process.execPath, vitest, { stdio: 'inherit', env }).status ?? 1;
}
