import { shown } from '../../files/index.js';
import { ProblemError } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { isInLabelFolder, LabelPairs } from '../planning/labelPairs.js';
import { layoutProblem, notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitOfPlace } from '../planning/names.js';
import { named, polygonRegion } from '../planning/regions.js';
import { Drawing, unlabelled, type Shape } from '../planning/shapes.js';
import { readSplitLists } from '../planning/splitLists.js';
import { fileProblem, readText } from '../reading/readText.js';
import { readYoloDescription, type YoloDescription } from './yoloDescription.js';

const layout = 'images/** and labels/**/*.txt, class names in data.yaml or classes.txt';

/** YOLO: one text file for each image, with boxes or polygons in fractions of its size. */
export const yolo: ImportFormat = { id: 'yolo', description: `YOLO: ${layout}`, plan };

/** Lists of images and of class names. */
const listName = /(^|\/)(classes|obj|train|val|valid|validation|test|autosplit_\w+)\.(txt|names)$/i;

type Labels = Partial<Pick<PlannedImage, 'problems'>> & Omit<PlannedImage, 'filename' | 'image' | 'split'>;

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const found: ImportPlan = { images: [], problems: [], itemProblems: [], warnings: [], notes: [] };
  const description = await readYoloDescription(source, context);
  const labels = await readLabels(source, description, context, found);
  if (labels.size === 0 && found.itemProblems!.length === 0) {
    return { ...found, problems: [notThisLayout(source, layout)] };
  }
  const files = imageFiles(source.files);
  const listed = await readSplitLists(source, description.splits, context, found);
  const prefix = commonFolder(files, ['images', 'Images']);
  for (const image of files) {
    const filename = image.path.slice(prefix.length).replace(/(^|\/)images\//i, '$1');
    const split = listed.get(image) ?? splitOfPlace(image.path, prefix) ?? 'TRAIN';
    found.images.push({ filename, image, split, ...(labels.get(image) ?? unlabelled) });
  }
  return found;
}

/** Labels by image. A label file that belongs to no image, or to several, is a problem. */
async function readLabels(
  source: SourceTree,
  description: YoloDescription,
  context: ImportContext,
  { itemProblems }: ImportPlan,
): Promise<Map<SourceFile, Labels>> {
  const pairs = new LabelPairs(source.files);
  const labels = new Map<SourceFile, Labels>();
  for (const file of source.files.filter(({ path }) => /\.txt$/i.test(path))) {
    const images = pairs.imagesFor(file);
    if (listName.test(file.path) && (images.length === 0 || !isInLabelFolder(file.path))) continue;
    if (images.length === 0) {
      if (isInLabelFolder(file.path)) itemProblems!.push(stray(file));
      continue;
    }
    const read = await readFile(file, description, context);
    for (const image of images) {
      labels.set(image, images.length > 1 || labels.has(image) ? ambiguous(file, images) : read);
    }
  }
  return labels;
}

async function readFile(file: SourceFile, description: YoloDescription, context: ImportContext): Promise<Labels> {
  const drawing = new Drawing();
  try {
    const lines = (await readText(file, context)).split(/\r?\n/);
    for (const [index, text] of lines.entries()) {
      const words = text.trim().split(/\s+/);
      if (text.trim() !== '') drawing.add(() => shapeOf(words, description, file, index + 1));
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { ...unlabelled, problems: error.problems };
  }
  return drawing.labels(context);
}

function stray({ path }: SourceFile) {
  return layoutProblem(`the label file '${shown(path)}' has no image of the same name`, path);
}

function ambiguous(file: SourceFile, images: readonly SourceFile[]): Labels {
  const names = images.map(({ path }) => `'${shown(path)}'`).join(' and ');
  const message = `the label file '${shown(file.path)}' is not the only one of ${names}, or not theirs alone; rename one`;
  return { ...unlabelled, problems: [layoutProblem(message, file.path)] };
}

function shapeOf(
  words: readonly string[],
  { classes, hasKeyPoints }: YoloDescription,
  file: SourceFile,
  line: number,
): Shape {
  const [id, ...written] = words.map(Number);
  const values = hasKeyPoints ? written.slice(0, 4) : written;
  const fail = (text: string) => fileProblem('DATASET_LAYOUT_INVALID', file, text, `line ${line}`);
  const defectType = classes.get(id!);
  if (defectType === undefined) {
    throw fail(`has the class '${shown(words[0]!)}'; known are ${[...classes.keys()].join(', ') || 'none'}`);
  }
  const name = `line ${line} of '${shown(file.path)}'`;
  if (values.length >= 6 && values.length % 2 === 0) {
    return { defectType, region: named(polygonRegion(values, 'FRACTION'), name) };
  }
  // Predictions have a sixth value, how sure they are.
  if (values.length !== 4 && values.length !== 5) {
    throw fail(
      `has ${words.length} values; a box has 5 (class, centre x, centre y, width, height), a polygon 7 or more`,
    );
  }
  const [x, y, width, height] = values as [number, number, number, number];
  return { defectType, box: { x: x - width / 2, y: y - height / 2, width, height, unit: 'FRACTION', name } };
}
