import { table } from './markdown.js';
import type { MeasuredPlan } from './resultStore.js';

/** What all rows share as a sentence, and what tells them apart as a table of a line each. */
export function settingsTable(rows: readonly { name: string; plans: readonly MeasuredPlan[] }[]): string {
  const values = rows.map(({ plans }) => flatSettings(plans));
  const names = [...new Set(values.flatMap((each) => [...each.keys()]))];
  const differs = (name: string) => values.some((each) => each.get(name) !== values[0]!.get(name));
  const shared = names.filter((name) => !differs(name)).map((name) => `${name} \`${values[0]!.get(name)}\``);
  const own = names.filter(differs).map((name) => [name, ...values.map((each) => each.get(name) ?? '')]);
  const head = ['', ...rows.map(({ name }) => name)];
  return [`In every row: ${shared.join(', ')}.`, ...(own.length > 0 ? ['', table(head, own)] : [])].join('\n');
}

/** Settings, plugins with the versions that measured, and their parameters, each by its name; plans differ in versions alone. */
function flatSettings(plans: readonly MeasuredPlan[]): Map<string, string> {
  const [{ settings, ...parts }] = plans as [MeasuredPlan];
  const flat = new Map(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  for (const title of ['featureExtractor', 'detector', 'augmentations', 'loss'] as const) {
    const named = plans.map((plan) => pluginsOf(plan[title]).map(({ id, version }) => `${id} ${version}`));
    if (named[0]!.length > 0) flat.set(title, [...new Set(named.flat())].join(', '));
    for (const { id, params } of pluginsOf(parts[title])) {
      for (const [name, value] of leaves(params)) flat.set(`${id}: ${name}`, value);
    }
  }
  return flat;
}

function pluginsOf(part: MeasuredPlan['augmentations'] | MeasuredPlan['loss']): MeasuredPlan['augmentations'] {
  return [part ?? []].flat();
}

/** Values by the names that lead to them. */
function leaves(params: object): [string, string][] {
  return Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, String(value)]];
    return leaves(value as object).map(([inner, leaf]) => [`${name}.${inner}`, leaf]);
  });
}
