import type { Problem } from '../../shared/errors.js';
import { shown } from '../../files/index.js';
import { layoutProblem, listed, withoutMask } from '../planning/layout.js';
import { maskAmongImages, MaskPairs, masksBeside } from '../planning/maskPairs.js';
import { baseName, commonFolder, folded, withoutExtension } from '../planning/names.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';

const layout = 'train/good/*, test/<good or defect>/*, ground_truth/<defect>/<stem>_mask.*';

const topFolders = ['train', 'validation', 'test', 'ground_truth'];

/** Parts that hold images, and the split of each. */
const splits = { train: 'TRAIN', validation: 'VALIDATION', test: 'TEST' } as const;
type Part = keyof typeof splits;

/** Folder whose images are normal, as are those of the usual names for it (`ok`). */
const good = 'good';

/**
 * The layout of MVTec AD: one category with `train/good`, `test/good`, `test/<defect type>` and a mask for an anomalous image,
 * `ground_truth/<defect type>/<stem>_mask.png`, where there is one. A single folder around it is skipped, and folders may be written in capitals. Read, too, is what
 * MVTec LOCO has more: `validation/good`, and a folder of masks for an image, `ground_truth/<defect type>/<stem>/*.png`, which are joined.
 */
export const mvtec: ImportFormat = { id: 'mvtec', description: `MVTec AD, one category: ${layout}`, plan };

interface Mask {
  file: SourceFile;
  /** Its own, or that of the folder that holds the masks of an image. */
  path: string;
  type: string;
  /** Of its image; undefined when it is not named after one. */
  stem: string | undefined;
  /** Where a folder holds the masks of an image: the others in it. */
  more: SourceFile[];
}

/** Files of the category by the part of the layout they belong to. */
interface Category {
  images: { file: SourceFile; path: string; part: Part; type: string }[];
  masks: Mask[];
  /** Of files that are not part of the layout. */
  itemProblems: Problem[];
}

function plan(source: SourceTree, { meansNormal }: ImportContext): ImportPlan {
  const isNormal = (type: string) => type.toLowerCase() === good || meansNormal(type);
  const category = sortFiles(source, isNormal);
  const { itemProblems } = category;
  if (!category.images.some(({ part }) => part === 'train')) {
    return { images: [], problems: [noTrainGood(source), ...itemProblems], notes: [] };
  }
  const masks = pairsOf(category);
  const images = category.images.map((entry): PlannedImage => {
    const isGood = isNormal(entry.type);
    return {
      filename: entry.path,
      image: entry.file,
      split: splits[entry.part],
      label: isGood ? 'NORMAL' : 'ANOMALOUS',
      defectType: isGood ? null : entry.type,
      ...(entry.part === 'test' && masks.of(keyOf(entry))),
    };
  });
  itemProblems.push(...masks.strays().map(maskWithoutImage));
  const unmasked = images.filter(({ label, mask, problems: own }) => label === 'ANOMALOUS' && !mask && !own);
  const warnings = withoutMask(unmasked.map(({ filename }) => filename));
  return { images, problems: [], itemProblems, warnings, notes: [] };
}

function sortFiles(source: SourceTree, isNormal: (type: string) => boolean): Category {
  const prefix = commonFolder(source.files, topFolders);
  const category: Category = { images: [], masks: [], itemProblems: [] };
  const unknown = new Map<string, number>();
  for (const file of source.files) {
    const path = file.path.slice(prefix.length);
    const parts = path.split('/');
    const [folder = '', type = ''] = parts;
    const part = folder.toLowerCase();
    // A file beside the folders is left out.
    if (parts.length === 1) continue;
    if (part === 'ground_truth' && parts.length === 4) addToFolderOfMasks(category, file, path);
    else if (parts.length !== 3 || !topFolders.includes(part) || (isGoodOnly(part) && !isNormal(type))) {
      const left = topFolders.includes(part) ? parts.slice(0, -1).join('/') : folder;
      unknown.set(left, (unknown.get(left) ?? 0) + 1);
    } else if (part === 'ground_truth') {
      category.masks.push({ file, path, type, stem: /^(.*)_mask$/.exec(stemOf(path))?.[1], more: [] });
    } else category.images.push({ file, path, part: part as Part, type });
  }
  const isMask = masksBeside(category.images.map(({ path }) => path));
  for (const { path } of category.images.filter((one) => isMask(one.path))) {
    category.itemProblems.push(maskAmongImages(path, 'ground_truth/<defect>/<stem>_mask.*'));
  }
  category.images = category.images.filter(({ path }) => !isMask(path));
  for (const [folder, files] of unknown) category.itemProblems.push(unknownFolder(folder, files));
  return category;
}

function isGoodOnly(part: string): boolean {
  return part === 'train' || part === 'validation';
}

/** `ground_truth/<type>/<stem>/<number>.png`: one mask of all files in the folder. */
function addToFolderOfMasks({ masks }: Category, file: SourceFile, path: string): void {
  const [, type = '', stem = ''] = path.split('/');
  const folder = `ground_truth/${type}/${stem}`;
  const known = masks.find((mask) => mask.path === folder);
  if (known) known.more.push(file);
  else masks.push({ file, path: folder, type, stem, more: [] });
}

/** Masks and test images by type and stem. A mask that is not named after an image is a problem. */
function pairsOf({ masks, images, itemProblems }: Category): MaskPairs {
  const pairs = new MaskPairs();
  for (const { type, stem, ...mask } of masks) {
    if (stem === undefined) itemProblems.push(wrongMaskName(mask.path));
    else pairs.addMask(`${folded(type)}/${stem}`, mask);
  }
  for (const image of images) if (image.part === 'test') pairs.addImage(keyOf(image), image.path);
  return pairs;
}

/** What a test image and its mask share. */
function keyOf({ type, path }: { type: string; path: string }): string {
  return `${folded(type)}/${stemOf(path)}`;
}

function stemOf(path: string): string {
  return withoutExtension(baseName(path));
}

function noTrainGood(source: SourceTree): Problem {
  const folders = new Set(source.files.map(({ path }) => path.split('/').slice(0, -1).slice(0, 2).join('/') || path));
  const found = folders.size === 0 ? 'it holds no files' : `found ${listed([...folders])}`;
  const message = `'${shown(source.name)}' has no images in train/good; ${found}; expected one category: ${layout}`;
  return layoutProblem(message, source.name);
}

function unknownFolder(folder: string, files: number): Problem {
  const where = topFolders.includes(folder)
    ? `'${shown(folder)}' holds ${files} files outside its subfolders`
    : undefined;
  const message = where ?? `the folder '${shown(folder)}' (${files} files) is not part of the layout`;
  return layoutProblem(`${message}; expected: ${layout}`, folder);
}

function maskWithoutImage(path: string): Problem {
  const image = withoutExtension(path)
    .replace(/^ground_truth/, 'test')
    .replace(/_mask$/, '');
  return layoutProblem(`the mask '${shown(path)}' has no image '${shown(image)}.*'`, path);
}

function wrongMaskName(path: string): Problem {
  return layoutProblem(`the mask '${shown(path)}' is not named after its image: expected '<stem>_mask.png'`, path);
}
