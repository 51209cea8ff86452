import { shown } from '../../files/index.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type {
  ImportContext,
  ImportFormat,
  ImportPlan,
  PlannedBox,
  PlannedImage,
  SourceFile,
  SourceTree,
} from '../importFormat.js';
import { AnnotationFiles } from '../planning/annotationFiles.js';
import { distinctNames } from '../planning/distinctNames.js';
import { notThisLayout } from '../planning/layout.js';
import { joinedRegion, named, polygonRegion, rleRegion, runsRegion } from '../planning/regions.js';
import { baseName } from '../planning/names.js';
import { Drawing, unlabelled, type Shape } from '../planning/shapes.js';
import { boxShape } from '../planning/turnedShapes.js';
import { fitting, readJson } from '../reading/readJson.js';
import { fileProblem } from '../reading/readText.js';
import { cocoFile, type CocoAnnotation, type CocoCategory, type CocoFile, type CocoImage } from './cocoSchema.js';

const layout = 'JSON files with images, annotations and categories, and the images they name';

/** COCO: one or more JSON files, each with ids of its own. */
export const coco: ImportFormat = { id: 'coco', description: `COCO: ${layout}`, plan };

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const reading = new AnnotationFiles(source, context, { ending: /\.json$/i, ownFolders: ['images'] });
  const { files, found } = reading;
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  await reading.each(await readAll(reading), ({ file, value }) => planFile(file, value, reading));
  return { ...found, images: distinctNames(found.images) };
}

/** Kinds of COCO files beside `instances`, as programs name them; they list the same images with other annotations. */
const otherKind = /^(person_keypoints|keypoints|captions|panoptic|stuff|image_info|labels|licenses)[_.]/i;

/** The files that are of this kind. Others are left out when there is one, and told. */
async function readAll(reading: AnnotationFiles): Promise<{ file: SourceFile; value: unknown }[]> {
  const read: { file: SourceFile; value: unknown }[] = [];
  await reading.each(reading.files, async (file) => {
    read.push({ file, value: await readJson(file, reading.context) });
  });
  const ofThisKind = read.filter(({ file, value }) => hasImages(value) && !otherKind.test(baseName(file.path)));
  if (ofThisKind.length === 0) {
    // The one that cannot be read may have been of this kind: images of the others would have no labels.
    reading.found.problems.push(...reading.found.itemProblems.splice(0));
    return read;
  }
  for (const one of read.filter((other) => !ofThisKind.includes(other))) {
    const message = `'${shown(one.file.path)}' was left out: it is not a COCO file of boxes and segmentations`;
    reading.found.warnings.push({ code: 'FILE_LEFT_OUT', message, item: shown(one.file.path) });
  }
  return ofThisKind;
}

function hasImages(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'images' in value;
}

function planFile(file: SourceFile, value: unknown, reading: AnnotationFiles): void {
  const { images, problems, itemProblems } = reading.found;
  const content = fitting(cocoFile, value, { file, code: 'COCO_SCHEMA_INVALID' }, problems);
  if (!content) return;
  const categories = byId('category', content.categories ?? [], file, problems);
  const known = byId('image', content.images, file, problems);
  byId('annotation', content.annotations ?? [], file, problems);
  const drawings = drawingsByImage(content, { file, categories, images: known, problems });
  for (const image of known.values()) {
    const drawing = drawings.get(image) ?? new Drawing();
    if (image.segments_info?.length) drawing.leaveOut(null, segmentsOnly(image, file));
    const isListed = content.annotations ?? image.segments_info?.length;
    const labels = isListed ? drawing.labels(reading.context) : unlabelled;
    const planned = collectProblems(itemProblems, () => ({ ...labels, ...plannedImage(image, file, reading) }));
    if (planned) images.push({ ...planned, ...overrides(image) });
  }
}

function segmentsOnly({ id }: CocoImage, file: SourceFile): string {
  return `image ${id} of '${shown(file.path)}' has segments_info of a panoptic picture, which is not read`;
}

function plannedImage({ id, file_name, width, height }: CocoImage, file: SourceFile, reading: AnnotationFiles) {
  const named = reading.imageNamed(file_name, { file, place: `image ${id}` });
  return { ...named, ...(width && height && { size: { width, height } }) };
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

function drawingsByImage({ annotations = [] }: CocoFile, references: References): Map<CocoImage, Drawing> {
  const { problems, images, categories, file } = references;
  const drawings = new Map<CocoImage, Drawing>();
  for (const annotation of annotations) {
    const image = images.get(annotation.image_id);
    const category = categories.get(annotation.category_id);
    if (!image) problems.push(missing(annotation, 'image_id', references));
    if (!category) problems.push(missing(annotation, 'category_id', references));
    if (!image || !category) continue;
    const drawing = drawings.get(image) ?? new Drawing();
    drawings.set(image, drawing);
    draw(annotation, category, { drawing, file });
  }
  return drawings;
}

function draw(annotation: CocoAnnotation, category: CocoCategory, at: { drawing: Drawing; file: SourceFile }): void {
  const { drawing, file } = at;
  const defectType = category.residua?.untyped ? null : category.name;
  const name = `annotation ${annotation.id}`;
  if (!annotation.bbox?.length && !hasSegmentation(annotation)) {
    const where = `${name} of '${shown(file.path)}'`;
    drawing.leaveOut(defectType, `${where} has neither bbox nor segmentation and was left out`);
  } else drawing.add(() => shapeOf(annotation, name, defectType));
}

function shapeOf(annotation: CocoAnnotation, name: string, defectType: string | null): Shape {
  const box = boxOf(annotation.bbox, name);
  const region = regionOf(annotation, box);
  const only = annotation.residua?.kind;
  const { rotation } = annotation.attributes ?? {};
  // Programs that turn boxes write the box as it was before.
  const shape =
    box && !region ? boxShape(box, defectType, { degrees: rotation, around: 'MIDDLE' }) : { defectType, box };
  return { ...shape, ...(region && { region: named(region, name) }), only };
}

/** What is no number becomes none, and is refused with the other boxes that are wrong. */
function boxOf(bbox: CocoAnnotation['bbox'], name: string): (PlannedBox & { name: string }) | undefined {
  if (!bbox || bbox.length === 0) return undefined;
  const [x, y, width, height] = bbox.map((value) => (typeof value === 'number' ? value : Number.NaN));
  return { x: x!, y: y!, width: width!, height: height!, name };
}

/** Some programs write a polygon without points beside the box. */
function hasSegmentation({ segmentation }: CocoAnnotation): boolean {
  return Array.isArray(segmentation) ? segmentation.some(({ length }) => length > 0) : Boolean(segmentation);
}

function regionOf({ segmentation }: CocoAnnotation, box: PlannedBox | undefined) {
  if (!segmentation) return undefined;
  if (Array.isArray(segmentation)) {
    const polygons = segmentation.filter(({ length }) => length > 0);
    return polygons.length > 0 ? joinedRegion(polygons.map((points) => polygonRegion(points))) : undefined;
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
