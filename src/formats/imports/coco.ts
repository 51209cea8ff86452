import { shown } from '../../files/index.js';
import { collectProblems, ProblemError, type Problem } from '../../shared/errors.js';
import type { ImportFormat, ImportPlan, PlannedBox, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, safePath } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { joinedRegion, named, polygonRegion, rleRegion, runsRegion } from '../planning/regions.js';
import { add, splitNamedIn } from '../planning/names.js';
import { labelsOfShapes, type Shape } from '../planning/shapes.js';
import { fitting, readJson } from '../reading/readJson.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';
import { cocoFile, type CocoAnnotation, type CocoCategory, type CocoFile, type CocoImage } from './cocoSchema.js';

const layout = 'JSON files with images, annotations and categories, and the images they name';

/** COCO: one or more JSON files, each with ids of its own. */
export const coco: ImportFormat = { id: 'coco', description: `COCO: ${layout}`, plan };

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const files = source.files.filter(({ path }) => /\.json$/i.test(path));
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const found: ImportPlan = { images: [], problems: [], notes: [] };
  const finder = new FileFinder(source);
  for (const file of files) {
    try {
      planFile(await readJson(file, limits), file, finder, found);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.problems.push(...error.problems);
    }
  }
  return found;
}

function planFile(value: unknown, file: SourceFile, finder: FileFinder, { images, problems }: ImportPlan): void {
  const content = fitting(cocoFile, value, { file, code: 'COCO_SCHEMA_INVALID' }, problems);
  if (!content) return;
  const categories = byId('category', content.categories ?? [], file, problems);
  const known = byId('image', content.images, file, problems);
  byId('annotation', content.annotations ?? [], file, problems);
  const shapes = shapesByImage(content, { file, categories, images: known, problems });
  const split = splitNamedIn(file.path) ?? 'TRAIN';
  for (const image of known.values()) {
    const planned = collectProblems(problems, () => ({
      ...(content.annotations ? labelsOfShapes(shapes.get(image) ?? []) : unlabelled),
      ...plannedImage(image, file, finder),
    }));
    if (planned) images.push({ split, ...planned, ...overrides(image) });
  }
}

const unlabelled = { label: 'UNLABELLED', defectType: null } as const;

function plannedImage({ id, file_name, width, height }: CocoImage, file: SourceFile, finder: FileFinder) {
  const filename = safePath(file_name);
  const image = finder.find(filename, file, `image ${id}`);
  return { filename, image, ...(width && height && { size: { width, height } }) };
}

/** What an export of this product adds. */
function overrides({ residua = {} }: CocoImage): Partial<PlannedImage> {
  const { split, label, defectType } = residua;
  return { ...(split && { split }), ...(label && { label }), ...(defectType !== undefined && { defectType }) };
}

interface References {
  file: SourceFile;
  images: ReadonlyMap<unknown, CocoImage>;
  categories: ReadonlyMap<unknown, CocoCategory>;
  problems: Problem[];
}

function shapesByImage({ annotations = [] }: CocoFile, references: References): Map<CocoImage, Shape[]> {
  const shapes = new Map<CocoImage, Shape[]>();
  for (const annotation of annotations) {
    const { problems, images, categories } = references;
    const image = images.get(annotation.image_id);
    const category = categories.get(annotation.category_id);
    if (!image) problems.push(missing(annotation, 'image_id', references));
    if (!category) problems.push(missing(annotation, 'category_id', references));
    const shape = category && image && collectProblems(problems, () => shapeOf(annotation, category, references.file));
    if (image && shape) add(shapes, image, shape);
  }
  return shapes;
}

function shapeOf(annotation: CocoAnnotation, category: CocoCategory, file: SourceFile): Shape {
  const name = `annotation ${annotation.id}`;
  const box = boxOf(annotation.bbox, name);
  const region = regionOf(annotation, box);
  const only = annotation.residua?.kind;
  if (!box && !region) throw fileProblem('COCO_SCHEMA_INVALID', file, 'has neither bbox nor segmentation', name);
  const defectType = category.residua?.untyped ? null : category.name;
  return { defectType, box, region: region && named(region, name), only };
}

/** What is no number becomes none, and is refused with the other boxes that are wrong. */
function boxOf(bbox: CocoAnnotation['bbox'], name: string): PlannedBox | undefined {
  if (!bbox || bbox.length === 0) return undefined;
  const [x, y, width, height] = bbox.map((value) => (typeof value === 'number' ? value : Number.NaN));
  return { x: x!, y: y!, width: width!, height: height!, name };
}

function regionOf({ segmentation }: CocoAnnotation, box: PlannedBox | undefined) {
  if (!segmentation) return undefined;
  if (Array.isArray(segmentation)) {
    if (segmentation.length === 0) return undefined;
    return joinedRegion(segmentation.map((points) => polygonRegion(points)));
  }
  const [height, width] = segmentation.size;
  const { counts } = segmentation;
  return typeof counts === 'string'
    ? rleRegion(counts, { width, height }, box)
    : runsRegion(counts, { width, height }, box);
}

function byId<T extends { id: number }>(what: string, items: readonly T[], file: SourceFile, problems: Problem[]) {
  const found = new Map<unknown, T>();
  for (const item of items) {
    if (found.has(item.id)) {
      problems.push(...fileProblem('COCO_DUPLICATE_ID', file, `the ${what} id ${item.id} occurs twice`).problems);
    } else found.set(item.id, item);
  }
  return found;
}

function missing(annotation: CocoAnnotation, key: 'image_id' | 'category_id', { file, ...known }: References): Problem {
  const value = annotation[key];
  const kept = key === 'image_id' ? known.images : known.categories;
  const what = key === 'image_id' ? 'image' : 'category';
  const hint =
    typeof value === 'string' && kept.has(Number(value)) ? `; there is the number ${value}, not this text` : '';
  const text = `the ${key} ${shown(JSON.stringify(value) ?? 'left out')} is the id of no ${what}${hint}`;
  return fileProblem('COCO_REFERENCE_MISSING', file, text, `annotation ${annotation.id}`).problems[0]!;
}
