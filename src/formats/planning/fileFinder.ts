import { imagePathProblem, shown } from '../../files/index.js';
import { problem, ProblemError, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { SourceFile, SourceTree } from '../importFormat.js';
import { fileProblem } from '../reading/readText.js';
import { add, baseName, folded, folderOf, imageFiles, splitNamedIn, splitOfFolders } from './names.js';

/** Ways of comparing names, the strictest first. */
const keys: readonly ((path: string) => string)[] = [(path) => path, (path) => path.normalize('NFC'), folded];

/**
 * Finds the files of a source that annotation files name. A name is only ever compared with the list of the source's files:
 * nothing is opened by it, on this machine or elsewhere.
 */
export class FileFinder {
  private readonly byPath: ReadonlyMap<string, SourceFile>;
  private readonly byName = new Map<string, SourceFile[]>();

  constructor({ files }: Pick<SourceTree, 'files'>) {
    this.byPath = new Map(files.map((file) => [file.path, file]));
    for (const file of imageFiles(files)) add(this.byName, folded(baseName(file.path)), file);
  }

  /**
   * The file meant by a name in an annotation file: looked for beside that file, from the top, in `images`, and then as the
   * end of any image's path; as it is written, composed or decomposed, in any case, and percent-decoded, provided only one
   * image fits. Of several, the one whose folders name the split that the annotation file's path names.
   *
   * @param name as {@link safePath} returns it.
   * @throws ProblemError DATASET_LAYOUT_INVALID when there is none, or more than one.
   */
  find(name: string, namedIn: Pick<SourceFile, 'path'>, place = ''): SourceFile {
    const [only, other] = this.candidates(name, namedIn);
    if (only && !other) return only;
    const fault = other
      ? `names '${shown(name)}', which may be '${shown(only!.path)}' or '${shown(other.path)}'`
      : `names '${shown(name)}', which is not in the source`;
    throw fileProblem('DATASET_LAYOUT_INVALID', namedIn, fault, place);
  }

  /**
   * The same for an image whose name another machine may have written: folders above may be left out, and where the name leads
   * out of the source, only its last part counts.
   * @throws ProblemError DATASET_LAYOUT_INVALID, FILENAME_INVALID.
   */
  findAnywhere(name: string, namedIn: Pick<SourceFile, 'path'>, place = ''): SourceFile {
    try {
      return this.find(safePath(name), namedIn, place);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const [only, other] = isAddress(name) ? [] : this.elsewhere(name.replaceAll('\\', '/'), error.code, namedIn);
      if (only && !other) return only;
      throw error;
    }
  }

  private elsewhere(name: string, code: Problem['code'], namedIn: Pick<SourceFile, 'path'>): SourceFile[] {
    if (code === 'FILENAME_INVALID') return this.candidates(baseName(name), namedIn);
    return this.candidates(name, namedIn).length > 0 ? [] : this.withoutFoldersAbove(name, namedIn);
  }

  /** Every file that may be meant by a name. */
  candidates(name: string, namedIn: Pick<SourceFile, 'path'>): SourceFile[] {
    const folder = folderOf(namedIn.path);
    for (const path of [`${folder}${name}`, name, `${folder}images/${name}`, `images/${name}`]) {
      const found = this.byPath.get(path);
      if (found) return [found];
    }
    for (const variant of new Set([name, percentDecoded(name)])) {
      const sameName = this.byName.get(folded(baseName(variant))) ?? [];
      for (const key of keys) {
        const fitting = sameName.filter(({ path }) => `/${key(path)}`.endsWith(`/${key(variant)}`));
        if (fitting.length > 0) return ofSameSplit(fitting, namedIn);
      }
    }
    return [];
  }

  /**
   * Names often begin with folders of the machine they were written on. They are left out when the rest is the whole path of an
   * image, so that `a/0.png` is never taken for `b/0.png`.
   */
  private withoutFoldersAbove(name: string, namedIn: Pick<SourceFile, 'path'>): SourceFile[] {
    const parts = folded(percentDecoded(name)).split('/');
    const folder = folderOf(namedIn.path);
    const whole = (path: string) => {
      const inside = path.startsWith(folder) ? path.slice(folder.length) : path;
      return folded(inside).replace(/^images\//, '');
    };
    const sameName = this.byName.get(parts.at(-1)!) ?? [];
    for (let start = 1; start < parts.length; start += 1) {
      const rest = parts.slice(start).join('/');
      const fitting = sameName.filter(({ path }) => whole(path) === rest);
      if (fitting.length > 0) return fitting;
    }
    return [];
  }
}

function ofSameSplit(files: SourceFile[], { path }: Pick<SourceFile, 'path'>): SourceFile[] {
  const split = splitNamedIn(path);
  const same = files.filter((file) => splitOfFolders(file.path) === split);
  return split && same.length > 0 ? same : files;
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

/**
 * The name an image gets in the data set: as an annotation file writes it, where it lies under such a path; otherwise its own path.
 * @param prefix folder around everything.
 */
export function nameInSet(written: string, { path }: Pick<SourceFile, 'path'>, prefix: string): string {
  const name = written.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  return `/${folded(path)}`.endsWith(`/${folded(name)}`) && !name.startsWith('/') ? name : path.slice(prefix.length);
}

/** Whether a name is one that {@link safePath} takes for a path inside the source. */
export function staysInside(name: string): boolean {
  const path = name.replaceAll('\\', '/');
  return pathFault(path) === undefined && pathFault(percentDecoded(path)) === undefined;
}

function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^(file|data|javascript|blob):/i.test(path);
}

function pathFault(path: string): string | undefined {
  if (isAddress(path)) return 'it is an address; only files of the source itself are read';
  if (/^[A-Za-z]:/.test(path)) return 'it starts with a drive letter';
  if (path.startsWith('/') || path.startsWith('\\')) return 'it is absolute';
  return path.split(/[/\\]/).includes('..') ? 'it leads upwards' : undefined;
}

/** A lone percent sign is a character like others. */
export function percentDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
