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

const normalWords = new Set(['good', 'normal', 'ok', 'defect-free', 'defect_free']);

/** Files whose name ends as an image's does. What they are is decided by their bytes when they are read. */
export function imageFiles(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => imageEnding.test(path));
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

/** Whether a folder or class is named as what has no defect. */
export function meansNormal(name: string): boolean {
  return normalWords.has(name.toLowerCase());
}

/** A path without its last extension. */
export function withoutExtension(path: string): string {
  return path.replace(/\.[^./]+$/, '');
}

/** `name/` when everything lies in one folder that does not belong to the layout itself, otherwise nothing. */
export function commonFolder(files: readonly Pick<SourceFile, 'path'>[], ownFolders: readonly string[]): string {
  const [first] = files;
  const folder = first?.path.includes('/') ? first.path.slice(0, first.path.indexOf('/') + 1) : '';
  if (folder === '' || ownFolders.includes(folder.slice(0, -1))) return '';
  return files.every(({ path }) => path.startsWith(folder)) ? folder : '';
}

/** Adds to the list under a key. */
export function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
