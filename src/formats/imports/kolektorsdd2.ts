import { shown } from '../../files/index.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { layoutProblem, notThisLayout } from '../planning/layout.js';
import { commonFolder, withoutExtension } from '../planning/names.js';

const layout = 'train/<n>.png and test/<n>.png, beside each <n>_GT.png';
const maskEnding = '_GT';
const threshold = 128;

/** The layout of KolektorSDD2: every image has a mask, and those of good parts are empty. */
export const kolektorsdd2: ImportFormat = { id: 'kolektorsdd2', description: `KolektorSDD2: ${layout}`, plan };

function plan(source: SourceTree): ImportPlan {
  const prefix = commonFolder(source.files, ['train', 'test']);
  const masks = new Map<string, SourceFile>();
  const found: { file: SourceFile; path: string }[] = [];
  for (const file of source.files) {
    const path = file.path.slice(prefix.length);
    const stem = withoutExtension(path);
    if (!/^(train|test)\/[^/]+$/.test(path)) continue;
    if (stem.endsWith(maskEnding)) masks.set(stem.slice(0, -maskEnding.length), file);
    else found.push({ file, path });
  }
  if (masks.size === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const images = found.map(({ file, path }) => planned(file, path, masks));
  const problems = images.flatMap(({ filename, mask }) => (mask ? [] : [missingMask(filename)]));
  for (const { path } of masks.values()) {
    problems.push(layoutProblem(`the mask '${shown(path)}' has no image of the same number`, path));
  }
  return { images, problems, notes: [] };
}

/** Takes the image's mask out of the map. */
function planned(image: SourceFile, filename: string, masks: Map<string, SourceFile>): PlannedImage {
  const file = masks.get(withoutExtension(filename));
  masks.delete(withoutExtension(filename));
  return {
    ...{ filename, image },
    split: filename.startsWith('test/') ? 'TEST' : 'TRAIN',
    label: 'FROM_MASK',
    defectType: 'defect',
    mask: file && { file, threshold },
  };
}

function missingMask(path: string) {
  return layoutProblem(`'${shown(path)}' has no mask '${shown(withoutExtension(path))}${maskEnding}.png'`, path);
}
