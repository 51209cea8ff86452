import { z } from 'zod';
import { imageLabels, splits } from '../../shared/labels.js';
import { shown } from '../../files/index.js';
import { collectProblems, type Problem } from '../../shared/errors.js';
import type { ImportContext, ImportFormat, ImportPlan, PlannedImage, SourceFile, SourceTree } from '../importFormat.js';
import { FileFinder, nameInSet, safePath } from '../planning/fileFinder.js';
import { layoutProblem, listed, notThisLayout } from '../planning/layout.js';
import { splitOfFolder, splitOfFolders } from '../planning/names.js';
import { rleRegion } from '../planning/regions.js';
import { fitting, parseJson } from '../reading/readJson.js';
import { fileProblem, readLines, type AnnotationLimits } from '../reading/readText.js';
import { readManifestCsv } from './manifestCsv.js';

const layout = 'manifest.jsonl or manifest.csv, and the images it names';

const pixels = z.strictObject({ width: z.int().min(1), height: z.int().min(1), counts: z.string() });
const box = z.strictObject({
  ...{ x: z.number(), y: z.number(), width: z.number(), height: z.number() },
  defectType: z.string().nullish(),
});
const blocks = z.strictObject({
  ...{ blockSize: z.int().min(1), rows: z.int().min(1), columns: z.int().min(1) },
  labels: z.array(z.string()),
});

/** One line of `manifest.jsonl`; docs/formats.md describes it. */
const manifestLine = z.strictObject({
  file: z.string(),
  filename: z.string().nullish(),
  split: z.enum(splits).nullish(),
  label: z.enum(imageLabels).nullish(),
  defectType: z.string().nullish(),
  pixels: z.union([pixels, pixels.pick({ counts: true })]).nullish(),
  mask: z.string().nullish(),
  boxes: z.array(box).nullish(),
  blocks: blocks.nullish(),
});

type ManifestLine = z.infer<typeof manifestLine>;

/** A list of images with everything a data set holds. */
export const manifest: ImportFormat = { id: 'manifest', description: `A list of images: ${layout}`, plan };

async function plan(source: SourceTree, context: ImportContext): Promise<ImportPlan> {
  const list = findManifest(source);
  if ('code' in list) return { images: [], problems: [list], notes: [] };
  const found: ImportPlan = { images: [], problems: [], itemProblems: [], notes: [] };
  const reading = { list, finder: new FileFinder(source), context };
  for await (const { line, value } of readValues(list, context, found.itemProblems!)) {
    const place = `line ${line}`;
    const at = { file: list, code: 'DATASET_LAYOUT_INVALID', place } as const;
    const entry = fitting(manifestLine, withUsualWords(value, context), at, found.itemProblems!);
    const image = entry && collectProblems(found.itemProblems!, () => planned(entry, place, reading));
    if (image) found.images.push(image);
  }
  return found;
}

interface Reading {
  list: SourceFile;
  finder: FileFinder;
  context: ImportContext;
}

/**
 * Split and label as people write them, in the words of this product; what is not understood stays, and is refused. A kind of
 * defect that means none, `good`, is the label where there is no other, and no kind beside NORMAL.
 */
function withUsualWords(value: unknown, { isNormalClass }: ImportContext): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { split, label, defectType } = value as Record<string, unknown>;
  const word = typeof label === 'string' && label !== '' ? labelWord(label.trim(), isNormalClass) : label;
  const saysNormal = typeof defectType === 'string' && (!word || word === 'NORMAL') && isNormalClass(defectType);
  return {
    ...value,
    ...(typeof split === 'string' && { split: splitOfFolder(split.trim()) ?? split.trim().toUpperCase() }),
    ...(typeof label === 'string' && { label: word }),
    ...(saysNormal && { label: 'NORMAL', defectType: null }),
  };
}

function labelWord(label: string, isNormalClass: ImportContext['isNormalClass']): string {
  const word = label.toUpperCase();
  if ((imageLabels as readonly string[]).includes(word)) return word;
  if (isNormalClass(label)) return 'NORMAL';
  return ['ANOMALY', 'ABNORMAL', 'DEFECT', 'DEFECTIVE', 'BAD', 'NG', 'NOK'].includes(word) ? 'ANOMALOUS' : label;
}

/** The manifest by its name, or the only file that could be one. */
function findManifest(source: SourceTree): SourceFile | Problem {
  const lists = source.files.filter(({ path }) => /\.(jsonl|csv)$/i.test(path));
  const named = lists.filter(({ path }) => /(^|\/)manifest\.(jsonl|csv)$/i.test(path));
  const [only, other] = named.length > 0 ? named : lists;
  if (!only) return notThisLayout(source, layout);
  if (!other) return only;
  const paths = listed((named.length > 0 ? named : lists).map(({ path }) => path));
  return layoutProblem(`which list is meant? ${paths}; keep one, named manifest.jsonl or manifest.csv`, source.name);
}

/** What each line says, still unchecked. A line that cannot be read is a problem, and the others follow. */
async function* readValues(list: SourceFile, limits: AnnotationLimits, problems: Problem[]) {
  if (/\.csv$/i.test(list.path)) {
    yield* await readManifestCsv(list, limits, problems);
    return;
  }
  for await (const { line, text } of readLines(list, limits)) {
    const value = collectProblems(problems, () => parseJson(text, list, line));
    if (value !== undefined) yield { line, value };
  }
}

function planned(entry: ManifestLine, place: string, { list, finder }: Reading): PlannedImage {
  const { split, pixels: runs, mask, boxes, blocks: grid } = entry;
  if (runs && mask) {
    throw fileProblem('DATASET_LAYOUT_INVALID', list, `names both pixels and a mask for '${shown(entry.file)}'`, place);
  }
  const image = finder.findAnywhere(entry.file, list, place);
  const size = runs && 'width' in runs ? { width: runs.width, height: runs.height } : undefined;
  return {
    ...{ filename: entry.filename ?? nameInSet(entry.file, image, ''), image },
    split: split ?? splitOfFolders(entry.file) ?? 'TRAIN',
    label: entry.label ?? concludedLabel(entry),
    defectType: entry.defectType ?? null,
    ...(runs && { regions: [rleRegion(runs.counts, size)] }),
    ...(mask && maskOf(mask, entry, place, { list, finder })),
    ...(boxes && { boxes }),
    ...(grid && { blocks: grid as PlannedImage['blocks'] & object }),
  };
}

/** A mask that is not there is told; where it alone would say whether the image is normal, it is missed. */
function maskOf(
  mask: string,
  entry: ManifestLine,
  place: string,
  { list, finder }: Omit<Reading, 'context'>,
): Pick<PlannedImage, 'mask' | 'warnings'> {
  const [file, other] = finder.candidates(safePath(mask), list);
  if (file && !other) return { mask: { file } };
  if (other || (entry.label ?? concludedLabel(entry)) === 'FROM_MASK') {
    return { mask: { file: finder.find(safePath(mask), list, place) } };
  }
  const message = `'${shown(list.path)}', ${place}: the mask '${shown(mask)}' is not in the source; the image has no pixels`;
  return { warnings: [{ code: 'MASK_NOT_FOUND', message }] };
}

function concludedLabel({ defectType, boxes, blocks: grid, pixels: runs, mask }: ManifestLine): PlannedImage['label'] {
  if (defectType || boxes?.length || grid?.labels.includes('ANOMALOUS')) return 'ANOMALOUS';
  return runs || mask ? 'FROM_MASK' : 'UNLABELLED';
}
