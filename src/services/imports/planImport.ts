import type { EntityManager } from 'typeorm';
import type { DatasetImportEntity, LeftOutFiles } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import {
  normalNames,
  takeOriginalNames,
  watchReads,
  withOriginalNames,
  type ImportContext,
  type ImportFormat,
  type ImportPlan,
  type NormalNames,
  type PlannedImage,
  type SourceTree,
} from '../../formats/index.js';
import type { Limits } from '../../shared/config.js';
import type { Problem } from '../../shared/errors.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';
import type { UnderstoodNames } from './importSummary.js';
import { leftOutFiles } from './leftOutFiles.js';
import { planProblems } from './planProblems.js';
import { takenNames } from './storeImages.js';

/** What is to be imported, as far as it can be said before images are read. */
export interface PlannedImport {
  images: readonly PlannedImage[];
  /** Nothing can be imported with one of these. */
  problems: readonly Problem[];
  /** Of single items that belong to no image of the list. */
  itemProblems: readonly Problem[];
  warnings: readonly Problem[];
  notes: readonly string[];
  understood: Required<Omit<UnderstoodNames, 'existing'>>;
}

/** What planning needs beside the import and its source. */
export interface PlanningParts {
  manager: EntityManager;
  pixels: PixelProcesses;
  limits: Limits;
}

/** What would be imported, with every problem that can be told before an image is read. */
export async function planImport(
  { datasetId, options }: DatasetImportEntity,
  format: ImportFormat,
  given: SourceTree,
  parts: PlanningParts,
): Promise<PlannedImport> {
  const { source, names } = await takeOriginalNames(given, parts.limits);
  const watch = watchReads(source);
  const normal = normalNames(options.normalNames);
  const plan = composed(withOriginalNames(await format.plan(watch.source, contextOf(normal, parts)), names));
  const isRefused = (options.existing ?? 'REFUSE') === 'REFUSE';
  const taken = isRefused ? await takenNames(parts.manager, datasetId, plan.images) : [];
  const { images, itemProblems } = withProblems(plan.images, [...planProblems(plan.images), ...taken]);
  const leftOut = leftOutFiles(source, watch, plan);
  return {
    images,
    problems: [...plan.problems, ...noImages(plan, source, leftOut)],
    itemProblems: [...source.problems, ...(plan.itemProblems ?? []), ...itemProblems],
    warnings: plan.warnings ?? [],
    notes: plan.notes,
    understood: { normalNames: normal.met(), leftOut },
  };
}

function contextOf(normal: NormalNames, { limits, pixels }: PlanningParts): ImportContext {
  return {
    ...limits,
    meansNormal: (name) => normal.includes(name),
    isNormalClass: (name) => normal.includesClass(name),
    decodeMask: (bytes, item) => pixels.run('mask', [bytes, { item, limits, threshold: 1 }], { item }),
  };
}

/** Names are kept composed (NFC), however the source has them. */
function composed(plan: ImportPlan): ImportPlan {
  const images = plan.images.map((image) => ({ ...image, filename: image.filename.normalize('NFC') }));
  return { ...plan, images };
}

/** A layout that fits nothing would otherwise be an import of nothing, and succeed. */
function noImages(
  { images, problems, itemProblems = [] }: ImportPlan,
  { name, files }: SourceTree,
  leftOut: readonly LeftOutFiles[],
): Problem[] {
  if (images.length + problems.length + itemProblems.length > 0) return [];
  const what = leftOut.map(({ files: count, reason }) => `${count} ${reason}`).join('; ');
  const message = `'${shown(name)}' holds no images of this layout among its ${files.length} files${what && ` (${what})`}`;
  return [{ code: 'DATASET_LAYOUT_INVALID', message, item: shown(name) }];
}

/** Gives problems to the images they name; those that name none are left. */
function withProblems(images: readonly PlannedImage[], problems: readonly Problem[]) {
  const byItem = new Map<string | undefined, Problem[]>();
  for (const one of problems) byItem.set(one.item, [...(byItem.get(one.item) ?? []), one]);
  const names = new Set<string | undefined>(images.map(({ filename }) => shown(filename)));
  const given = images.map((image) => {
    const own = byItem.get(shown(image.filename));
    return own ? { ...image, problems: [...(image.problems ?? []), ...own] } : image;
  });
  return { images: given, itemProblems: problems.filter(({ item }) => !names.has(item)) };
}
