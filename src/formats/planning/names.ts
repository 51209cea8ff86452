import type { Split } from '../../shared/labels.js';
import type { SourceFile } from '../importFormat.js';

const imageEnding = /\.(png|jpe?g|webp|tiff?|bmp)$/i;

const splitWords: ReadonlyMap<string, Split> = new Map([
  ['train', 'TRAIN'],
  ['training', 'TRAIN'],
  ['val', 'VALIDATION'],
  ['valid', 'VALIDATION'],
  ['validation', 'VALIDATION'],
  ['test', 'TEST'],
  ['testing', 'TEST'],
]);

/** Whether a name ends as an image's does. What a file is, is decided by its bytes when it is read. */
export function isImagePath(path: string): boolean {
  return imageEnding.test(path);
}

/** Files whose name ends as an image's does. */
export function imageFiles(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => isImagePath(path));
}

/** The split a folder is named after, if any. */
export function splitOfFolder(name: string): Split | undefined {
  return splitWords.get(name.toLowerCase());
}

/** The split that a word of a path says, the last one first: `annotations/instances_val2017.json`, `valid/labels.json`. */
export function splitNamedIn(path: string): Split | undefined {
  const words = path.toLowerCase().split(/[^a-z]+/);
  return words.map((word) => splitWords.get(word)).findLast((split) => split !== undefined);
}

/** The split that a folder of a path says, without the file's own name. */
export function splitOfFolders(path: string): Split | undefined {
  return splitNamedIn(folderOf(path));
}

/**
 * The split that an image's folders say. A folder around everything says something only when it is named after a split and
 * nothing else: `test/`, but not `strength test 3/`.
 * @param prefix that folder, with a slash at its end, or nothing.
 */
export function splitOfPlace(path: string, prefix: string): Split | undefined {
  return splitOfFolders(path.slice(prefix.length)) ?? splitOfFolder(prefix.slice(0, -1));
}

/** What comes before the name, with a slash at its end; empty for a file at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path without its last extension. */
export function withoutExtension(path: string): string {
  return path.replace(/\.[^./]+$/, '');
}

/** The same for all ways of writing a name that people cannot tell apart: composed or not, in upper or lower case. */
export function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** `name/` when everything lies in one folder that does not belong to the layout itself, otherwise nothing. */
export function commonFolder(files: readonly Pick<SourceFile, 'path'>[], ownFolders: readonly string[]): string {
  const [first] = files;
  const folder = first?.path.includes('/') ? first.path.slice(0, first.path.indexOf('/') + 1) : '';
  const name = folder.slice(0, -1).toLowerCase();
  if (folder === '' || ownFolders.some((own) => own.toLowerCase() === name)) return '';
  return files.every(({ path }) => path.startsWith(folder)) ? folder : '';
}

/** Adds to the list under a key. */
export function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
