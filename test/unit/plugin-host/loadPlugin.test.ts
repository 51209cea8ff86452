import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineLoss, tf, z, type AnyPlugin } from '../../../src/plugin-api/index.js';
import { loadPlugin, PluginRegistry } from '../../../src/plugin-host/index.js';

const manifest = { name: 'my-loss', version: '1.0.0', residua: { kind: 'loss', apiVersion: 2, entry: './index.js' } };

describe('loading a plugin from outside', () => {
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
    const { problem } = await loadPlugin(write(content));
    expect(problem).toMatchObject({ code: 'PLUGIN_MANIFEST_INVALID' });
    expect(problem!.message).toContain(`package.json ${pointer}`);
  });

  it('names everything that is wrong in a manifest', async () => {
    const { problem } = await loadPlugin(write({ ...manifest, name: '../x', version: 'new' }));
    expect(problem!.message).toMatch(/package\.json \/name: .*; \/version: /);
  });

  it('refuses a plugin of another API version, naming the supported one', async () => {
    const { problem } = await loadPlugin(write({ ...manifest, residua: { ...manifest.residua, apiVersion: 99 } }));
    expect(problem).toMatchObject({ code: 'PLUGIN_API_INCOMPATIBLE' });
    expect(problem!.message).toContain('asks for plugin API 99; supported: 2');
  });

  it('refuses a plugin of the API before, saying where it is told what to change', async () => {
    const { problem } = await loadPlugin(write({ ...manifest, residua: { ...manifest.residua, apiVersion: 1 } }));
    expect(problem!.message).toBe(
      'plugin my-loss asks for plugin API 1; supported: 2. docs/plugins.md says what to change',
    );
  });

  it('names everything that a detector does not state', async () => {
    const source = `import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
      export const plugin = { kind: 'detector', id: 'bare', version: '1.0.0', apiVersion: 2, title: 'Bare', description: '',
        params: z.strictObject({}), supervisions: ['UNSUPERVISED'], usesLoss: false, check: () => [], train: 3 };`;
    const of = { ...manifest, residua: { ...manifest.residua, kind: 'detector' } };
    const { problem } = await loadPlugin(write(of, source));
    expect(problem).toMatchObject({ code: 'PLUGIN_MANIFEST_INVALID' });
    for (const name of ['uses', 'continues', 'stages', 'train']) expect(problem!.message).toContain(`${name}: `);
    expect(problem!.message).not.toContain('check: ');
  });

  it.each(['../evil.js', '/etc/passwd', 'a\0.js'])('refuses the entry %j outside the folder', async (entry) => {
    writeFileSync(path.join(folder, 'evil.js'), 'globalThis.evil = true;');
    const { problem } = await loadPlugin(write({ ...manifest, residua: { ...manifest.residua, entry } }));
    expect(problem).toMatchObject({ code: 'PLUGIN_UNSAFE_PATH' });
    expect('evil' in globalThis).toBe(false);
  });

  it('refuses an entry that is a link out of the folder', async () => {
    writeFileSync(path.join(folder, 'evil.js'), 'globalThis.evil = true;');
    const source = write({ ...manifest, residua: { ...manifest.residua, entry: './link.js' } });
    symlinkSync(path.join(folder, 'evil.js'), path.join(source, 'link.js'));
    expect((await loadPlugin(source)).problem).toMatchObject({ code: 'PLUGIN_UNSAFE_PATH' });
    expect('evil' in globalThis).toBe(false);
  });

  it('tells why an entry that throws did not load', async () => {
    const { problem } = await loadPlugin(write(manifest, 'throw new Error("no licence found");'));
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_FAILED' });
    expect(problem!.message).toContain('no licence found');
  });

  it('gives up on an entry that never ends', async () => {
    const { problem } = await loadPlugin(write(manifest, 'await new Promise(() => {});'), 200);
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_TIMEOUT' });
  });

  it('refuses an export that is no plugin, saying what it lacks', async () => {
    const { problem } = await loadPlugin(write(manifest, 'export const plugin = { kind: "loss" };'));
    expect(problem!.message).toMatch(/must export `plugin`; id/);
  });

  it('says that a package is not there', async () => {
    const { problem } = await loadPlugin('residua-no-such-package');
    expect(problem).toMatchObject({ code: 'PLUGIN_LOAD_FAILED', item: 'residua-no-such-package' });
  });
});

describe('the registry', () => {
  const loss = (id: string, version = '1.0.0') =>
    defineLoss({
      ...{ id, version, apiVersion: 2, title: id, description: '' },
      params: z.strictObject({ weight: z.number().min(0).default(1) }),
      create: () => () => tf.scalar(0),
    }) as unknown as AnyPlugin;
  const broken = {
    ...{ source: 'x', id: 'broken', kind: 'loss' as const, version: '1.0.0', plugin: null },
    problem: { code: 'PLUGIN_LOAD_FAILED' as const, message: 'it threw' },
  };

  it('lists a broken plugin with its problem and still serves the others', () => {
    const registry = new PluginRegistry([loss('good')], [broken]);
    expect(registry.list('loss').map(({ id, available }) => [id, available])).toEqual([
      ['good', true],
      ['broken', false],
    ]);
    expect(registry.resolve('loss', { id: 'good' }, []).params).toEqual({ weight: 1 });
    expect(() => registry.resolve('loss', { id: 'broken' }, [])).toThrow('it threw');
  });

  it('goes on with what an earlier statement was recorded with, where the plugin carries it on', () => {
    const now = { ...loss('good', '2.0.0'), earlierDigests: ['of-1.0.0'] };
    const registry = new PluginRegistry([now]);
    const record = { id: 'good', kind: 'loss' as const, version: '1.0.0', digest: 'of-1.0.0', params: { weight: 3 } };
    expect(registry.resolveRecord('loss', record).params).toEqual({ weight: 3 });
    expect(() => registry.resolveRecord('loss', { ...record, digest: 'of-1.0.1' })).toThrow('MODEL_PLUGIN_MISMATCH');
    expect(() => registry.resolveRecord('loss', { ...record, digest: 'of' })).toThrow('MODEL_PLUGIN_MISMATCH');
  });

  it('keeps the first of two plugins of one name and tells of the conflict', () => {
    const outside = { ...broken, id: 'good', plugin: loss('good', '2.0.0'), digest: 'd', problem: null };
    const registry = new PluginRegistry([loss('good')], [outside]);
    expect(registry.resolve('loss', { id: 'good' }, []).record.version).toBe('1.0.0');
    const { code, message } = registry.list('loss').at(-1)!.problem!;
    expect(code).toBe('PLUGIN_CONFLICT');
    expect(message).toContain('from x has the name of the one from built in');
  });

  it('names an unknown plugin and the known ones', () => {
    expect(() => new PluginRegistry([loss('good')]).resolve('loss', { id: 'bad' }, [])).toThrow(
      'there is no loss plugin "bad"; known: good',
    );
  });

  it('reports every wrong parameter with its path', () => {
    const resolve = () =>
      new PluginRegistry([loss('good')]).resolve('loss', { id: 'good', params: { weight: -1, colour: 'red' } }, [
        'loss',
      ]);
    expect(resolve).toThrow(/weight.*[\s\S]*colour/);
  });

  it('refuses a record of another version', () => {
    const { record } = new PluginRegistry([loss('good')]).resolve('loss', { id: 'good' }, []);
    const newer = new PluginRegistry([loss('good', '1.1.0')]);
    expect(() => newer.resolveRecord('loss', record)).toThrow(/MODEL_PLUGIN_MISMATCH.*1\.0\.0.*1\.1\.0/);
  });
});
