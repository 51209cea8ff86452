import { shown } from '../../files/index.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { layoutProblem, notThisLayout, withoutMask } from '../planning/layout.js';
import { commonFolder, withoutExtension } from '../planning/names.js';

const layout = 'train/ok/*, test/ok/*, test/ko/*, ground_truth/ko/<stem>.*';
const topFolders = ['train', 'test', 'ground_truth'];

/** Masks of BTAD are JPEG-like greys in places: white is what counts. */
const threshold = 128;

/** The layout of BTAD (beanTech): one product whose masks are named as their images. */
export const btad: ImportFormat = { id: 'btad', description: `BTAD, one product: ${layout}`, plan };

function plan(source: SourceTree): ImportPlan {
  const prefix = commonFolder(source.files, topFolders);
  const masks = new Map<string, SourceFile>();
  const found: { file: SourceFile; path: string }[] = [];
  for (const file of source.files) {
    const path = file.path.slice(prefix.length);
    if (path.startsWith('ground_truth/')) masks.set(keyOf(path), file);
    else if (/^(train\/ok|test\/ok|test\/ko)\/[^/]+$/.test(path)) found.push({ file, path });
  }
  if (!found.some(({ path }) => path.startsWith('train/ok/'))) {
    return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  }
  const images = found.map(({ file, path }) => planned(file, path, masks));
  const problems = [...masks.values()].map(({ path }) =>
    layoutProblem(`the mask '${shown(path)}' has no image of the same name in test`, path),
  );
  const unmasked = images.filter(({ label, mask }) => label === 'ANOMALOUS' && !mask);
  const warnings = withoutMask(unmasked.map(({ filename }) => filename));
  return { images, problems, warnings, notes: [] };
}

/** Takes the image's mask out of the map. */
function planned(image: SourceFile, filename: string, masks: Map<string, SourceFile>): PlannedImage {
  const isTest = filename.startsWith('test/');
  const mask = isTest ? masks.get(keyOf(filename)) : undefined;
  if (mask) masks.delete(keyOf(filename));
  const isGood = !filename.startsWith('test/ko/');
  return {
    ...{ filename, image },
    split: isTest ? 'TEST' : 'TRAIN',
    label: isGood ? 'NORMAL' : 'ANOMALOUS',
    defectType: isGood ? null : 'ko',
    mask: mask && { file: mask, threshold },
  };
}

/** Folder and stem without the first folder: what an image and its mask share. */
function keyOf(path: string): string {
  return withoutExtension(path.slice(path.indexOf('/') + 1));
}
