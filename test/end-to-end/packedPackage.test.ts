import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const env = { ...process.env, NODE_OPTIONS: '' };
const npm = (...args: string[]) => run('npm', args, { cwd: root, env, shell: process.platform === 'win32' });

interface Manifest {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

const source = `
import { defineFeatureExtractor, tf, z, type FeatureLayer } from 'residua/plugin-api';
import { resizeBilinear } from 'residua/toolkit';
import { ServerInfoDocument, type ResiduaClient } from 'residua/client';
import { nodeClient } from 'residua/client/node';

export const client: ResiduaClient = nodeClient({ url: 'http://127.0.0.1:4000' });
// @ts-expect-error Every operation has its type.
export const asked = client.request(ServerInfoDocument).then(({ nothing }) => nothing, () => undefined);

const layer: FeatureLayer = { name: 'colour', channels: 3, stride: 8 };
// @ts-expect-error A number of channels is no text.
export const wrong: FeatureLayer = { ...layer, channels: '3' };

export const plugin = defineFeatureExtractor({
  id: 'colours',
  version: '1.0.0',
  apiVersion: 2,
  title: 'Local colour',
  description: 'The colour of every 8x8 patch.',
  params: z.strictObject({ gain: z.number().default(1) }),
  sizeMultiple: 8,
  layers: () => [layer],
  load: ({ gain }) =>
    Promise.resolve({
      weightsDigest: '0'.repeat(64),
      features: (images) => {
        const [, rows, columns] = images.shape;
        return [tf.mul<tf.Tensor4D>(resizeBilinear(images, rows / 8, columns / 8), gain)];
      },
      dispose: () => undefined,
    }),
});
`;

describe('the packed package, beside a plugin outside of the repository', () => {
  let folder: string;
  let installed: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-packed-'));
    await npm('run', 'build');
    await npm('pack', '--ignore-scripts', '--pack-destination', folder);
    installed = await install(folder);
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds the compiled rooms, and no tests, sources or maps', async () => {
    const files = await readdir(installed);
    expect(files.filter((name) => name !== 'node_modules').sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'schema.graphql'].sort(),
    );
    expect((await readdir(path.join(installed, 'dist'))).sort()).toEqual(['migrations', 'plugins', 'src', 'studio']);
    const compiled = await readdir(path.join(installed, 'dist'), { recursive: true });
    expect(compiled.filter((name) => /\.map$|\.test\.|(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(compiled).toContain(path.join('src', 'cli', 'residua.js'));
  });

  it('gives types to a plugin in TypeScript, and holds what is compiled of it to the contract', async () => {
    await writePlugin(path.join(folder, 'colours'));
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
    const { stdout: errors } = await node(compiler, '-p', 'colours').catch((error: { stdout: string }) => error);
    expect(errors).toBe('');
    const cli = path.join(installed, 'dist/src/cli/residua.js');
    const { stdout } = await node(cli, 'plugins', 'check', 'colours', '--json');
    const outcomes = JSON.parse(stdout) as { rule: string; problems: string[] }[];
    expect(outcomes.length).toBeGreaterThan(0);
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
  });

  const node = (...args: string[]) => run(process.execPath, args, { cwd: folder, env });
});

/** Unpacks the only package in a folder into its `node_modules`; what it depends on, and nothing else, is linked beside it. */
async function install(folder: string): Promise<string> {
  const [packed] = await readdir(folder);
  await run('tar', ['-xzf', packed!], { cwd: folder });
  const installed = path.join(folder, 'node_modules/residua');
  await mkdir(path.dirname(installed));
  await rename(path.join(folder, 'package'), installed);
  const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const here = path.join(root, 'node_modules', name);
    const there = path.join(installed, 'node_modules', name);
    if (name in manifest.optionalDependencies && !existsSync(here)) continue; // Of another platform.
    await mkdir(path.dirname(there), { recursive: true });
    await symlink(here, there, 'junction');
  }
  return installed;
}

async function writePlugin(folder: string): Promise<void> {
  const residua = { kind: 'feature-extractor', apiVersion: 2, entry: './index.js' };
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2023', types: [], skipLibCheck: true };
  await mkdir(folder);
  await Promise.all([
    writeFile(path.join(folder, 'index.ts'), source),
    writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: 'colours', version: '1.0.0', type: 'module', residua }),
    ),
    writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] })),
  ]);
}
