import { shown } from '../../files/index.js';
import { ProblemError } from '../../shared/errors.js';
import { imageLabels, splits, type Split } from '../../shared/labels.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { distinctNames } from '../planning/distinctNames.js';
import { FileFinder } from '../planning/fileFinder.js';
import { LabelPairs } from '../planning/labelPairs.js';
import { layoutProblem, listed, notThisLayout } from '../planning/layout.js';
import { commonFolder, folderOf, imageFiles, splitOfPlace } from '../planning/names.js';
import { Drawing, unlabelled, type ImageLabels, type Shape } from '../planning/shapes.js';
import { readSplitLists } from '../planning/splitLists.js';
import { boxShape } from '../planning/turnedShapes.js';
import { fileProblem } from '../reading/readText.js';
import { readXml, type XmlElement } from '../reading/readXml.js';
import { childNamed, numberOf, oneOf, requiredChild } from '../reading/xmlValues.js';

const layout = 'Annotations/**/*.xml, JPEGImages/**, and optionally ImageSets/Main/{train,val,test}.txt';

/** Pascal VOC: one XML file for each image, with boxes by their edges. */
export const voc: ImportFormat = { id: 'voc', description: `Pascal VOC: ${layout}`, plan };

type Labels = ImageLabels & Pick<PlannedImage, 'size'> & { split?: Split };

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const found: ImportPlan = { images: [], problems: [], itemProblems: [], warnings: [], notes: [] };
  const annotations = source.files.filter(({ path }) => /\.xml$/i.test(path));
  const masks = masksOf(source);
  if (annotations.length === 0) {
    const expected = masks.length > 0 ? `${layout}; ${unreadMasks(masks)}` : layout;
    return { ...found, problems: [notThisLayout(source, expected)] };
  }
  if (masks.length > 0) found.warnings!.push({ code: 'FILE_LEFT_OUT', message: unreadMasks(masks) });
  const images = imagesOf(source);
  const pairs = new LabelPairs(images);
  const masked = new Set(masks.flatMap((mask) => pairs.imagesFor(mask)));
  const labelled = await readAnnotations(annotations, images, { source, context, found });
  const inLists = await readSplitLists({ ...source, files: ofMain(source.files) }, [], context, found);
  const prefix = commonFolder(images, ['JPEGImages']);
  for (const image of images) {
    const split = inLists.get(image) ?? splitOfPlace(image.path, prefix) ?? 'TRAIN';
    const { split: own, ...labels }: Labels = labelled.get(image) ?? unlabelled;
    // What nobody drew a box on may be marked in its mask.
    if (labels.label === 'NORMAL' && masked.has(image)) labels.label = 'UNLABELLED';
    found.images.push({ filename: insidePath(image.path, prefix), image, split: own ?? split, ...labels });
  }
  return { ...found, images: distinctNames(found.images) };
}

/** Folders of masks, as `SegmentationClass`. */
const segmentation = /(^|\/)segmentation(class|object)[^/]*\//i;

function masksOf({ files }: SourceTree): SourceFile[] {
  return imageFiles(files).filter(({ path }) => segmentation.test(path));
}

function unreadMasks(masks: readonly SourceFile[]): string {
  const folders = listed([...new Set(masks.map(({ path }) => folderOf(path)))]);
  return `the format voc reads boxes, and none of the ${masks.length} masks in ${folders}; the format folders reads masks`;
}

