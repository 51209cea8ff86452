import { shown } from '../../files/index.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { layoutProblem, notThisLayout, withoutMask } from '../planning/layout.js';
import { maskAmongImages, MaskPairs, masksBeside } from '../planning/maskPairs.js';
import { commonFolder, withoutExtension } from '../planning/names.js';

const layout = 'train/ok/*, test/ok/*, test/ko/*, ground_truth/ko/<stem>.*';
const topFolders = ['train', 'test', 'ground_truth'];

/** Masks of BTAD are JPEG-like greys in places: white is what counts. */
const threshold = 128;

/** The layout of BTAD (beanTech): one product whose masks are named as their images. */
export const btad: ImportFormat = { id: 'btad', description: `BTAD, one product: ${layout}`, plan };

/** An image of the layout. */
interface Found {
  file: SourceFile;
  path: string;
  isGood: boolean;
}

function plan(source: SourceTree, { meansNormal }: ImportContext): ImportPlan {
  const prefix = commonFolder(source.files, topFolders);
  const masks = new MaskPairs();
  const found: Found[] = [];
  for (const file of source.files) {
    const path = file.path.slice(prefix.length);
    if (path.startsWith('ground_truth/')) masks.addMask(keyOf(path), { file, path, threshold });
    const [, part, type = ''] = /^(train|test)\/([^/]+)\/[^/]+$/.exec(path) ?? [];
    const isGood = part !== undefined && (type === 'ok' || meansNormal(type));
    if (isGood || (part === 'test' && type === 'ko')) found.push({ file, path, isGood });
  }
  if (!found.some(({ path }) => path.startsWith('train/'))) {
    return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  }
  for (const { path } of found) if (path.startsWith('test/')) masks.addImage(keyOf(path), path);
  const isMask = masksBeside(found.map(({ path }) => path));
  const images = found.filter(({ path }) => !isMask(path)).map((one) => planned(one, masks));
  const itemProblems = [
    ...masks
      .strays()
      .map((path) => layoutProblem(`the mask '${shown(path)}' has no image of the same name in test`, path)),
    ...found.filter(({ path }) => isMask(path)).map(({ path }) => maskAmongImages(path, 'ground_truth/ko/<stem>.*')),
  ];
  const unmasked = images.filter(({ label, mask, problems }) => label === 'ANOMALOUS' && !mask && !problems);
  const warnings = withoutMask(unmasked.map(({ filename }) => filename));
  return { images, problems: [], itemProblems, warnings, notes: [] };
}

function planned({ file: image, path: filename, isGood }: Found, masks: MaskPairs): PlannedImage {
  const isTest = filename.startsWith('test/');
  return {
    ...{ filename, image },
    split: isTest ? 'TEST' : 'TRAIN',
    label: isGood ? 'NORMAL' : 'ANOMALOUS',
    defectType: isGood ? null : 'ko',
    ...(isTest && masks.of(keyOf(filename))),
  };
}

/** Folder and stem without the first folder: what an image and its mask share. */
function keyOf(path: string): string {
  return withoutExtension(path.slice(path.indexOf('/') + 1));
}
