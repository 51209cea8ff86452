import { z } from 'zod';
import { shown } from '../../files/index.js';
import { problem, ProblemError, type Problem } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder } from '../planning/fileFinder.js';
import { LabelPairs } from '../planning/labelPairs.js';
import { layoutProblem, notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitOfPlace } from '../planning/names.js';
import { pictureRegion } from '../planning/pictureRegion.js';
import { named, polygonRegion } from '../planning/regions.js';
import { Drawing, unlabelled, type ImageLabels, type Shape } from '../planning/shapes.js';
import { ellipseRegion } from '../planning/turnedShapes.js';
import { fitting, readJson } from '../reading/readJson.js';
import { fileProblem } from '../reading/readText.js';

const layout = 'one JSON file beside each image';

const labelmeFile = z.object({
  shapes: z.array(
    z.object({
      label: z.string(),
      points: z.array(z.tuple([z.unknown(), z.unknown()])),
      shape_type: z.string().nullish(),
      mask: z.string().nullish(),
    }),
  ),
  flags: z.record(z.string(), z.unknown()).nullish(),
  imagePath: z.string().nullish(),
  imageWidth: z.int().positive().nullish(),
  imageHeight: z.int().positive().nullish(),
});

type LabelmeFile = z.infer<typeof labelmeFile>;
type LabelmeShape = LabelmeFile['shapes'][number];
type Labels = ImageLabels & Pick<PlannedImage, 'size'>;

/** What marks no area. */
const withoutArea = ['line', 'linestrip', 'point', 'points'];

/** LabelMe: polygons, rectangles, circles and masks of one image in a JSON file of the same name. */
export const labelme: ImportFormat = { id: 'labelme', description: `LabelMe: ${layout}`, plan };

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const files = source.files.filter(({ path }) => /\.json$/i.test(path));
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const itemProblems: Problem[] = [];
  const images = imageFiles(source.files);
  const labelled = await readAll(files, source, context, itemProblems);
  const prefix = commonFolder(images, []);
  const planned = images.map((image): PlannedImage => {
    const filename = image.path.slice(prefix.length);
    return {
      filename,
      image,
      split: splitOfPlace(image.path, prefix) ?? 'TRAIN',
      ...(labelled.get(image) ?? unlabelled),
    };
  });
  return { images: planned, problems: [], itemProblems, notes: [] };
}

async function readAll(
  files: readonly SourceFile[],
  source: SourceTree,
  context: ImportContext,
  itemProblems: Problem[],
): Promise<Map<SourceFile, Labels>> {
  const pairs = new LabelPairs(source.files);
  const finder = new FileFinder(source);
  const labelled = new Map<SourceFile, Labels>();
  for (const file of files) {
    try {
      const content = await readFile(file, context);
      const name = content.imagePath ?? '';
      const image = pairs.imageFor(file, name) ?? finder.findAnywhere(name, file);
      labelled.set(image, labelled.has(image) ? twice(image) : labelsOf(content, file, context));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      itemProblems.push(...error.problems);
      // What is wrong with its file must not make an image one without labels.
      for (const image of pairs.imagesFor(file)) labelled.set(image, { ...unlabelled, problems: error.problems });
    }
  }
  return labelled;
}

async function readFile(file: SourceFile, context: ImportContext): Promise<LabelmeFile> {
  const problems: Problem[] = [];
  const at = { file, code: 'DATASET_LAYOUT_INVALID' } as const;
  const content = fitting(labelmeFile, await readJson(file, context), at, problems);
  const [first, ...rest] = problems;
  if (first) throw new ProblemError([first, ...rest]);
  return content!;
}

function twice({ path }: SourceFile): Labels {
  const message = `the image '${shown(path)}' has two JSON files; keep one`;
  return { ...unlabelled, problems: [layoutProblem(message, path)] };
}

