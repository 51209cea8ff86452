import { problem } from '../../shared/errors.js';

/** Tells which names share a part. */
export interface NamePattern {
  /** What stands for `{part}` in a name; undefined when the name does not fit. */
  partOf(filename: string): string | undefined;
}

const placeholder = '{part}';

/**
 * Reads a pattern such as `{part}_cam*.png`: `{part}` is the shortest text of at least one character that fits, `*` any text. It is
 * compared with the name behind the last slash, or with the whole path when it holds a slash itself.
 * @throws ProblemError BAD_USER_INPUT.
 */
export function namePattern(pattern: string, field: readonly string[]): NamePattern {
  const refuse = (rule: string) =>
    problem('BAD_USER_INPUT', `the pattern ${JSON.stringify(pattern.slice(0, 100))} ${rule}`, { field });
  if (pattern.length > 200) throw refuse(`has ${pattern.length} characters; at most 200 are allowed`);
  if (pattern.split(placeholder).length !== 2)
    throw refuse(`must hold ${placeholder} once, as in "${placeholder}_cam*.png"`);
  if (pattern.includes(`*${placeholder}`) || pattern.includes(`${placeholder}*`)) {
    throw refuse(`has a * beside ${placeholder}: where one ends and the other begins cannot be told`);
  }
  const pieces = pattern.split(/(\{part\}|\*)/);
  const literals = pieces.filter((_, i) => i % 2 === 0);
  const captured = pieces.filter((_, i) => i % 2 === 1).indexOf(placeholder);
  const isPath = pattern.includes('/');
  return {
    partOf: (filename) =>
      capture(isPath ? filename : filename.slice(filename.lastIndexOf('/') + 1), literals, captured),
  };
}

/** One pass over the name, however many wildcards there are: a regular expression could take for ever. */
function capture(name: string, literals: readonly string[], captured: number): string | undefined {
  const [first, ...rest] = literals;
  if (!name.startsWith(first!)) return undefined;
  let at = first!.length;
  let part: string | undefined;
  for (const [wildcard, literal] of rest.entries()) {
    const least = at + (wildcard === captured ? 1 : 0);
    const isLast = wildcard === rest.length - 1;
    const end = isLast ? name.length - literal.length : name.indexOf(literal, least);
    if (end < least || !name.startsWith(literal, end)) return undefined;
    if (wildcard === captured) part = name.slice(at, end);
    at = end + literal.length;
  }
  return part;
}
