import type { Problem, ProblemLocation } from '../shared/errors.js';

export const longestName = 100;

/** Characters that would make a name look like another or break a line: controls, separators, direction marks. */
const unsafeCharacters = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with a name somebody chose: nothing, or one TEXT_INVALID problem that says `what` it names. */
export function nameProblems(what: string, name: string, location: ProblemLocation): Problem[] {
  const rule = brokenRule(name);
  return rule ? [{ code: 'TEXT_INVALID', message: `the ${what} ${quoted(name)} ${rule}`, ...location }] : [];
}

function brokenRule(name: string): string | undefined {
  if (name.trim() === '') return 'is empty; it needs at least one visible character';
  if (name.trim() !== name) return 'starts or ends with white space';
  if (name.length > longestName) return `has ${name.length} characters; at most ${longestName} are allowed`;
  if (unsafeCharacters.test(name)) return 'contains a control or direction character';
  return undefined;
}

/** A value inside a message: quoted, escaped, at most 60 characters. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
