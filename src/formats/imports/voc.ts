import { imageLabels, splits, type Split } from '../../shared/labels.js';
import { shown } from '../../files/index.js';
import { collectProblems, ProblemError } from '../../shared/errors.js';
import type { ImportFormat, ImportPlan, PlannedBox, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, safePath } from '../planning/fileFinder.js';
import { layoutProblem, notThisLayout } from '../planning/layout.js';
import { imageFiles, splitOfFolder, withoutExtension } from '../planning/names.js';
import { labelsOfShapes, type Shape } from '../planning/shapes.js';
import { fileProblem, readText, type AnnotationLimits } from '../reading/readText.js';
import { readXml, type XmlElement } from '../reading/readXml.js';
import { childNamed, numberOf, oneOf, requiredChild } from '../reading/xmlValues.js';

const layout = 'Annotations/**/*.xml, JPEGImages/**, and optionally ImageSets/Main/{train,val,test}.txt';

/** Pascal VOC: one XML file for each image, with boxes by their edges. */
export const voc: ImportFormat = { id: 'voc', description: `Pascal VOC: ${layout}`, plan };

/** Images and annotations by what their paths share: all below the folder of their kind, without the extension. */
interface Parts {
  images: Map<string, SourceFile>;
  annotations: Map<string, SourceFile>;
}

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const found: ImportPlan = { images: [], problems: [], notes: [] };
  const { images, annotations } = partsOf(source, found);
  if (annotations.size === 0) return { ...found, problems: [notThisLayout(source, layout)] };
  const labelled = await readAnnotations(annotations, images, new FileFinder(source), { limits, found });
  const splitOf = await readSplits(source, images, { limits, found });
  for (const [key, image] of images) {
    const labels = labelled.get(image) ?? ({ label: 'UNLABELLED', defectType: null } as const);
    found.images.push({ filename: insidePath(image.path), image, split: splitOf.get(key) ?? 'TRAIN', ...labels });
  }
  return found;
}

function partsOf({ files }: SourceTree, { problems }: ImportPlan): Parts {
  const hasFolder = files.some(({ path }) => /(^|\/)JPEGImages\//.test(path));
  const images = new Map<string, SourceFile>();
  for (const file of imageFiles(files)) {
    if (hasFolder && !/(^|\/)JPEGImages\//.test(file.path)) continue;
    const key = withoutExtension(insidePath(file.path));
    const earlier = images.get(key);
    images.set(key, file);
    if (earlier) problems.push(sharedAnnotation(earlier, file));
  }
  const lists = files.filter(({ path }) => /\.xml$/i.test(path));
  return { images, annotations: new Map(lists.map((file) => [withoutExtension(insidePath(file.path)), file])) };
}

/** A path below `JPEGImages` or `Annotations`; the whole one where there are no such folders. */
function insidePath(path: string): string {
  return path.replace(/^(?:[^/]+\/)*?(?:JPEGImages|Annotations)\//, '');
}

interface Reading {
  limits: AnnotationLimits;
  found: ImportPlan;
}

type Labels = Omit<PlannedImage, 'filename' | 'image' | 'split'> & { split?: Split };

async function readAnnotations(
  annotations: Parts['annotations'],
  images: Parts['images'],
  finder: FileFinder,
  { limits, found }: Reading,
): Promise<Map<SourceFile, Labels>> {
  const labelled = new Map<SourceFile, Labels>();
  for (const [key, file] of annotations) {
    try {
      const root = await readXml(file, limits);
      if (root.name !== 'annotation') {
        throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the root <${shown(root.name)}>, not <annotation>`);
      }
      const name = safePath(requiredChild(root, 'filename', file).text);
      labelled.set(images.get(key) ?? finder.find(name, file), labelsOf(root, file, found));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.problems.push(...error.problems);
    }
  }
  return labelled;
}

function labelsOf(root: XmlElement, file: SourceFile, { problems }: ImportPlan): Labels {
  const objects = root.children.filter(({ name }) => name === 'object');
  const shapes = objects.flatMap((object) => collectProblems(problems, () => shapeOf(object, file)) ?? []);
  const sizeElement = childNamed(root, 'size');
  const [width, height] = ['width', 'height'].map((side) => sizeElement && numberOf(sizeElement, side, file));
  const own = childNamed(root, 'residua');
  const split = own && oneOf(own, 'split', splits, file);
  const label = own && oneOf(own, 'label', imageLabels, file);
  const defectType = own && childNamed(own, 'defectType')?.text;
  return {
    ...labelsOfShapes(shapes),
    // Editors that do not know the size write 0.
    ...(width && height && { size: { width, height } }),
    ...(split && { split }),
    ...(label && { label, defectType: defectType ?? null }),
  };
}

function shapeOf(object: XmlElement, file: SourceFile): Shape {
  const edges = requiredChild(object, 'bndbox', file);
  const [left, top, right, bottom] = ['xmin', 'ymin', 'xmax', 'ymax'].map((edge) => numberOf(edges, edge, file));
  const name = `the object on line ${object.line} of '${shown(file.path)}'`;
  const box: PlannedBox = { x: left!, y: top!, width: right! - left!, height: bottom! - top!, name };
  const own = childNamed(object, 'residua');
  const untyped = own && childNamed(own, 'untyped')?.text === 'true';
  return { defectType: untyped ? null : requiredChild(object, 'name', file).text, box };
}

async function readSplits(
  { files }: SourceTree,
  images: Parts['images'],
  { limits, found }: Reading,
): Promise<Map<string, Split>> {
  const splitOf = new Map<string, Split>();
  for (const file of files) {
    const split = splitOfFolder(/(?:^|\/)ImageSets\/Main\/([a-z]+)\.txt$/.exec(file.path)?.[1] ?? '');
    if (!split) continue;
    for (const [index, line] of (await readText(file, limits)).split(/\r?\n/).entries()) {
      const key = [line.trim(), line.trim().replace(/\s+-?[01]$/, '')].find((name) => images.has(name));
      if (key !== undefined) splitOf.set(key, split);
      else if (line.trim() !== '') {
        const text = `names '${shown(line.trim())}', which is no image`;
        found.problems.push(...fileProblem('DATASET_LAYOUT_INVALID', file, text, `line ${index + 1}`).problems);
      }
    }
  }
  return splitOf;
}

function sharedAnnotation(first: SourceFile, second: SourceFile) {
  const message = `the images '${shown(first.path)}' and '${shown(second.path)}' would share one annotation; rename one`;
  return layoutProblem(message, second.path);
}