/** Where there is a folder of images, others are masks and the like. */
function imagesOf({ files }: SourceTree): SourceFile[] {
  const images = imageFiles(files).filter(({ path }) => !segmentation.test(path));
  const inFolder = images.filter(({ path }) => /(^|\/)JPEGImages\//i.test(path));
  return inFolder.length > 0 ? inFolder : images;
}

/** Images, and lists of images; `ImageSets` holds others, too, which are of parts of people and classes. */
function ofMain(files: readonly SourceFile[]): SourceFile[] {
  const hasMain = files.some(({ path }) => /(^|\/)ImageSets\/Main\//i.test(path));
  return files.filter(({ path }) => !/\.txt$/i.test(path) || !hasMain || /(^|\/)ImageSets\/Main\/[^/]+$/i.test(path));
}

/** A path below `JPEGImages`; without such a folder the one below the folder around everything. */
function insidePath(path: string, prefix: string): string {
  const inside = path.replace(/^(?:[^/]+\/)*?JPEGImages\//i, '');
  return inside === path ? path.slice(prefix.length) : inside;
}

interface Reading {
  source: SourceTree;
  context: ImportContext;
  found: ImportPlan;
}

async function readAnnotations(
  annotations: readonly SourceFile[],
  images: readonly SourceFile[],
  { source, context, found }: Reading,
): Promise<Map<SourceFile, Labels>> {
  const pairs = new LabelPairs(images);
  const finder = new FileFinder(source);
  const labelled = new Map<SourceFile, Labels>();
  for (const file of annotations) {
    try {
      const root = await readXml(file, context);
      if (root.name !== 'annotation') {
        throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the root <${shown(root.name)}>, not <annotation>`);
      }
      const name = childNamed(root, 'filename')?.text ?? '';
      const image = pairs.imageFor(file, name) ?? finder.findAnywhere(name, file);
      labelled.set(image, labelled.has(image) ? twice(image) : labelsOf(root, file, context));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.itemProblems!.push(...error.problems);
      // What is wrong with its annotation must not make an image one without labels.
      for (const image of pairs.imagesFor(file)) labelled.set(image, { ...unlabelled, problems: error.problems });
    }
  }
  return labelled;
}

function twice({ path }: SourceFile): Labels {
  const message = `the image '${shown(path)}' has two annotation files; keep one`;
  return { ...unlabelled, problems: [layoutProblem(message, path)] };
}

function labelsOf(root: XmlElement, file: SourceFile, context: ImportContext): Labels {
  const lost = lostShape(root);
  if (lost)
    throw fileProblem('DATASET_LAYOUT_INVALID', file, `has <${lost.name}> outside <object>`, `line ${lost.line}`);
  const drawing = new Drawing();
  for (const object of root.children.filter(({ name }) => name === 'object')) drawing.add(() => shapeOf(object, file));
  const sizeElement = childNamed(root, 'size');
  const [width, height] = ['width', 'height'].map((side) => sizeElement && numberOf(sizeElement, side, file));
  const own = childNamed(root, 'residua');
  const split = own && oneOf(own, 'split', splits, file);
  const label = own && oneOf(own, 'label', imageLabels, file);
  const defectType = own && childNamed(own, 'defectType')?.text;
  return {
    // In files of our own a class is a defect, whatever it is called.
    ...drawing.labels(own ? { isNormalClass: () => false } : context),
    // Editors that do not know the size write 0.
    ...(width && height && { size: { width, height } }),
    ...(split && { split }),
    ...(label && { label, defectType: defectType ?? null }),
  };
}

/** What an object is made of, and is not read where it stands: the image would be taken for one on which nothing is marked. */
const partsOfObjects = ['object', 'bndbox', 'robndbox', 'polygon', 'xmin'];

function lostShape({ children }: XmlElement): XmlElement | undefined {
  const others = children.filter(({ name }) => name !== 'object');
  const inside = (element: XmlElement): XmlElement | undefined =>
    partsOfObjects.includes(element.name) ? element : element.children.map(inside).find(Boolean);
  return others.map(inside).find(Boolean);
}

function shapeOf(object: XmlElement, file: SourceFile): Shape {
  const own = childNamed(object, 'residua');
  const untyped = own && childNamed(own, 'untyped')?.text === 'true';
  const defectType = untyped ? null : requiredChild(object, 'name', file).text;
  const name = `the object on line ${object.line} of '${shown(file.path)}'`;
  const turned = childNamed(object, 'robndbox');
  if (turned) return turnedShape(turned, { file, name, defectType });
  const edges = requiredChild(object, 'bndbox', file);
  const [left, top, right, bottom] = ['xmin', 'ymin', 'xmax', 'ymax'].map((edge) => numberOf(edges, edge, file));
  return { defectType, box: { x: left!, y: top!, width: right! - left!, height: bottom! - top!, name } };
}

/** A box by its middle, its sides and an angle in radians, as some programs add to VOC. */
function turnedShape(
  element: XmlElement,
  { file, name, defectType }: { file: SourceFile; name: string; defectType: string | null },
): Shape {
  const number = (child: string) => numberOf(element, child, file);
  const [width, height] = [number('w'), number('h')];
  const box = { x: number('cx') - width / 2, y: number('cy') - height / 2, width, height, name };
  const degrees = (number('angle') * 180) / Math.PI;
  return boxShape(box, defectType, { degrees, around: 'MIDDLE' });
}
