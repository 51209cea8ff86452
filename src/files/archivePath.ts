import type { Problem } from '../shared/errors.js';
import { shown } from './shown.js';

/** Files and folders that operating systems leave behind; never data. */
const junkNames = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '__macosx']);

/** Folders in which storage systems and programs keep copies of pictures, thumbnails and what was deleted. */
const junkFolders = new Set([
  ...['@eadir', '#recycle', '@recycle', '$recycle.bin', '#snapshot', '@recently-snapshot', 'lost+found'],
  ...['system volume information', '__pycache__', 'thumbs', 'thumbnails'],
]);

const imageEnding = /\.(png|jpe?g|webp|tiff?|bmp)$/i;

/**
 * Whether a path with forward slashes names, or lies inside, what is there without being data: what operating systems leave
 * behind, hidden folders, folders of thumbnails, and hidden files other than images. A folder's path ends with a slash.
 */
export function isJunk(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop()!;
  return isJunkName(name) || (name.startsWith('.') && !imageEnding.test(name)) || folders.some(isJunkFolder);
}

function isJunkFolder(name: string): boolean {
  const hidden = name.startsWith('.') && name !== '.' && name !== '..';
  return hidden || isJunkName(name) || junkFolders.has(name.toLowerCase());
}

function isJunkName(name: string): boolean {
  return junkNames.has(name.toLowerCase()) || name.startsWith('._');
}

/**
 * The path of an archive entry with forward slashes, whatever wrote it; backslashes separate too, so that no system reads
 * another path than the one checked here. A `./` in front, as `zip -r x.zip .` and tar write it, says nothing.
 */
export function normalPath(name: string): string {
  return name.replaceAll('\\', '/').replace(/^(\.\/)+(?=[^/])/, '');
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
  if (path === './') return undefined;
  const parts = path.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return 'its path leads out of the archive';
  if (parts.length - 1 > maximumDepth)
    return `it lies in ${parts.length - 1} folders; at most ${maximumDepth} are allowed`;
  if (parts.some((part) => part === '' || part === '.')) return 'its path has an empty part';
  if (path.includes('\0')) return 'its path holds a NUL character';
  return undefined;
}
