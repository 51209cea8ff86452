import type { TrainingPlan } from '../../src/services/training/trainingPlan.js';
import { table } from './markdown.js';

/** What all rows share as a sentence, and what tells them apart as a table of a line each. */
export function settingsTable(rows: readonly { name: string; plan: TrainingPlan }[]): string {
  const values = rows.map(({ plan }) => flatSettings(plan));
  const names = [...new Set(values.flatMap((each) => [...each.keys()]))];
  const differs = (name: string) => values.some((each) => each.get(name) !== values[0]!.get(name));
  const shared = names.filter((name) => !differs(name)).map((name) => `${name} \`${values[0]!.get(name)}\``);
  const own = names.filter(differs).map((name) => [name, ...values.map((each) => each.get(name) ?? '')]);
  const head = ['', ...rows.map(({ name }) => name)];
  return [`In every row: ${shared.join(', ')}.`, ...(own.length > 0 ? ['', table(head, own)] : [])].join('\n');
}

/** Settings, plugins with their versions, and their parameters, each by its name. */
function flatSettings({
  settings,
  featureExtractor,
  detector,
  augmentations,
  loss,
}: TrainingPlan): Map<string, string> {
  const flat = new Map(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  for (const [title, plugins] of Object.entries({ featureExtractor, detector, augmentations, loss })) {
    const list = [plugins ?? []].flat();
    if (list.length > 0) flat.set(title, list.map(({ id, version }) => `${id} ${version}`).join(', '));
    for (const { id, params } of list) {
      for (const [name, value] of leaves(params)) flat.set(`${id}: ${name}`, value);
    }
  }
  return flat;
}

/** Values by the names that lead to them. */
function leaves(params: object): [string, string][] {
  return Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, String(value)]];
    return leaves(value as object).map(([inner, leaf]) => [`${name}.${inner}`, leaf]);
  });
}
