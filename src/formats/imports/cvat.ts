import { shown } from '../../files/index.js';
import { collectProblems, ProblemError } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { distinctNames } from '../planning/distinctNames.js';
import { FileFinder, nameInSet } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitNamedIn, splitOfFolders, splitOfPlace } from '../planning/names.js';
import { named, polygonRegion, rowRunsRegion } from '../planning/regions.js';
import { Drawing, type Shape } from '../planning/shapes.js';
import { ellipseRegion, isTurned, turnedBox } from '../planning/turnedShapes.js';
import { fileProblem } from '../reading/readText.js';
import { readXml, type XmlElement } from '../reading/readXml.js';
import { attributeOf } from '../reading/xmlValues.js';

const layout = '"CVAT for images 1.1", annotations.xml and the images it names';

/** CVAT's own XML; images are taken one by one, so that a long list need not be in memory. */
export const cvat: ImportFormat = { id: 'cvat', description: `CVAT XML: ${layout}`, plan };

/** What marks no area, or more than one picture can show. */
const withoutArea = ['polyline', 'points', 'skeleton', 'cuboid'];

interface Reading {
  file: SourceFile;
  finder: FileFinder;
  /** The folder around everything. */
  prefix: string;
  context: ImportContext;
  found: ImportPlan;
}

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const files = source.files.filter(({ path }) => /\.xml$/i.test(path));
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const found: ImportPlan = { images: [], problems: [], itemProblems: [], notes: [] };
  const finder = new FileFinder(source);
  const prefix = commonFolder(imageFiles(source.files), ['images']);
  for (const file of files) {
    try {
      const reading = { file, finder, prefix, context, found };
      const root = await readXml(file, context, (element) => takeImage(element, reading));
      if (root.name !== 'annotations') {
        throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the root <${shown(root.name)}>, not <annotations>`);
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.problems.push(...error.problems);
    }
  }
  return { ...found, images: distinctNames(found.images) };
}

function takeImage(element: XmlElement, reading: Reading): boolean {
  const { images, problems, itemProblems } = reading.found;
  if (element.name === 'track') {
    problems.push(...onLine(element, reading.file, 'is a track of a video; export images').problems);
  }
  if (element.name !== 'image') return false;
  const image = collectProblems(itemProblems!, () => planned(element, reading));
  if (image) images.push(image);
  return true;
}

function planned(element: XmlElement, { file, finder, prefix, context }: Reading): PlannedImage {
  const name = attributeOf(element, 'name', file);
  const [width, height] = [Number(element.attributes.get('width')), Number(element.attributes.get('height'))];
  const drawing = new Drawing();
  for (const child of element.children.filter((one) => one.name !== 'tag')) draw(child, drawing, file);
  const tags = element.children.filter((one) => one.name === 'tag').map((tag) => attributeOf(tag, 'label', file));
  const image = finder.findAnywhere(name, file, `line ${element.line}`);
  const subset = splitNamedIn(element.attributes.get('subset') ?? '');
  const split = subset ?? splitOfFolders(name) ?? splitNamedIn(file.path) ?? splitOfPlace(image.path, prefix);
  return {
    ...{ filename: nameInSet(name, image, prefix), image, split: split ?? 'TRAIN' },
    ...drawing.labels(context, tags),
    ...(width && height && { size: { width, height } }),
  };
}

function draw(element: XmlElement, drawing: Drawing, file: SourceFile): void {
  const where = `the ${shown(element.name)} on line ${element.line} of '${shown(file.path)}'`;
  if (withoutArea.includes(element.name)) {
    drawing.leaveOut(element.attributes.get('label') ?? null, `${where} marks no area and was left out`);
  } else drawing.add(() => shapeOf(element, where, file));
}

function shapeOf(element: XmlElement, name: string, file: SourceFile): Shape {
  const number = (attribute: string) => numberIn(attributeOf(element, attribute, file));
  const defectType = attributeOf(element, 'label', file);
  const rotation = Number(element.attributes.get('rotation') ?? 0);
  if (element.name === 'polygon') {
    const points = attributeOf(element, 'points', file).split(/[;,]/).map(numberIn);
    return { defectType, region: named(polygonRegion(points), name) };
  }
  if (element.name === 'mask') {
    const runs = attributeOf(element, 'rle', file).split(',').map(numberIn);
    const box = { x: number('left'), y: number('top'), width: number('width'), height: number('height') };
    return { defectType, region: named(rowRunsRegion(runs, box), name) };
  }
  if (element.name === 'ellipse') {
    const ellipse = { x: number('cx'), y: number('cy'), radiusX: number('rx'), radiusY: number('ry') };
    return { defectType, region: named(ellipseRegion(ellipse, rotation), name) };
  }
  if (element.name !== 'box') {
    throw onLine(element, file, 'is not read; boxes, polygons, ellipses, masks and tags are');
  }
  const [x, y] = [number('xtl'), number('ytl')];
  const box = { x, y, width: number('xbr') - x, height: number('ybr') - y, name };
  return isTurned(rotation)
    ? { defectType, region: named(turnedBox(box, rotation, 'MIDDLE'), name) }
    : { defectType, box };
}

/** Nothing is no number, though JavaScript takes it for 0. */
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function onLine({ name, line }: XmlElement, file: SourceFile, text: string) {
  return fileProblem('DATASET_LAYOUT_INVALID', file, `<${shown(name)}> ${text}`, `line ${line}`);
}
