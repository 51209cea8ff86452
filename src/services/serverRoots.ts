import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { shown } from '../files/index.js';
import { isInside } from '../formats/index.js';
import { problem } from '../shared/errors.js';

/** A path that was found at or below a root; both without links. */
export interface FoundPath {
  path: string;
  root: string;
}

/** Folders of the server that clients may name places in. */
export interface ServerRoots {
  folders: readonly string[];
  /** What one of them is called in messages, e.g. `import root`. */
  called: string;
  /** Said where there is none. */
  none: string;
  /** The input that names a path. */
  field: readonly string[];
}

/**
 * Finds what a client's path means: an absolute path below a root, or one relative to a root. Nothing outside the roots is looked at, and a
 * link that leads out of them counts as outside.
 *
 * @throws ProblemError BAD_USER_INPUT for a path outside, NOT_FOUND for one inside that does not exist.
 */
export async function findUnderRoots(path: string, roots: ServerRoots): Promise<FoundPath> {
  const field = [...roots.field];
  if (roots.folders.length === 0) throw problem('BAD_USER_INPUT', roots.none, { field });
  if (path.includes('\0') || path === '') throw outside(path, roots);
  const candidates = await candidatesOf(path, roots.folders);
  if (candidates.length === 0) throw outside(path, roots);
  for (const candidate of candidates) {
    const real = await realpath(candidate.path).catch(() => undefined);
    if (real === undefined) continue;
    if (isInside(candidate.root, real)) return { path: real, root: candidate.root };
    throw outside(path, roots);
  }
  const message = `there is no folder or file '${shown(path)}' under the ${roots.called}s`;
  throw problem('NOT_FOUND', message, { field, item: shown(path) });
}

/** Where the path could be, judged by its text alone. */
async function candidatesOf(path: string, folders: readonly string[]): Promise<FoundPath[]> {
  const candidates: FoundPath[] = [];
  for (const configured of folders) {
    const root = await realpath(configured).catch(() => undefined);
    if (root === undefined) continue;
    const meant = isAbsolute(path) ? resolve(path) : resolve(root, path);
    if (isInside(root, meant) || isInside(resolve(configured), meant)) candidates.push({ path: meant, root });
  }
  return candidates;
}

function outside(path: string, { called, field }: ServerRoots) {
  const message = `'${shown(path)}' does not lie under ${/^[aeiou]/.test(called) ? 'an' : 'a'} ${called} of this server`;
  return problem('BAD_USER_INPUT', message, { field: [...field], item: shown(path) });
}
