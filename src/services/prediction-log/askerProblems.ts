import type { Problem } from '../../shared/errors.js';
import { nameProblems } from '../names.js';

/** What is wrong with how a station calls itself and its part. @param input path of both. */
export function askerProblems(
  { station, partId }: { station?: string | null | undefined; partId?: string | null | undefined },
  input: readonly string[] = [],
): Problem[] {
  const check = (what: string, name: string, value: string | null | undefined) =>
    typeof value === 'string' ? nameProblems(what, value, { field: [...input, name] }) : [];
  return [...check('station', 'station', station), ...check('part id', 'partId', partId)];
}
