import { describe, expect, it } from 'vitest';
import { defineLoss, tf, z, type AnyPlugin } from '../../../src/plugin-api/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import { factsOf } from '../../../src/plugin-host/pluginFacts.js';

describe('the registry', () => {
  const loss = (id: string, version = '1.0.0') =>
    defineLoss({
      ...{ id, version, apiVersion: 2, title: id, description: '' },
      params: z.strictObject({ weight: z.number().min(0).default(1) }),
      create: () => () => tf.scalar(0),
    }) as unknown as AnyPlugin;
  const broken = {
    ...{ source: 'x', id: 'broken', kind: 'loss' as const, version: '1.0.0' },
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
    const facts = { ...factsOf(loss('good', '2.0.0')) };
    const manifest = { name: 'good', version: '2.0.0', residua: { kind: 'loss' as const, apiVersion: 2, entry: 'x' } };
    const outside = { ...{ source: 'x', folder: '/x', file: '/x/x', digest: 'd', problem: null }, facts, manifest };
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
