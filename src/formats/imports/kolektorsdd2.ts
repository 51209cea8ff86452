import { shown } from '../../files/index.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { layoutProblem, notThisLayout } from '../planning/layout.js';
import { MaskPairs } from '../planning/maskPairs.js';
import { commonFolder, withoutExtension } from '../planning/names.js';

const layout = 'train/<n>.png and test/<n>.png, beside each <n>_GT.png';
const maskEnding = '_GT';
const threshold = 128;

/** The layout of KolektorSDD2: every image has a mask, and those of good parts are empty. */
export const kolektorsdd2: ImportFormat = { id: 'kolektorsdd2', description: `KolektorSDD2: ${layout}`, plan };

function plan(source: SourceTree): ImportPlan {
  const prefix = commonFolder(source.files, ['train', 'test']);
  const masks = new MaskPairs();
  const found: { file: SourceFile; path: string }[] = [];
  let hasMasks = false;
  for (const file of source.files) {
    const path = file.path.slice(prefix.length);
    const stem = withoutExtension(path);
    if (!/^(train|test)\/[^/]+$/.test(path)) continue;
    if (stem.endsWith(maskEnding)) {
      hasMasks = true;
      masks.addMask(stem.slice(0, -maskEnding.length), { file, path, threshold });
    } else {
      masks.addImage(stem, path);
      found.push({ file, path });
    }
  }
  if (!hasMasks) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const images = found.map(({ file, path }) => planned(file, path, masks));
  const itemProblems = masks
    .strays()
    .map((path) => layoutProblem(`the mask '${shown(path)}' has no image of the same number`, path));
  return { images, problems: [], itemProblems, notes: [] };
}

function planned(image: SourceFile, filename: string, masks: MaskPairs): PlannedImage {
  const { mask, problems } = masks.of(withoutExtension(filename));
  return {
    ...{ filename, image },
    split: filename.startsWith('test/') ? 'TEST' : 'TRAIN',
    label: 'FROM_MASK',
    defectType: 'defect',
    ...(mask ? { mask } : { problems: problems ?? [missingMask(filename)] }),
  };
}

function missingMask(path: string) {
  return layoutProblem(`'${shown(path)}' has no mask '${shown(withoutExtension(path))}${maskEnding}.png'`, path);
}
