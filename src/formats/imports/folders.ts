import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { maskEnding, MaskPairs, masksBeside } from '../planning/maskPairs.js';
import { commonFolder, imageFiles, splitOfFolder, withoutExtension } from '../planning/names.js';

const layout =
  '[train, validation or test]/<good, normal, ok or a defect type>/*, both folders optional; masks in ground_truth/ or masks/';

/** Folders whose pictures are masks of the others. */
const maskFolder = new RegExp(
  [
    '^(ground[ _-]?truths?|gts?|segmentations?|segmentation(class|object)\\w*|labels|annotations',
    '((binary|defect|anomaly|pixel|gt|label|segmentation)[ _-]?)?masks?([ _-]?(images?|png))?)$',
  ].join('|'),
  'i',
);

/** Folders that say that images are in them, and nothing of what these show. */
const imageFolder = /^(images?|imgs?|jpegimages|pictures?|photos?)$/i;

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
  const pairs = new MaskPairs();
  for (const { file, path } of masks) pairs.addMask(placeOf(path), { file, path });
  for (const { path } of images) pairs.addImage(placeOf(path), path);
  return {
    images: images.map(({ file, path }) => planned(file, path, pairs.of(placeOf(path)), context)),
    problems: [],
    notes: [],
  };
}

/** Masks lie in a folder of masks, or beside their image with an ending that says so. */
function partition(entries: readonly Entry[]): { images: Entry[]; masks: Entry[] } {
  const isBeside = masksBeside(entries.map(({ path }) => path));
  const isMask = ({ path }: Entry) => isBeside(path) || foldersOf(path).some((folder) => maskFolder.test(folder));
  return { images: entries.filter((entry) => !isMask(entry)), masks: entries.filter(isMask) };
}

function foldersOf(path: string): string[] {
  return path.split('/').slice(0, -1);
}

/** Whether a folder may be named after what its images show. */
function isType(name: string): boolean {
  return splitOfFolder(name) === undefined && !imageFolder.test(name);
}

/** What an image and its mask share: folders that name neither a split nor masks, and the stem. */
function placeOf(path: string): string {
  const names = foldersOf(path).filter((name) => isType(name) && !maskFolder.test(name));
  return [...names, withoutExtension(path.split('/').at(-1)!).replace(maskEnding, '')].join('/');
}

function planned(
  image: SourceFile,
  filename: string,
  mask: ReturnType<MaskPairs['of']>,
  { meansNormal }: ImportContext,
): PlannedImage {
  const parts = foldersOf(filename);
  const split = parts.map(splitOfFolder).find((found) => found !== undefined);
  const type = parts.filter(isType).join(' ');
  const isGood = meansNormal(type);
  const label = type === '' ? (mask.mask ? 'FROM_MASK' : 'UNLABELLED') : isGood ? 'NORMAL' : 'ANOMALOUS';
  return {
    ...{ filename, image, label },
    split: split ?? 'TRAIN',
    defectType: type === '' || isGood ? null : type,
    ...mask,
  };
}
