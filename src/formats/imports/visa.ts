import type { Split } from '../../shared/labels.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, safePath } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { splitOfFolder } from '../planning/names.js';
import { namesMissing } from '../planning/splitLists.js';
import { readCsv, type CsvRow } from '../reading/readCsv.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';

const layout = '<category>/image_anno.csv and the images and masks it names, and optionally split_csv/1cls.csv';

/** Masks hold a number for each kind of defect. */
const threshold = 1;

/** Longest label kept as it is; some list all kinds of defects of an image. */
const longestType = 100;

/** The layout of VisA: one or more categories with their list of images, and lists of splits beside them. */
export const visa: ImportFormat = { id: 'visa', description: `VisA: ${layout}`, plan };

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const lists = source.files.filter(({ path }) => /(^|\/)image_anno\.csv$/.test(path));
  if (lists.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const plans: ImportPlan = { images: [], problems: [], itemProblems: [], warnings: [], notes: [] };
  const splits = await readSplits(source, context, plans);
  const finder = new FileFinder(source);
  const named = new Set<string>();
  const broken: Problem[] = [];
  for (const list of lists) {
    const read = await collectProblems(broken, () => readCsv(list, context, ['image', 'label', 'mask']));
    for (const row of read?.rows ?? []) {
      named.add(row.cells.get('image')!);
      const image = collectProblems(plans.itemProblems!, () =>
        planned(row, { list, finder, splits: splits?.byName, context }),
      );
      if (image) plans.images.push(image);
    }
  }
  // Beside others, the list of one category is a problem of its own.
  (named.size > 0 ? plans.itemProblems! : plans.problems).push(...broken);
  if (splits) plans.warnings!.push(...missingOf(splits, named));
  return plans;
}

/** A list of splits. */
interface SplitList {
  file: SourceFile;
  /** By the image's path from the top of VisA. */
  byName: ReadonlyMap<string, Split>;
}

/** The list of splits that counts; undefined when there is none. */
async function readSplits(
  source: SourceTree,
  limits: AnnotationLimits,
  { itemProblems, notes }: ImportPlan,
): Promise<SplitList | undefined> {
  const lists = source.files.filter(({ path }) => /(^|\/)split_csv\/[^/]+\.csv$/.test(path));
  const file = lists.find(({ path }) => path.endsWith('/1cls.csv')) ?? lists[0];
  if (!file) {
    notes.push('there is no split_csv/1cls.csv: normal images are TRAIN, anomalous ones TEST');
    return undefined;
  }
  const byName = new Map<string, Split>();
  for (const { cells, line } of (await readCsv(file, limits, ['split', 'image'])).rows) {
    const split = splitOfFolder(cells.get('split')!);
    if (split) byName.set(cells.get('image')!, split);
    else itemProblems!.push(...unknownSplit(file, line, cells.get('split')!).problems);
  }
  notes.push(`splits are those of ${file.path}`);
  return { file, byName };
}

/** Names of the list that no list of images has. Categories that were left at home are no matter. */
function missingOf({ file, byName }: SplitList, named: ReadonlySet<string>): Problem[] {
  const categories = new Set([...named].map(categoryOf));
  const missing = [...byName.keys()].filter((name) => categories.has(categoryOf(name)) && !named.has(name));
  return namesMissing(file, missing, byName.size);
}

function categoryOf(name: string): string {
  return name.split('/')[0]!;
}

/** What the rows of a list are read with. */
interface Listed {
  list: SourceFile;
  finder: FileFinder;
  splits: ReadonlyMap<string, Split> | undefined;
  context: ImportContext;
}

function planned({ cells, line }: CsvRow, { list, finder, splits, context }: Listed): PlannedImage {
  const place = `line ${line}`;
  const [filename, label, maskPath] = [safePath(cells.get('image')!), cells.get('label')!.trim(), cells.get('mask')!];
  const isNormal = label === 'normal' || context.isNormalClass(label);
  const split = splits ? splits.get(filename) : isNormal ? 'TRAIN' : 'TEST';
  if (!split)
    throw fileProblem('DATASET_LAYOUT_INVALID', list, `'${filename}' is in no split of the split file`, place);
  // Of a normal image, too: what it marks would contradict the label.
  const mask = maskPath === '' ? undefined : found(finder, maskPath, list, place);
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
