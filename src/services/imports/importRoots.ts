import { findUnderRoots, type FoundPath } from '../serverRoots.js';

/**
 * Finds what a client's path means among the import roots, see {@link findUnderRoots}.
 * @throws ProblemError BAD_USER_INPUT for a path outside, NOT_FOUND for one inside that does not exist.
 */
export function findUnderImportRoots(path: string, importRoots: readonly string[]): Promise<FoundPath> {
  return findUnderRoots(path, {
    folders: importRoots,
    called: 'import root',
    none: 'this server imports no folders: it has no import root; send a zip as an upload',
    field: ['input', 'path'],
  });
}
