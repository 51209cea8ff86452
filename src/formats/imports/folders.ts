import { shown } from '../../files/index.js';
import type { Problem } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { layoutProblem } from '../planning/layout.js';
import { add, commonFolder, imageFiles, splitOfFolder, withoutExtension } from '../planning/names.js';

const layout =
  '[train, validation or test]/<good, normal, ok or a defect type>/*, both folders optional; masks in ground_truth/ or masks/';

/** Folders whose pictures are masks of the others. */
const maskFolder = /^(ground[ _-]?truths?|gts?|masks?|segmentations?)$/i;
const maskEnding = /[_-](mask|gt|label|seg)$/i;

/** Plain folders of images, whose names say what is in them. */
export const folders: ImportFormat = { id: 'folders', description: `Plain folders: ${layout}`, plan };

/** A picture with its path inside the category. */
interface Entry {
  file: SourceFile;
  path: string;
}

function plan(source: SourceTree, context: ImportContext): ImportPlan {
  const files = imageFiles(source.files);
  const prefix = commonFolder(files, []);
  // A folder around everything that says something is no mere wrapping.
  const says = splitOfFolder(prefix.slice(0, -1)) !== undefined || context.meansNormal(prefix.slice(0, -1));
  const entries = files.map((file): Entry => ({ file, path: says ? file.path : file.path.slice(prefix.length) }));
  const { images, masks } = partition(entries);
  const byPlace = new Map<string, Entry[]>();
  for (const image of images) add(byPlace, placeOf(image.path), image);
  const itemProblems: Problem[] = [...ambiguousMasks(masks, byPlace), ...twoMasks(masks)];
  const maskOf = new Map(masks.map((mask) => [placeOf(mask.path), mask.file]));
  return {
    images: images.map(({ file, path }) => planned(file, path, maskOf.get(placeOf(path)), context)),
    problems: [],
    itemProblems,
    notes: [],
  };
}

/** Masks lie in a folder of masks, or beside their image with an ending that says so. */
function partition(entries: readonly Entry[]): { images: Entry[]; masks: Entry[] } {
  const stems = new Set(entries.map(({ path }) => withoutExtension(path)));
  const isMask = ({ path }: Entry) => {
    const stem = withoutExtension(path);
    const besideImage = maskEnding.test(stem) && stems.has(stem.replace(maskEnding, ''));
    return besideImage || foldersOf(path).some((folder) => maskFolder.test(folder));
  };
  return { images: entries.filter((entry) => !isMask(entry)), masks: entries.filter(isMask) };
}

function foldersOf(path: string): string[] {
  return path.split('/').slice(0, -1);
}

/** What an image and its mask share: folders that name neither a split nor masks, and the stem. */
function placeOf(path: string): string {
  const names = foldersOf(path).filter((name) => splitOfFolder(name) === undefined && !maskFolder.test(name));
  return [...names, withoutExtension(path.split('/').at(-1)!).replace(maskEnding, '')].join('/');
}

function ambiguousMasks(masks: readonly Entry[], images: ReadonlyMap<string, readonly Entry[]>) {
  return masks.flatMap(({ path }) => {
    // A mask of good parts in training and in test alike would mark nothing; but which of two images has the defect?
    const found = images.get(placeOf(path)) ?? [];
    if (found.length < 2) return [];
    const names = found.map((image) => `'${shown(image.path)}'`).join(' and ');
    return [layoutProblem(`the mask '${shown(path)}' could belong to ${names}; rename one of them`, path)];
  });
}

function twoMasks(masks: readonly Entry[]) {
  const seen = new Map<string, string>();
  return masks.flatMap(({ path }) => {
    const earlier = seen.get(placeOf(path));
    seen.set(placeOf(path), path);
    if (earlier === undefined) return [];
    return [
      layoutProblem(`the masks '${shown(earlier)}' and '${shown(path)}' belong to the same image; keep one`, path),
    ];
  });
}

function planned(
  image: SourceFile,
  filename: string,
  mask: SourceFile | undefined,
  { meansNormal }: ImportContext,
): PlannedImage {
  const parts = foldersOf(filename);
  const split = parts.map(splitOfFolder).find((found) => found !== undefined);
  const type = parts.filter((part) => splitOfFolder(part) === undefined).join(' ');
  const isGood = meansNormal(type);
  const label = type === '' ? (mask ? 'FROM_MASK' : 'UNLABELLED') : isGood ? 'NORMAL' : 'ANOMALOUS';
  return {
    ...{ filename, image, label },
    split: split ?? 'TRAIN',
    defectType: type === '' || isGood ? null : type,
    mask: mask && { file: mask },
  };
}
