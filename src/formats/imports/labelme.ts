import { z } from 'zod';
import { ProblemError, type Problem } from '../../shared/errors.js';
import { shown } from '../../files/index.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, folderOf, safePath } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitNamedIn, withoutExtension } from '../planning/names.js';
import { named, polygonRegion } from '../planning/regions.js';
import { labelsOfShapes, type Shape } from '../planning/shapes.js';
import { fitting, readJson } from '../reading/readJson.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';

const layout = 'one JSON file beside each image';

const labelmeFile = z.object({
  shapes: z.array(
    z.object({
      label: z.string(),
      points: z.array(z.tuple([z.unknown(), z.unknown()])),
      shape_type: z.string().default('polygon'),
    }),
  ),
  imagePath: z.string(),
  imageWidth: z.int().positive().nullish(),
  imageHeight: z.int().positive().nullish(),
});

type LabelmeFile = z.infer<typeof labelmeFile>;

/** LabelMe: polygons and rectangles of one image in a JSON file of the same name. */
export const labelme: ImportFormat = { id: 'labelme', description: `LabelMe: ${layout}`, plan };

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const files = source.files.filter(({ path }) => /\.json$/i.test(path));
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const problems: Problem[] = [];
  const images = imageFiles(source.files);
  const besides = new Map(images.map((file) => [withoutExtension(file.path), file]));
  const finder = new FileFinder(source);
  const labelled = new Map<SourceFile, Pick<PlannedImage, 'label' | 'defectType'>>();
  for (const file of files) {
    try {
      const at = { file, code: 'DATASET_LAYOUT_INVALID' } as const;
      const content = fitting(labelmeFile, await readJson(file, limits), at, problems);
      if (!content) continue;
      const name = safePath(content.imagePath);
      labelled.set(besides.get(withoutExtension(file.path)) ?? finder.find(name, file), labelsOf(content, file));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  const prefix = commonFolder(images, []);
  return { images: images.map((image) => planned(image, prefix, labelled.get(image))), problems, notes: [] };
}

function planned(
  image: SourceFile,
  prefix: string,
  labels: Pick<PlannedImage, 'label' | 'defectType'> = { label: 'UNLABELLED', defectType: null },
): PlannedImage {
  const split = splitNamedIn(folderOf(image.path)) ?? 'TRAIN';
  return { filename: image.path.slice(prefix.length), image, split, ...labels };
}

function labelsOf({ shapes, imageWidth, imageHeight }: LabelmeFile, file: SourceFile) {
  const size = imageWidth && imageHeight ? { width: imageWidth, height: imageHeight } : undefined;
  return { ...labelsOfShapes(shapes.map((shape, index) => shapeOf(shape, index, file))), size };
}

function shapeOf({ label, points, shape_type }: LabelmeFile['shapes'][number], index: number, file: SourceFile): Shape {
  const name = `shape ${index} of '${shown(file.path)}'`;
  if (shape_type === 'polygon') return { defectType: label, region: named(polygonRegion(points.flat()), name) };
  if (shape_type !== 'rectangle' || points.length !== 2) {
    const text = `is a ${shown(shape_type)} of ${points.length} points; polygons and rectangles of 2 points are read`;
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text, `/shapes/${index}`);
  }
  const [x1, y1, x2, y2] = points.flat().map((at) => (typeof at === 'number' ? at : Number.NaN));
  const corner = { x: Math.min(x1!, x2!), y: Math.min(y1!, y2!) };
  return { defectType: label, box: { ...corner, width: Math.abs(x2! - x1!), height: Math.abs(y2! - y1!), name } };
}