function labelsOf(
  { shapes, flags, imageWidth, imageHeight }: LabelmeFile,
  file: SourceFile,
  context: ImportContext,
): Labels {
  const size = imageWidth && imageHeight ? { width: imageWidth, height: imageHeight } : undefined;
  const drawing = new Drawing();
  for (const [index, shape] of shapes.entries()) {
    const kind = shape.shape_type ?? 'polygon';
    const where = `shape ${index} of '${shown(file.path)}'`;
    if (withoutArea.includes(kind)) {
      drawing.leaveOut(shape.label, `${where} is a ${kind}, which marks no area, and was left out`);
    } else if (kind === 'mask' && shape.mask) drawing.add(() => maskOf(shape, where, context));
    else drawing.add(() => shapeOf(shape, kind, where, { file, place: `/shapes/${index}` }));
  }
  // With nothing drawn, somebody who ticked a flag meant the image as a whole.
  for (const flag of shapes.length === 0 ? tickedOf(flags) : []) {
    if (context.isNormalClass(flag)) continue;
    drawing.leaveOut(flag, `the flag '${shown(flag)}' of '${shown(file.path)}' marks no area: the image is ANOMALOUS`);
  }
  return { ...drawing.labels(context), size };
}

function tickedOf(flags: LabelmeFile['flags']): string[] {
  return Object.entries(flags ?? {}).flatMap(([flag, ticked]) => (ticked === true && flag !== '' ? [flag] : []));
}

function shapeOf(
  { label: defectType, points }: LabelmeShape,
  kind: string,
  name: string,
  { file, place }: { file: SourceFile; place: string },
): Shape {
  const [x1, y1, x2, y2] = points.flat().map((at) => (typeof at === 'number' ? at : Number.NaN));
  const polygon = () => ({ defectType, region: named(polygonRegion(points.flat()), name) });
  if (kind === 'polygon' || kind === 'rotation' || kind === 'quadrilateral') return polygon();
  if (kind === 'rectangle' && points.length === 4) return uprightBox(points, defectType, name) ?? polygon();
  if (kind === 'circle' && points.length === 2) {
    const radius = Math.hypot(x2! - x1!, y2! - y1!);
    return { defectType, region: named(ellipseRegion({ x: x1!, y: y1!, radiusX: radius, radiusY: radius }), name) };
  }
  if (kind === 'rectangle' && points.length === 2) {
    const corner = { x: Math.min(x1!, x2!), y: Math.min(y1!, y2!) };
    return { defectType, box: { ...corner, width: Math.abs(x2! - x1!), height: Math.abs(y2! - y1!), name } };
  }
  const read =
    'polygons, rectangles of 2 or 4 points, circles of 2 points, rotated rectangles and masks with a picture are read';
  throw fileProblem('DATASET_LAYOUT_INVALID', file, `is a ${shown(kind)} of ${points.length} points; ${read}`, place);
}

/** A picture of the part between two corners, both inside, as a PNG in base64. */
function maskOf({ label: defectType, points, mask }: LabelmeShape, name: string, context: ImportContext): Shape {
  const [left, top, right, bottom] = points.flat().map((at) => (typeof at === 'number' ? Math.trunc(at) : Number.NaN));
  if (points.length !== 2 || ![left, top, right, bottom].every(Number.isFinite)) {
    throw problem('DATASET_LAYOUT_INVALID', `${name} is a mask of ${points.length} points; two corners are expected`);
  }
  const place = { x: left!, y: top!, width: right! - left! + 1, height: bottom! - top! + 1 };
  const region = pictureRegion(Buffer.from(mask!, 'base64'), place, context, `the mask of ${name}`);
  return { defectType, region: named(region, name) };
}

/** The box of four corners; undefined when it is turned. */
function uprightBox(points: LabelmeShape['points'], defectType: string, name: string): Shape | undefined {
  const xs = points.map(([x]) => (typeof x === 'number' ? x : Number.NaN));
  const ys = points.map(([, y]) => (typeof y === 'number' ? y : Number.NaN));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const isCorner = (value: number, first: number, second: number) =>
    Math.abs(value - first) < 0.01 || Math.abs(value - second) < 0.01;
  const isUpright = xs.every((x) => isCorner(x, left, right)) && ys.every((y) => isCorner(y, top, bottom));
  if (!isUpright) return undefined;
  return { defectType, box: { x: left, y: top, width: right - left, height: bottom - top, name } };
}
