import type { Problem } from '../../shared/errors.js';
import { quoted } from '../names.js';

/** Candidates of one sweep, and values of one parameter, at most. */
export const mostCandidates = 64;

/** Values to try of parameters of a detector, by dotted name. */
export type SearchSpace = Readonly<Record<string, unknown>>;

/** What is wrong with a space before any plugin sees it. */
export function spaceProblems(space: SearchSpace): Problem[] {
  const field = ['input', 'space'];
  const names = Object.keys(space);
  if (names.length === 0) {
    return [
      { code: 'BAD_USER_INPUT', message: 'the space names no parameter; name at least one with its values', field },
    ];
  }
  const problems = names.flatMap((name): Problem[] => {
    const values = space[name];
    if (Array.isArray(values) && values.length > 0) return [];
    const message = `the values of ${quoted(name)} are ${JSON.stringify(values)}; a list with at least one is needed`;
    return [{ code: 'BAD_USER_INPUT', message, field, item: name }];
  });
  if (problems.length > 0) return problems;
  const count = names.reduce((product, name) => product * (space[name] as unknown[]).length, 1);
  if (count < mostCandidates) return [];
  const message = `the space has ${count} combinations; at most ${mostCandidates - 1} are tried`;
  return [{ code: 'BAD_USER_INPUT', message, field }];
}

/** Every combination of a space, behind the one that changes nothing. */
export function combinationsOf(space: SearchSpace): Record<string, unknown>[] {
  const combinations = Object.entries(space).reduce<Record<string, unknown>[]>(
    (found, [name, values]) =>
      found.flatMap((one) => (values as unknown[]).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return [{}, ...combinations];
}

/** Parameters of a detector with changes by dotted name, e.g. `pretraining.steps`. */
export function changedParams(
  params: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const changed = structuredClone(params) as Record<string, unknown>;
  for (const [name, value] of Object.entries(changes)) {
    const path = name.split('.');
    let group = changed;
    for (const step of path.slice(0, -1)) {
      const inner = Object.hasOwn(group, step) ? group[step] : undefined;
      const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
      Object.defineProperty(group, step, { value: next, enumerable: true, writable: true, configurable: true });
      group = next;
    }
    // Not by assignment: `__proto__` is a name like any other, which the detector then refuses.
    Object.defineProperty(group, path.at(-1)!, { value, enumerable: true, writable: true, configurable: true });
  }
  return changed;
}
