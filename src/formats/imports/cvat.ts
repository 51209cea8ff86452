import { shown } from '../../files/index.js';
import { collectProblems, ProblemError, type Problem } from '../../shared/errors.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, safePath } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { splitNamedIn } from '../planning/names.js';
import { named, polygonRegion, rowRunsRegion } from '../planning/regions.js';
import { labelsOfShapesAndClasses, type Shape } from '../planning/shapes.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';
import { readXml, type XmlElement } from '../reading/readXml.js';
import { attributeOf } from '../reading/xmlValues.js';

const layout = '"CVAT for images 1.1", annotations.xml and the images it names';

/** CVAT's own XML; images are taken one by one, so that a long list need not be in memory. */
export const cvat: ImportFormat = { id: 'cvat', description: `CVAT XML: ${layout}`, plan };

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const files = source.files.filter(({ path }) => /\.xml$/i.test(path));
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const found: ImportPlan = { images: [], problems: [], notes: [] };
  const finder = new FileFinder(source);
  for (const file of files) {
    try {
      const root = await readXml(file, limits, (element) => takeImage(element, file, finder, found));
      if (root.name !== 'annotations') {
        throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the root <${shown(root.name)}>, not <annotations>`);
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.problems.push(...error.problems);
    }
  }
  return found;
}

function takeImage(element: XmlElement, file: SourceFile, finder: FileFinder, { images, problems }: ImportPlan) {
  if (element.name === 'track')
    problems.push(...onLine(element, file, 'is a track of a video; export images').problems);
  if (element.name !== 'image') return false;
  const image = collectProblems(problems, () => planned(element, file, finder, problems));
  if (image) images.push(image);
  return true;
}

function planned(element: XmlElement, file: SourceFile, finder: FileFinder, problems: Problem[]): PlannedImage {
  const filename = safePath(attributeOf(element, 'name', file));
  const [width, height] = [Number(element.attributes.get('width')), Number(element.attributes.get('height'))];
  const shapes = element.children
    .filter(({ name }) => name !== 'tag')
    .flatMap((child) => collectProblems(problems, () => shapeOf(child, file)) ?? []);
  const tags = element.children.filter(({ name }) => name === 'tag').map((tag) => attributeOf(tag, 'label', file));
  return {
    filename,
    image: finder.find(filename, file, `line ${element.line}`),
    split: splitNamedIn(element.attributes.get('subset') ?? '') ?? splitNamedIn(file.path) ?? 'TRAIN',
    ...labelsOfShapesAndClasses(shapes, tags),
    ...(width && height && { size: { width, height } }),
  };
}

function shapeOf(element: XmlElement, file: SourceFile): Shape {
  const number = (name: string) => Number(attributeOf(element, name, file));
  const defectType = attributeOf(element, 'label', file);
  const name = `the ${element.name} on line ${element.line} of '${shown(file.path)}'`;
  if (element.name === 'polygon') {
    const points = attributeOf(element, 'points', file).split(/[;,]/).map(numberIn);
    return { defectType, region: named(polygonRegion(points), name) };
  }
  if (element.name === 'mask') {
    const runs = attributeOf(element, 'rle', file).split(',').map(numberIn);
    const box = { x: number('left'), y: number('top'), width: number('width'), height: number('height') };
    return { defectType, region: named(rowRunsRegion(runs, box), name) };
  }
  if (element.name !== 'box') throw onLine(element, file, 'is not read; boxes, polygons, masks and tags are');
  if (Number(element.attributes.get('rotation') ?? 0) !== 0) {
    throw onLine(element, file, 'is rotated; draw a polygon, or a box without rotation');
  }
  const [x, y] = [number('xtl'), number('ytl')];
  return { defectType, box: { x, y, width: number('xbr') - x, height: number('ybr') - y, name } };
}

/** Nothing is no number, though JavaScript takes it for 0. */
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function onLine({ name, line }: XmlElement, file: SourceFile, text: string) {
  return fileProblem('DATASET_LAYOUT_INVALID', file, `<${shown(name)}> ${text}`, `line ${line}`);
}
