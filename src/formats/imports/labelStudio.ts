import { z } from 'zod';
import { shown } from '../../files/index.js';
import { collectProblems, ProblemError } from '../../shared/errors.js';
import type { ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, safePath } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { commonFolder, imageFiles, splitNamedIn } from '../planning/names.js';
import { brushRegion } from '../planning/brush.js';
import { named, polygonRegion } from '../planning/regions.js';
import { labelsOfShapesAndClasses, type Shape } from '../planning/shapes.js';
import { fitting, readJson } from '../reading/readJson.js';
import { fileProblem, type AnnotationLimits } from '../reading/readText.js';

const layout = 'the JSON export and the images it names';

/** What is no number is refused with the shape. */
const coordinate = z.unknown().optional();

const result = z.object({
  type: z.string().optional(),
  original_width: z.int().positive().optional(),
  original_height: z.int().positive().optional(),
  value: z
    .object({
      ...{ x: coordinate, y: coordinate, width: coordinate, height: coordinate },
      rotation: z.number().optional(),
      points: z.array(z.tuple([z.unknown(), z.unknown()])).optional(),
      rle: z.array(z.int().min(0).max(255)).optional(),
      choices: z.array(z.string()).optional(),
      rectanglelabels: z.array(z.string()).optional(),
      polygonlabels: z.array(z.string()).optional(),
      brushlabels: z.array(z.string()).optional(),
    })
    .optional(),
});

const task = z.object({
  data: z.record(z.string(), z.unknown()),
  annotations: z.array(z.object({ was_cancelled: z.boolean().optional(), result: z.array(result) })).optional(),
});

type Task = z.infer<typeof task>;
type Result = z.infer<typeof result>;

/** Label Studio's JSON: shapes in hundredths of the image's size, brushes as packed run lengths. */
export const labelstudio: ImportFormat = { id: 'labelstudio', description: `Label Studio: ${layout}`, plan };

async function plan(source: SourceTree, limits: AnnotationLimits): Promise<ImportPlan> {
  const files = source.files.filter(({ path }) => /\.json$/i.test(path));
  if (files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  const found: ImportPlan = { images: [], problems: [], notes: [] };
  const finder = new FileFinder(source);
  const prefix = commonFolder(imageFiles(source.files), []);
  for (const file of files) {
    try {
      const at = { file, code: 'DATASET_LAYOUT_INVALID' } as const;
      const tasks = fitting(z.array(task), await readJson(file, limits), at, found.problems) ?? [];
      for (const [index, one] of tasks.entries()) {
        const image = collectProblems(found.problems, () => planned(one, `/${index}`, { file, finder, prefix }));
        if (image) found.images.push(image);
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.problems.push(...error.problems);
    }
  }
  return found;
}

interface Place {
  file: SourceFile;
  finder: FileFinder;
  prefix: string;
}

function planned({ data, annotations = [] }: Task, place: string, { file, finder, prefix }: Place): PlannedImage {
  const image = finder.find(safePath(imageName(data, file, place)), file, place);
  // Several people may have labelled it; the last one had the others' work before them.
  const last = annotations.filter(({ was_cancelled }) => !was_cancelled).at(-1);
  const results = last?.result ?? [];
  const shapes = results.flatMap((one, index) => shapeOf(one, `${place}, result ${index}`, file) ?? []);
  const classes = results.flatMap(({ value }) => value?.choices ?? []);
  const sized = results.find(({ original_width, original_height }) => original_width && original_height);
  return {
    ...{ filename: image.path.slice(prefix.length), image },
    split: splitNamedIn(file.path) ?? 'TRAIN',
    ...(last ? labelsOfShapesAndClasses(shapes, classes) : { label: 'UNLABELLED' as const, defectType: null }),
    ...(sized && { size: { width: sized.original_width!, height: sized.original_height! } }),
  };
}

/** The name inside the paths under which Label Studio serves its own files; addresses elsewhere stay what they are. */
function imageName(data: Task['data'], file: SourceFile, place: string): string {
  const texts = Object.values(data).filter((value) => typeof value === 'string');
  const name = data['image'] ?? texts.find((text) => /\.(png|jpe?g|webp|tiff?|bmp)$/i.test(text));
  if (typeof name !== 'string') throw fileProblem('DATASET_LAYOUT_INVALID', file, 'has no image', `${place}/data`);
  const served = /^\/data\/(?:upload\/\d+\/|upload\/|local-files\/\?d=)(.+)$/.exec(name)?.[1];
  return served ?? name;
}

function shapeOf({ value, type, ...size }: Result, place: string, file: SourceFile): Shape | undefined {
  if (!value) return undefined;
  const name = `${place} of '${shown(file.path)}'`;
  const defectType = (value.rectanglelabels ?? value.polygonlabels ?? value.brushlabels)?.[0] ?? null;
  const fail = (text: string) => fileProblem('DATASET_LAYOUT_INVALID', file, text, place);
  if (value.points) {
    const points = value.points.flat().map((at) => (typeof at === 'number' ? at / 100 : Number.NaN));
    return { defectType, region: named(polygonRegion(points, 'FRACTION'), name) };
  }
  if (value.rle) {
    const { original_width: width, original_height: height } = size;
    if (!width || !height) throw fail('is a brush without original_width and original_height');
    return { defectType, region: named(brushRegion(value.rle, { width, height }), name) };
  }
  if (value.choices || value.width === undefined) {
    // Relations, ratings and texts mark nothing; other marks must not get lost.
    if (value.choices || !/labels$|^(ellipse|keypoint|vector|video)/.test(type ?? '')) return undefined;
    throw fail(`is of the type '${shown(type ?? '')}'; rectangles, polygons and brushes are read`);
  }
  if (value.rotation) throw fail('is rotated; draw a polygon, or a rectangle without rotation');
  const sides = [value.x, value.y, value.width, value.height];
  const [x, y, width, height] = sides.map((at) => (typeof at === 'number' ? at / 100 : Number.NaN));
  return { defectType, box: { x: x!, y: y!, width: width!, height: height!, unit: 'FRACTION', name } };
}
