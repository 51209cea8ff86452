import { describe, expect, it } from 'vitest';
import type { AnyPlugin, PluginKind } from '../../src/plugin-api/index.js';
import type { ContractRule } from '../../src/plugin-contract/index.js';
import { compute, pluginContext, registry } from './plugins.js';

/** One test for each rule and each plugin of a kind. @param needed parameters without a default, by plugin. */
export function holdTo<Kind extends PluginKind>(
  kind: Kind,
  rules: readonly ContractRule<Extract<AnyPlugin, { kind: Kind }>>[],
  needed: Partial<Record<string, Record<string, unknown>>> = {},
): void {
  const plugins = registry.plugins(kind).map((plugin) => [plugin.id, plugin] as const);
  describe.each(plugins)(`${kind} %s`, (id, plugin) => {
    const given = needed[id] ?? {};
    const setting = { params: plugin.params.parse(given), given, compute, context: pluginContext };
    it.each(rules.map((rule) => [rule.name, rule] as const))('%s', { timeout: 180_000 }, async (_, rule) => {
      expect(await rule.check(plugin, setting)).toEqual([]);
    });
  });
}
