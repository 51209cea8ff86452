import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pluginApiVersion } from '../../../src/plugin-api/index.js';
import { inspectPlugin } from '../../../src/plugin-host/index.js';

const manifest = {
  ...{ name: 'my-loss', version: '1.0.0', type: 'module' },
  residua: { kind: 'loss', apiVersion: pluginApiVersion, entry: './index.js' },
};

describe('trying a plugin from outside', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'residua-plugin-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (content: unknown, code = 'export const plugin = {};') => {
    mkdirSync(path.join(folder, 'plugin'), { recursive: true });
    writeFileSync(
      path.join(folder, 'plugin/package.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
    writeFileSync(path.join(folder, 'plugin/index.js'), code);
    return path.join(folder, 'plugin');
  };

  it.each([
    ['no JSON', '{', '/'],
    ['no name', { ...manifest, name: undefined }, '/name'],
    ['a name that is a path', { ...manifest, name: '../x' }, '/name'],
    ['a name that objects have', { ...manifest, name: '__proto__' }, '/name'],
    ['no version', { ...manifest, version: undefined }, '/version'],
    ['a version that is none', { ...manifest, version: 'new' }, '/version'],
    ['no residua part', { ...manifest, residua: undefined }, '/residua'],
    ['an unknown kind', { ...manifest, residua: { ...manifest.residua, kind: 'banana' } }, '/residua/kind'],
    ['no API version', { ...manifest, residua: { ...manifest.residua, apiVersion: undefined } }, '/residua/apiVersion'],
    ['no entry', { ...manifest, residua: { ...manifest.residua, entry: undefined } }, '/residua/entry'],
  ])('refuses a manifest with %s, pointing at it', async (_, content, pointer) => {
    const { problem } = await inspectPlugin(write(content));
    expect(problem).toMatchObject({ code: 'PLUGIN_MANIFEST_INVALID' });
    expect(problem!.message).toContain(`package.json ${pointer}`);
  });

  it('names everything that is wrong in a manifest', async () => {
    const { problem } = await inspectPlugin(write({ ...manifest, name: '../x', version: 'new' }));
    expect(problem!.message).toMatch(/package\.json \/name: .*; \/version: /);
  });

  it('refuses a plugin of another API version, naming the supported one', async () => {
    const { problem } = await inspectPlugin(write({ ...manifest, residua: { ...manifest.residua, apiVersion: 99 } }));
    expect(problem).toMatchObject({ code: 'PLUGIN_API_INCOMPATIBLE' });
    expect(problem!.message).toContain(`asks for plugin API 99; supported: ${pluginApiVersion}`);
  });

  it('refuses a plugin of the API before, saying where it is told what to change', async () => {
    const { problem } = await inspectPlugin(write({ ...manifest, residua: { ...manifest.residua, apiVersion: 1 } }));
    expect(problem!.message).toBe(
      `plugin my-loss asks for plugin API 1; supported: ${pluginApiVersion}. docs/plugins.md says what to change`,
    );
  });

  it('names everything that a detector does not state', async () => {
    const source = `import { z } from 'residua/plugin-api';
      export const plugin = { kind: 'detector', id: 'bare', version: '1.0.0', apiVersion: ${pluginApiVersion}, title: 'Bare',
        description: '', params: z.strictObject({}), supervisions: ['UNSUPERVISED'], usesLoss: false, check: () => [], train: 3 };`;
    const of = { ...manifest, residua: { ...manifest.residua, kind: 'detector' } };
    const { problem } = await inspectPlugin(write(of, source));
    expect(problem).toMatchObject({ code: 'PLUGIN_MANIFEST_INVALID' });
    for (const name of ['uses', 'continues', 'stages', 'train']) expect(problem!.message).toContain(`${name}: `);
    expect(problem!.message).not.toContain('check: ');
  });

  it.each(['../evil.js', '/etc/passwd', 'a\0.js'])('refuses the entry %j outside the folder', async (entry) => {
    writeFileSync(path.join(folder, 'evil.js'), 'globalThis.evil = true;');
    const { problem } = await inspectPlugin(write({ ...manifest, residua: { ...manifest.residua, entry } }));
    expect(problem).toMatchObject({ code: 'PLUGIN_UNSAFE_PATH' });
    expect('evil' in globalThis).toBe(false);
  });

  it('refuses an entry that is a link out of the folder', async () => {
    writeFileSync(path.join(folder, 'evil.js'), 'globalThis.evil = true;');
    const source = write({ ...manifest, residua: { ...manifest.residua, entry: './link.js' } });
    symlinkSync(path.join(folder, 'evil.js'), path.join(source, 'link.js'));
    expect((await inspectPlugin(source)).problem).toMatchObject({ code: 'PLUGIN_UNSAFE_PATH' });
    expect('evil' in globalThis).toBe(false);
  });

  it('tells why an entry that throws did not load', async () => {
    const { problem } = await inspectPlugin(write(manifest, 'throw new Error("no licence found");'));
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_FAILED' });
    expect(problem!.message).toContain('no licence found');
  });

  it.each([
    ['waits for what never comes', 'await new Promise(() => {});'],
    ['computes without end', 'while (true) {}'],
  ])('gives up on an entry that %s', async (_, code) => {
    const { problem } = await inspectPlugin(write(manifest, code), 500);
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_TIMEOUT' });
    expect(problem!.message).toContain('did not finish loading within 0.5 s');
  });

  const sound = `
    import { defineLoss, tf, z } from 'residua/plugin-api';
    export const plugin = defineLoss({ id: 'my-loss', version: '1.0.0', apiVersion: ${pluginApiVersion}, title: 'Mine',
      description: '', params: z.strictObject({}), create: () => () => tf.scalar(0) });`;

  it.each([
    ['ends the process', 'process.exit(0);', 'it ended its process (exit code 0)'],
    ['kills the process', 'process.kill(process.pid, "SIGKILL");', 'it ended its process (SIGKILL)'],
    ['leaves a rejected promise', 'Promise.reject(new Error("forgotten"));', 'forgotten'],
    ['throws from a timer', 'setTimeout(() => { throw new Error("later"); }, 50);', 'later'],
  ])('survives an entry that %s', async (_, code, words) => {
    const { problem } = await inspectPlugin(write(manifest, sound + code));
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_FAILED' });
    expect(problem!.message).toContain(words);
  });

  it('finds residua for a package that has none beside it, and takes its facts and digest', async () => {
    const { problem, ...found } = await inspectPlugin(write(manifest, sound));
    expect(problem).toBeNull();
    expect(found).toMatchObject({ facts: { id: 'my-loss', kind: 'loss', title: 'Mine', hasPredictionGraph: false } });
    expect(found).toHaveProperty('digest', expect.stringMatching(/^[0-9a-f]{64}$/));
  });

  it('shows a plugin no secrets of the environment', async () => {
    process.env['SOME_VENDORS_LICENCE'] = 'a secret';
    process.env['RESIDUA_PLUGIN_COLOUR'] = 'green';
    try {
      const names = ['SOME_VENDORS_LICENCE', 'RESIDUA_PLUGIN_COLOUR', 'DATABASE_URL', 'PATH'];
      const code = `throw new Error(${JSON.stringify(names)}.filter((name) => name in process.env).join(' '));`;
      const { problem } = await inspectPlugin(write(manifest, code));
      expect(problem!.message).toMatch(/did not load: Error: RESIDUA_PLUGIN_COLOUR PATH$/);
    } finally {
      delete process.env['SOME_VENDORS_LICENCE'];
      delete process.env['RESIDUA_PLUGIN_COLOUR'];
    }
  });

  it('says that an entry in TypeScript must be compiled', async () => {
    const { problem } = await inspectPlugin(
      write({ ...manifest, residua: { ...manifest.residua, entry: './index.ts' } }, ''),
    );
    expect(problem).toMatchObject({ code: 'PLUGIN_MANIFEST_INVALID' });
    expect(problem!.message).toContain('is TypeScript: compile it');
  });

  it('says that a CommonJS entry must be an ES module', async () => {
    const { problem } = await inspectPlugin(
      write({ ...manifest, type: 'commonjs' }, "const { z } = require('residua/plugin-api');"),
    );
    expect(problem!.message).toContain('plugins are ES modules');
  });

  it('does not know the kind of a plugin whose package does not say it', async () => {
    expect(await inspectPlugin(write('{'))).toMatchObject({ id: 'plugin', kind: null, version: null });
  });

  it('refuses an export that is no plugin, saying what it lacks', async () => {
    const { problem } = await inspectPlugin(write(manifest, 'export const plugin = { kind: "loss" };'));
    expect(problem!.message).toMatch(/must export `plugin`; id/);
  });

  it('says that a package is not there', async () => {
    const { problem } = await inspectPlugin('residua-no-such-package');
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_FAILED', item: 'residua-no-such-package' });
  });
});
