import type { Problem } from '../shared/errors.js';
import { shown } from './filename.js';

/** Files that operating systems leave behind; never data. */
const junkNames = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '__macosx']);

/** Whether a path with forward slashes names, or lies inside, what operating systems leave behind. */
export function isJunk(path: string): boolean {
  return path.split('/').some((part) => junkNames.has(part.toLowerCase()) || part.startsWith('._'));
}

/**
 * The path of an archive entry with forward slashes, whatever wrote it; backslashes separate too, so that no system reads
 * another path than the one checked here.
 */
export function normalPath(name: string): string {
  return name.replaceAll('\\', '/');
}

/** Says why the path of an archive entry must not be used; undefined when it may. `path` is a {@link normalPath}. */
export function archivePathProblem(path: string, maximumDepth: number): Problem | undefined {
  const fault = pathFault(path, maximumDepth);
  if (!fault) return undefined;
  const item = shown(path);
  return { code: 'ARCHIVE_UNSAFE_PATH', message: `The archive entry '${item}' is not allowed: ${fault}.`, item };
}

function pathFault(path: string, maximumDepth: number): string | undefined {
  if (path.startsWith('/')) return 'its path is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'its path starts with a drive letter';
  const parts = path.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return 'its path leads out of the archive';
  if (parts.length - 1 > maximumDepth)
    return `it lies in ${parts.length - 1} folders; at most ${maximumDepth} are allowed`;
  if (parts.some((part) => part === '' || part === '.')) return 'its path has an empty part';
  if (path.includes('\0')) return 'its path holds a NUL character';
  return undefined;
}
