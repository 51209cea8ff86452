import { imagePathProblem, shown } from '../../files/index.js';
import { problem, throwIfProblems } from '../../shared/errors.js';
import type { SourceFile, SourceTree } from '../importFormat.js';
import { fileProblem } from '../reading/readText.js';
import { add, imageFiles } from './names.js';

/**
 * Finds the files of a source that annotation files name. A name is only ever compared with the list of the source's files:
 * nothing is opened by it, on this machine or elsewhere.
 */
export class FileFinder {
  private readonly byPath: ReadonlyMap<string, SourceFile>;
  private readonly byName = new Map<string, SourceFile[]>();

  constructor(source: SourceTree) {
    this.byPath = new Map(source.files.map((file) => [file.path, file]));
    for (const file of imageFiles(source.files)) add(this.byName, nameOf(file.path), file);
  }

  /**
   * The file meant by a name in an annotation file: looked for beside that file, from the top, in `images`, and then as the
   * end of any image's path, provided only one fits.
   *
   * @param name as {@link safePath} returns it.
   * @throws ProblemError DATASET_LAYOUT_INVALID when there is none, or more than one.
   */
  find(name: string, namedIn: Pick<SourceFile, 'path'>, place = ''): SourceFile {
    const folder = folderOf(namedIn.path);
    for (const path of [`${folder}${name}`, name, `${folder}images/${name}`, `images/${name}`]) {
      const found = this.byPath.get(path);
      if (found) return found;
    }
    const fitting = (this.byName.get(nameOf(name)) ?? []).filter(({ path }) => path.endsWith(`/${name}`));
    const [only, other] = fitting;
    if (only && !other) return only;
    const fault = other
      ? `names '${shown(name)}', which may be '${shown(only!.path)}' or '${shown(other.path)}'`
      : `names '${shown(name)}', which is not in the source`;
    throw fileProblem('DATASET_LAYOUT_INVALID', namedIn, fault, place);
  }
}

/**
 * A name from an annotation file as a path with forward slashes that stays inside the source.
 * @throws ProblemError FILENAME_INVALID for addresses, absolute paths, ways upwards (percent-encoded as well), and names no
 *   image can have.
 */
export function safePath(name: string): string {
  const path = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  const fault = pathFault(path) ?? pathFault(percentDecoded(path));
  const item = shown(name);
  if (fault) throw problem('FILENAME_INVALID', `The name '${item}' is not allowed: ${fault}.`, { item });
  const invalid = imagePathProblem(path);
  throwIfProblems(invalid ? [invalid] : []);
  return path;
}

/** What comes before the name, with a slash at its end; empty for a file at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function pathFault(path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\/|^(file|data|javascript|blob):/i.test(path)) {
    return 'it is an address; only files of the source itself are read';
  }
  if (/^[A-Za-z]:/.test(path)) return 'it starts with a drive letter';
  if (path.startsWith('/') || path.startsWith('\\')) return 'it is absolute';
  return path.split(/[/\\]/).includes('..') ? 'it leads upwards' : undefined;
}

function percentDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A lone percent sign is a character like others.
    return path;
  }
}
