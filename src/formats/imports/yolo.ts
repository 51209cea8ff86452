import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { shown } from '../../files/index.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type { ImportFormat, ImportPlan, SourceFile, SourceTree } from '../importFormat.js';
import { layoutProblem, leftOut, notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitNamedIn, withoutExtension } from '../planning/names.js';
import { folderOf } from '../planning/fileFinder.js';
import { named, polygonRegion } from '../planning/regions.js';
import { labelsOfShapes, type Shape } from '../planning/shapes.js';
import { fileProblem, readText, type AnnotationLimits } from '../reading/readText.js';

const layout = 'images/** and labels/**/*.txt, class names in data.yaml or classes.txt';

/** YOLO: one text file for each image, with boxes or polygons in fractions of its size. */
export const yolo: ImportFormat = { id: 'yolo', description: `YOLO: ${layout}`, plan };

/** Files of class names and lists of images, which are no labels. */
const notLabels = /(^|\/)(classes|obj|train|val|valid|test|README(\.[a-z]+)*)\.(txt|names)$/i;

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const texts = source.files.filter(({ path }) => /\.txt$/i.test(path) && !notLabels.test(path));
  const labelFiles = new Map(texts.map((file) => [withoutExtension(file.path), file]));
  if (labelFiles.size === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const classes = await readClasses(source, limits);
  const found: ImportPlan = { images: [], problems: [], notes: [] };
  const files = imageFiles(source.files);
  const prefix = commonFolder(files, ['images']);
  for (const image of files) {
    const file = labelFiles.get(labelPath(image.path)) ?? labelFiles.get(withoutExtension(image.path));
    if (file) labelFiles.delete(withoutExtension(file.path));
    const labels = file
      ? labelsOfShapes(await readShapes(file, classes, limits, found.problems))
      : ({ label: 'UNLABELLED', defectType: null } as const);
    const filename = image.path.slice(prefix.length).replace(/(^|\/)images\//, '$1');
    found.images.push({ filename, image, split: splitNamedIn(folderOf(image.path)) ?? 'TRAIN', ...labels });
  }
  found.problems.push(...strays([...labelFiles.values()]));
  return {
    ...found,
    notes: leftOut([...labelFiles.values()].filter((file) => !isLabel(file)).map(({ path }) => path)),
  };
}

function isLabel({ path }: SourceFile): boolean {
  return /(^|\/)labels\//.test(path);
}

function strays(files: readonly SourceFile[]): Problem[] {
  return files
    .filter(isLabel)
    .map(({ path }) => layoutProblem(`the label file '${shown(path)}' has no image of the same name`, path));
}

/** `a/images/train/x.png` to `a/labels/train/x`: the last folder named images counts. */
function labelPath(path: string): string {
  return withoutExtension(path).replace(/(^|.*\/)images\//, '$1labels/');
}

async function readShapes(
  file: SourceFile,
  classes: ReadonlyMap<number, string>,
  limits: AnnotationLimits,
  problems: Problem[],
): Promise<Shape[]> {
  const lines = (await readText(file, limits)).split(/\r?\n/);
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return [];
    return collectProblems(problems, () => shapeOf(text.trim().split(/\s+/), classes, file, index + 1)) ?? [];
  });
}

function shapeOf(
  words: readonly string[],
  classes: ReadonlyMap<number, string>,
  file: SourceFile,
  line: number,
): Shape {
  const [id, ...values] = words.map(Number);
  const fail = (text: string) => fileProblem('DATASET_LAYOUT_INVALID', file, text, `line ${line}`);
  const defectType = classes.get(id!);
  if (defectType === undefined) {
    throw fail(`has the class '${shown(words[0]!)}'; known are ${[...classes.keys()].join(', ') || 'none'}`);
  }
  const name = `line ${line} of '${shown(file.path)}'`;
  if (values.length >= 6 && values.length % 2 === 0) {
    return { defectType, region: named(polygonRegion(values, 'FRACTION'), name) };
  }
  if (values.length !== 4) {
    throw fail(
      `has ${words.length} values; a box has 5 (class, centre x, centre y, width, height), a polygon 7 or more`,
    );
  }
  const [x, y, width, height] = values as [number, number, number, number];
  return { defectType, box: { x: x - width / 2, y: y - height / 2, width, height, unit: 'FRACTION', name } };
}

const dataYaml = z.object({ names: z.union([z.array(z.coerce.string()), z.record(z.string(), z.coerce.string())]) });

/** Class names by number: of `data.yaml` (or another YAML file with `names`), otherwise the lines of `classes.txt`. */
async function readClasses({ files }: SourceTree, limits: AnnotationLimits): Promise<Map<number, string>> {
  const yaml = files.find(({ path }) => /\.ya?ml$/i.test(path));
  if (yaml) return namesInYaml(await readText(yaml, limits), yaml);
  const list = files.find(({ path }) => /(^|\/)(classes\.txt|obj\.names)$/i.test(path));
  const names = list ? (await readText(list, limits)).split(/\r?\n/) : [];
  return new Map(names.map((name, index) => [index, name.trim()] as const).filter(([, name]) => name !== ''));
}

function namesInYaml(text: string, file: SourceFile): Map<number, string> {
  try {
    const content = dataYaml.safeParse(parse(text, { maxAliasCount: 0 }));
    if (!content.success) throw fileProblem('DATASET_LAYOUT_INVALID', file, 'has no list or map of names');
    return new Map(Object.entries(content.data.names).map(([id, name]) => [Number(id), name]));
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    const place = error instanceof YAMLParseError && error.linePos ? `line ${error.linePos[0].line}` : '';
    throw fileProblem(
      'DATASET_LAYOUT_INVALID',
      file,
      `is not valid YAML (${shown(error.message.split('\n')[0]!)})`,
      place,
    );
  }
}
