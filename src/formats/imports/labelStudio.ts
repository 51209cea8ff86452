import { z } from 'zod';
import { shown } from '../../files/index.js';
import { collectProblems } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { AnnotationFiles } from '../planning/annotationFiles.js';
import { staysInside, nameInSet, percentDecoded } from '../planning/fileFinder.js';
import { notThisLayout } from '../planning/layout.js';
import { baseName, folderOf, splitNamedIn, splitOfPlace } from '../planning/names.js';
import { Drawing, unlabelled } from '../planning/shapes.js';
import { fitting, readJson } from '../reading/readJson.js';
import { fileProblem } from '../reading/readText.js';
import { draw } from './labelStudioShapes.js';
import { task, type Task } from './labelStudioSchema.js';

const layout = 'the JSON export and the images it names';

/** Label Studio's JSON: shapes in hundredths of the image's size, brushes as packed run lengths. */
export const labelstudio: ImportFormat = { id: 'labelstudio', description: `Label Studio: ${layout}`, plan };

interface Reading {
  file: SourceFile;
  /** All of them. */
  files: AnnotationFiles;
}

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const files = new AnnotationFiles(source, context, { ending: /\.json$/i, ownFolders: [] });
  const { found } = files;
  if (files.files.length === 0) return { images: [], problems: [notThisLayout(source, layout)], notes: [] };
  await files.each(files.files, async (file) => {
    for (const [index, one] of (await readTasks(file, context, found)).entries()) {
      const image = collectProblems(found.itemProblems, () => planned(one, `/${index}`, { file, files }));
      if (image) found.images.push(image);
    }
  });
  return found;
}

async function readTasks(file: SourceFile, context: ImportContext, { problems }: ImportPlan): Promise<Task[]> {
  const content = await readJson(file, context);
  if (isMin(content)) {
    const text =
      'is a JSON-MIN export, which tells neither who skipped an image nor the sizes of all; export again as JSON';
    throw fileProblem('DATASET_LAYOUT_INVALID', file, text);
  }
  return fitting(z.array(task), content, { file, code: 'DATASET_LAYOUT_INVALID' }, problems) ?? [];
}

/** JSON-MIN has the members of `data` and the labels side by side. */
function isMin(content: unknown): boolean {
  const [first] = Array.isArray(content) ? (content as unknown[]) : [];
  if (typeof first !== 'object' || first === null || 'data' in first) return false;
  return 'annotation_id' in first || 'annotator' in first || 'lead_time' in first;
}

function planned({ data, annotations, completions, file_upload }: Task, place: string, reading: Reading): PlannedImage {
  const { file, files } = reading;
  const { prefix, context } = files;
  const written = imageName(data, file, place);
  const image = imageOf(written, file_upload, place, reading);
  // Several people may have labelled it; the last one had the others' work before them.
  const last = (annotations ?? completions ?? []).filter(({ was_cancelled }) => !was_cancelled).at(-1);
  const drawing = new Drawing();
  const classes = draw(last?.result ?? [], drawing, `${place} of '${shown(file.path)}'`, context);
  const sized = last?.result.find(({ original_width, original_height }) => original_width && original_height);
  const own = image.path.slice(prefix.length);
  return {
    ...{ filename: nameInSet(own, image, prefix), image },
    split: splitOfPlace(image.path, prefix) ?? splitNamedIn(file.path) ?? 'TRAIN',
    ...(last ? drawing.labels(context, classes) : unlabelled),
    ...(sized && { size: { width: sized.original_width!, height: sized.original_height! } }),
  };
}

function imageName(data: Task['data'], file: SourceFile, place: string): string {
  const texts = Object.values(data).filter((value) => typeof value === 'string');
  const name = data['image'] ?? texts.find((text) => /\.(png|jpe?g|webp|tiff?|bmp)$/i.test(text));
  if (typeof name !== 'string') throw fileProblem('DATASET_LAYOUT_INVALID', file, 'has no image', `${place}/data`);
  return name;
}

/** Paths under which Label Studio serves its own files, on whichever host; other addresses stay what they are. */
const served = /^(?:https?:\/\/[^/]+)?\/data\/(?:upload\/\d+\/|upload\/|local-files\/\?d=)(.+)$/i;

/** What Label Studio puts before the name of an uploaded file. */
const uploadPrefix = /^[0-9a-f]{8}-/;

/** The image by its name, by the name under which it was uploaded, and by the one it had before. */
function imageOf(
  written: string,
  uploaded: string | null | undefined,
  place: string,
  { file, files: { finder } }: Reading,
): SourceFile {
  const path = served.exec(written)?.[1] ?? written;
  const names = [path, percentDecoded(path), ...(uploaded ? [uploaded] : [])];
  const before = names.map((name) => `${folderOf(name)}${baseName(name).replace(uploadPrefix, '')}`);
  for (const name of new Set([...names, ...before])) {
    const [only, other] = staysInside(name) ? finder.candidates(name, file) : [];
    if (only && !other) return only;
  }
  return finder.findAnywhere(path, file, place);
}
