import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import type { Split } from '../../shared/labels.js';
import type { ImportPlan, SourceFile, SourceTree } from '../importFormat.js';
import { readText, type AnnotationLimits } from '../reading/readText.js';
import { layoutProblem, listed } from './layout.js';
import { add, baseName, folded, folderOf, imageFiles, isImagePath, splitOfFolder, withoutExtension } from './names.js';

/** A list of images, or a folder of them, that a description names as a split; perhaps with a path of another machine. */
export interface SplitPlace {
  split: Split;
  path: string;
  /** Path of the file that names it. */
  namedIn: string;
}

/** Missing images of one list that are named. */
const mostNamed = 100;

/** Lists that say by their own name which split they hold: `train.txt`, `ImageSets/Main/val.txt`. */
const listName = /(?:^|\/)(?:autosplit_)?(train|val|valid|validation|test)\.txt$/i;

/**
 * Splits by lists and folders. A list of its own right counts as one that is named; lists go before folders.
 *
 * @param named by a description of the set.
 * @param found is given what is wrong: an image in two lists, and a warning for lists and folders of which nothing was found.
 */
export async function readSplitLists(
  { files }: SourceTree,
  named: readonly SplitPlace[],
  limits: AnnotationLimits,
  found: Pick<ImportPlan, 'itemProblems' | 'warnings'>,
): Promise<Map<SourceFile, Split>> {
  const images = new ImagesByEnd(imageFiles(files));
  const splits = new Map<SourceFile, Split>();
  const lists = listsOf(files, named);
  found.warnings?.push(...listsMissing(lists, named));
  for (const { file, split } of lists) {
    const names = linesOf(await readText(file, limits));
    const missing = names.filter((name) => images.find(name).length === 0);
    found.warnings?.push(...namesMissing(file, missing, names.length));
    for (const image of names.flatMap((name) => images.find(name))) {
      const earlier = splits.get(image);
      if (earlier && earlier !== split) found.itemProblems?.push(inTwo(image, file, earlier, split));
      splits.set(image, split);
    }
  }
  const fromFolders = new Map<SourceFile, Split>();
  for (const place of named.filter(({ path }) => !isList(path))) {
    const inside = images.below(place.path);
    if (inside.length === 0) found.warnings?.push(unused(place.path, `no image lies there (${shown(place.namedIn)})`));
    for (const image of inside) if (!fromFolders.has(image)) fromFolders.set(image, place.split);
  }
  return new Map([...fromFolders, ...splits]);
}

/** A warning about names of a list that no image of the source has, or several have; none when there are none. */
export function namesMissing({ path }: SourceFile, missing: readonly string[], total: number): Problem[] {
  if (missing.length === 0) return [];
  if (missing.length === total) return [unused(path, `none of its ${total} images is in the source`)];
  const told = `'${shown(path)}' names ${missing.length} of ${total} images that are not in the source, or not by one name`;
  const message = `${told}: ${listed(missing, mostNamed)}`;
  return [{ code: 'SPLIT_NOT_APPLIED', message, item: shown(path) }];
}

function listsMissing(lists: readonly { file: SourceFile }[], named: readonly SplitPlace[]): Problem[] {
  const there = new Set(lists.map(({ file }) => folded(baseName(file.path))));
  return named
    .filter(({ path }) => isList(path) && !there.has(listNameOf(path)))
    .map(({ path, namedIn }) => unused(path, `the list is not in the source (${shown(namedIn)})`));
}

function listNameOf(path: string): string {
  return folded(baseName(path.replaceAll('\\', '/')));
}

function isList(path: string): boolean {
  return /\.txt$/i.test(path);
}

function listsOf(files: readonly SourceFile[], named: readonly SplitPlace[]): { file: SourceFile; split: Split }[] {
  const lists = new Map<SourceFile, Split>();
  for (const { path, split } of named.filter((place) => isList(place.path))) {
    const end = `/${listNameOf(path)}`;
    for (const file of files) if (`/${folded(file.path)}`.endsWith(end)) lists.set(file, split);
  }
  for (const file of files) {
    const split = splitOfFolder(listName.exec(file.path)?.[1] ?? '');
    // Beside an image of the same name, or among labels, it is that image's label.
    const isLabel = /(^|\/)labels?\//i.test(file.path);
    if (split && !isLabel && !lists.has(file)) lists.set(file, split);
  }
  return [...lists].map(([file, split]) => ({ file, split }));
}

/** Names in the lines of a list; VOC writes a sign behind each. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

/** Images by the ends of their paths, with or without extension. */
class ImagesByEnd {
  private readonly byName = new Map<string, SourceFile[]>();

  constructor(private readonly images: readonly SourceFile[]) {
    for (const image of images) {
      add(this.byName, folded(baseName(image.path)), image);
      add(this.byName, folded(withoutExtension(baseName(image.path))), image);
    }
  }

  /** Those that fit the longest end of a path. */
  find(line: string): SourceFile[] {
    const path = folded(line.replaceAll('\\', '/').replace(/\s+-?[01]$/, ''));
    const sameName = this.byName.get(baseName(path)) ?? [];
    const parts = path.split('/').filter((part) => !['', '.', '..'].includes(part));
    for (let start = 0; start < parts.length; start += 1) {
      const end = `/${parts.slice(start).join('/')}`;
      const fitting = sameName.filter(({ path: at }) => {
        const own = `/${folded(isImagePath(path) ? at : withoutExtension(at))}`;
        return own.endsWith(end);
      });
      if (fitting.length > 0) return fitting.length === 1 || start === 0 ? fitting : [];
    }
    return [];
  }

  /** Those in the folder that is the longest end of a path. */
  below(line: string): SourceFile[] {
    const parts = folded(line.replaceAll('\\', '/'))
      .split('/')
      .filter((part) => !['', '.', '..'].includes(part));
    for (let start = 0; start < parts.length; start += 1) {
      const folder = `/${parts.slice(start).join('/')}/`;
      const fitting = this.images.filter(({ path }) => `/${folded(folderOf(path))}`.includes(folder));
      if (fitting.length > 0) return fitting;
    }
    return [];
  }
}

function unused(path: string, why: string): Problem {
  return { code: 'SPLIT_NOT_APPLIED', message: `'${shown(path)}' says nothing: ${why}`, item: shown(path) };
}

function inTwo(image: SourceFile, list: SourceFile, earlier: Split, split: Split): Problem {
  return layoutProblem(
    `'${shown(image.path)}' is ${split} in '${shown(list.path)}' and ${earlier} elsewhere`,
    image.path,
  );
}
