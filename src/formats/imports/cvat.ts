import { shown } from '../../files/index.js';
import { collectProblems } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { AnnotationFiles } from '../planning/annotationFiles.js';
import { distinctNames } from '../planning/distinctNames.js';
import { notThisLayout } from '../planning/layout.js';
import { named, polygonRegion, rowRunsRegion } from '../planning/regions.js';
import { Drawing, type Shape } from '../planning/shapes.js';
import { boxShape, ellipseRegion } from '../planning/turnedShapes.js';
import { fileProblem } from '../reading/readText.js';
import { readXml, type XmlElement } from '../reading/readXml.js';
import { attributeOf } from '../reading/xmlValues.js';

const layout = '"CVAT for images 1.1", annotations.xml and the images it names';

/** CVAT's own XML; images are taken one by one, so that a long list need not be in memory. */
export const cvat: ImportFormat = { id: 'cvat', description: `CVAT XML: ${layout}`, plan };

/** What marks no area, or more than one picture can show. */
const withoutArea = ['polyline', 'points', 'skeleton', 'cuboid'];

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const reading = new AnnotationFiles(source, context, { ending: /\.xml$/i, ownFolders: ['images'] });
  const { files, found } = reading;
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  await reading.each(files, async (file) => {
    const root = await readXml(file, context, (element) => takeImage(element, file, reading));
    if (root.name === 'annotations') return;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, `has the root <${shown(root.name)}>, not <annotations>`);
  });
  return { ...found, images: distinctNames(found.images) };
}

function takeImage(element: XmlElement, file: SourceFile, reading: AnnotationFiles): boolean {
  const { images, problems, itemProblems } = reading.found;
  if (element.name === 'track') {
    problems.push(...onLine(element, file, 'is a track of a video; export images').problems);
  }
  if (element.name !== 'image') return false;
  const image = collectProblems(itemProblems, () => planned(element, file, reading));
  if (image) images.push(image);
  return true;
}

function planned(element: XmlElement, file: SourceFile, reading: AnnotationFiles): PlannedImage {
  const { attributes, children } = element;
  const name = attributeOf(element, 'name', file);
  const [width, height] = [Number(attributes.get('width')), Number(attributes.get('height'))];
  const drawing = new Drawing();
  for (const child of children.filter((one) => one.name !== 'tag')) draw(child, drawing, file);
  const tags = children.filter((one) => one.name === 'tag').map((tag) => attributeOf(tag, 'label', file));
  return {
    ...reading.imageNamed(name, { file, place: `line ${element.line}`, subset: attributes.get('subset') }),
    ...drawing.labels(reading.context, tags),
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
  return boxShape(box, defectType, { degrees: rotation, around: 'MIDDLE' });
}

/** Nothing is no number, though JavaScript takes it for 0. */
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function onLine({ name, line }: XmlElement, file: SourceFile, text: string) {
  return fileProblem('DATASET_LAYOUT_INVALID', file, `<${shown(name)}> ${text}`, `line ${line}`);
}
