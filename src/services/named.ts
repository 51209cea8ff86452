import { FaultError } from '../shared/errors.js';
import { quoted } from './names.js';

/** Rows of one project, or of any. @param projectId UUID. */
export function ofProject(projectId: string | undefined): { projectId?: string } {
  return projectId === undefined ? {} : { projectId };
}

/**
 * The one of a name among those found in all projects that may be seen.
 * @param noun in words, e.g. `data set`.
 * @throws FaultError NAME_AMBIGUOUS when several projects have one.
 */
export function oneNamed<E>(noun: string, name: string, found: readonly E[]): E | null {
  if (found.length < 2) return found[0] ?? null;
  const message = `Several projects have a ${noun} named ${quoted(name)}; say which one is meant by its project.`;
  throw new FaultError('NAME_AMBIGUOUS', message);
}
