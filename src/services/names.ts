import type { Problem, ProblemLocation } from '../shared/errors.js';

/** Characters that a name has at most. */
export const longestName = 100;

/** Characters of an idempotency key. */
export const longestKey = 200;

/** Characters that would break a line or turn it around: controls, separators, direction marks. */
const unsafeCharacters = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Characters that are not seen, so that two names would look the same; joiners and variants count behind a letter that needs them. */
const unseenCharacters =
  /(?<![^\x00-\x7f])[\u200c\u200d\ufe00-\ufe0f]|(?![\u200c\u200d\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/u;

/** White space, marks that need a letter, blanks that count as symbols or letters. */
const visibleCharacter = /[^\s\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What is wrong with a name somebody chose: nothing, or one TEXT_INVALID problem that says `what` it names. */
export function nameProblems(what: string, name: string, location: ProblemLocation): Problem[] {
  const rule = brokenRule(name);
  return rule ? [{ code: 'TEXT_INVALID', message: `the ${what} ${quoted(name)} ${rule}`, ...location }] : [];
}

/**
 * What is wrong with a key under which a request may be repeated: nothing, or one TEXT_INVALID problem. An empty key would
 * silently be none.
 */
export function keyProblems(key: string | null | undefined): Problem[] {
  if (key === null || key === undefined || (key !== '' && key.length <= longestKey)) return [];
  const message = `the idempotency key has ${key.length} characters; 1 to ${longestKey} are allowed`;
  return [{ code: 'TEXT_INVALID', message, field: ['input', 'idempotencyKey'] }];
}

/** What makes a text impossible to store or keep, in words. @param longest characters it may have. */
export function textFault(text: string, longest: number): string | undefined {
  if (text.includes('\0')) return 'contains a NUL character';
  if (/\p{Cs}/u.test(text)) return 'is not valid Unicode: half of a pair of surrogates is missing';
  return text.length > longest ? `has ${text.length} characters; at most ${longest} are allowed` : undefined;
}

function brokenRule(name: string): string | undefined {
  if (name.length > longestName) return `has ${name.length} characters; at most ${longestName} are allowed`;
  if (!visibleCharacter.test(name)) return 'is empty; it needs at least one visible character';
  if (name.trim() !== name) return 'starts or ends with white space';
  if (unsafeCharacters.test(name)) return 'contains a control or direction character';
  if (unseenCharacters.test(name)) return 'contains a character that is not seen';
  return undefined;
}

/** A value inside a message: quoted, escaped, at most 60 characters. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
