import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { shown } from '../../files/index.js';
import { isInside } from '../../formats/index.js';
import { problem } from '../../shared/errors.js';

/** A path that was found at or below an import root; both without links. */
export interface FoundSource {
  path: string;
  root: string;
}

const field = ['input', 'path'];

/**
 * Finds what a client's path means: an absolute path below an import root, or one relative to an import root. Nothing
 * outside the import roots is looked at, and a link that leads out of them counts as outside.
 *
 * @throws ProblemError BAD_USER_INPUT for a path outside, NOT_FOUND for one inside that does not exist.
 */
export async function findUnderImportRoots(path: string, importRoots: readonly string[]): Promise<FoundSource> {
  if (importRoots.length === 0) {
    throw problem('BAD_USER_INPUT', 'this server imports no folders: it has no import root; send a zip as an upload', {
      field,
    });
  }
  if (path.includes('\0') || path === '') throw outside(path);
  const candidates = await candidatesOf(path, importRoots);
  if (candidates.length === 0) throw outside(path);
  for (const candidate of candidates) {
    const real = await realpath(candidate.path).catch(() => undefined);
    if (real === undefined) continue;
    if (isInside(candidate.root, real)) return { path: real, root: candidate.root };
    throw outside(path);
  }
  const message = `there is no folder or file '${shown(path)}' under the import roots`;
  throw problem('NOT_FOUND', message, { field, item: shown(path) });
}

/** Where the path could be, judged by its text alone. */
async function candidatesOf(path: string, importRoots: readonly string[]): Promise<FoundSource[]> {
  const candidates: FoundSource[] = [];
  for (const configured of importRoots) {
    const root = await realpath(configured).catch(() => undefined);
    if (root === undefined) continue;
    const meant = isAbsolute(path) ? resolve(path) : resolve(root, path);
    if (isInside(root, meant) || isInside(resolve(configured), meant)) candidates.push({ path: meant, root });
  }
  return candidates;
}

function outside(path: string) {
  const message = `'${shown(path)}' does not lie under an import root of this server`;
  return problem('BAD_USER_INPUT', message, { field, item: shown(path) });
}
