import type { Compute, PluginContext, SourceContext } from '../plugin-api/index.js';

/** What a plugin is held to its contract with. */
export interface ContractSetting {
  /** Parameters of the plugin, checked and with defaults. */
  params: Record<string, unknown>;
  /** Those that were given: a preset says what the others are in a training. */
  given: Record<string, unknown>;
  compute: Compute;
  /** What the host gives a plugin that loads something. */
  context: PluginContext;
  /** What it gives a source that reads buckets; none where it is left out. */
  bucket?: SourceContext['bucket'];
}

/** One promise of a kind of plugin. */
export interface ContractRule<Plugin> {
  /** What a plugin does that keeps it, e.g. `gives back every tensor`. */
  name: string;
  /** @returns how the plugin breaks it; empty when it keeps it. What the plugin throws is passed on. */
  check: (plugin: Plugin, setting: ContractSetting) => string[] | Promise<string[]>;
}

/** What was found of one rule. */
export interface RuleOutcome {
  rule: string;
  problems: string[];
}

/** The sentences of what is not so. */
export function unless(...claims: readonly (readonly [holds: boolean, otherwise: string])[]): string[] {
  return claims.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

/** Holds a plugin to each rule; one that makes it throw is broken by that. */
export async function checkRules<Plugin>(
  rules: readonly ContractRule<Plugin>[],
  plugin: Plugin,
  setting: ContractSetting,
): Promise<RuleOutcome[]> {
  const outcomes: RuleOutcome[] = [];
  for (const { name, check } of rules) {
    const problems = await Promise.resolve()
      .then(() => check(plugin, setting))
      .catch((error: unknown) => [
        `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      ]);
    outcomes.push({ rule: name, problems });
  }
  return outcomes;
}
