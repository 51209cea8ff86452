import { shown } from '../../files/index.js';
import { ProblemError } from '../../shared/errors.js';
import { imageLabels, splits, type Split } from '../../shared/labels.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { distinctNames } from '../planning/distinctNames.js';
import { FileFinder } from '../planning/fileFinder.js';
import { LabelPairs } from '../planning/labelPairs.js';
import { layoutProblem, notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitOfPlace } from '../planning/names.js';
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
  if (annotations.length === 0) return { ...found, problems: [notThisLayout(source, layout)] };
  const images = imagesOf(source);
  const labelled = await readAnnotations(annotations, images, { source, context, found });
  const listed = await readSplitLists({ ...source, files: ofMain(source.files) }, [], context, found);
  const prefix = commonFolder(images, ['JPEGImages']);
  for (const image of images) {
    const split = listed.get(image) ?? splitOfPlace(image.path, prefix) ?? 'TRAIN';
    const { split: own, ...labels } = labelled.get(image) ?? { ...unlabelled, split: undefined };
    found.images.push({ filename: insidePath(image.path, prefix), image, split: own ?? split, ...labels });
  }
  return { ...found, images: distinctNames(found.images) };
}

/** Where there is a folder of images, others are masks and the like. */
function imagesOf({ files }: SourceTree): SourceFile[] {
  const images = imageFiles(files);
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
