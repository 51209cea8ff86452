import type { Split } from '../../shared/labels.js';
import { collectProblems } from '../../shared/errors.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, safePath } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { splitOfFolder } from '../planning/names.js';
import { readCsv, type CsvRow } from '../reading/readCsv.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';

const layout = '<category>/image_anno.csv and the images and masks it names, and optionally split_csv/1cls.csv';

/** Masks hold a number for each kind of defect. */
const threshold = 1;

/** Longest label kept as it is; some list all kinds of defects of an image. */
const longestType = 100;

/** The layout of VisA: one or more categories with their list of images, and lists of splits beside them. */
export const visa: ImportFormat = { id: 'visa', description: `VisA: ${layout}`, plan };

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const lists = source.files.filter(({ path }) => /(^|\/)image_anno\.csv$/.test(path));
  if (lists.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const plans: ImportPlan = { images: [], problems: [], notes: [] };
  const splits = await readSplits(source, limits, plans);
  const finder = new FileFinder(source);
  for (const list of lists) {
    const { rows } = await readCsv(list, limits, ['image', 'label', 'mask']);
    for (const row of rows) {
      const image = collectProblems(plans.problems, () => planned(row, list, finder, splits));
      if (image) plans.images.push(image);
    }
  }
  return plans;
}

/** Splits by the image's path from the top of VisA; undefined when there is no list of them. */
async function readSplits(
  source: SourceTree,
  limits: AnnotationLimits,
  { problems, notes }: ImportPlan,
): Promise<Map<string, Split> | undefined> {
  const lists = source.files.filter(({ path }) => /(^|\/)split_csv\/[^/]+\.csv$/.test(path));
  const list = lists.find(({ path }) => path.endsWith('/1cls.csv')) ?? lists[0];
  if (!list) {
    notes.push('there is no split_csv/1cls.csv: normal images are TRAIN, anomalous ones TEST');
    return undefined;
  }
  const splits = new Map<string, Split>();
  for (const { cells, line } of (await readCsv(list, limits, ['split', 'image'])).rows) {
    const split = splitOfFolder(cells.get('split')!);
    if (split) splits.set(cells.get('image')!, split);
    else problems.push(...unknownSplit(list, line, cells.get('split')!).problems);
  }
  notes.push(`splits are those of ${list.path}`);
  return splits;
}

function planned(
  { cells, line }: CsvRow,
  list: SourceFile,
  finder: FileFinder,
  splits: ReadonlyMap<string, Split> | undefined,
): PlannedImage {
  const place = `line ${line}`;
  const [filename, label, maskPath] = [safePath(cells.get('image')!), cells.get('label')!.trim(), cells.get('mask')!];
  const isNormal = label === 'normal';
  const split = splits ? splits.get(filename) : isNormal ? 'TRAIN' : 'TEST';
  if (!split)
    throw fileProblem('DATASET_LAYOUT_INVALID', list, `'${filename}' is in no split of the split file`, place);
  const mask = isNormal || maskPath === '' ? undefined : found(finder, maskPath, list, place);
  if (!isNormal && !mask) {
    throw fileProblem('DATASET_LAYOUT_INVALID', list, `the anomalous image '${filename}' has no mask`, place);
  }
  return {
    ...{ filename, split, image: found(finder, filename, list, place) },
    label: isNormal ? 'NORMAL' : 'ANOMALOUS',
    defectType: isNormal ? null : label.length <= longestType ? label : 'combined',
    mask: mask && { file: mask, threshold },
  };
}

/** Paths start above the category's folder; where that folder alone is imported, its name is not in them. */
function found(finder: FileFinder, name: string, list: SourceFile, place: string): SourceFile {
  const path = safePath(name);
  const above = list.path.split('/').slice(0, -2);
  const inside = list.path.includes('/') ? path : path.slice(path.indexOf('/') + 1);
  return finder.find(inside, { path: [...above, 'image_anno.csv'].join('/') }, place);
}

function unknownSplit(list: SourceFile, line: number, split: string) {
  return fileProblem(
    'DATASET_LAYOUT_INVALID',
    list,
    `has the split '${split}'; known are train and test`,
    `line ${line}`,
  );
}
