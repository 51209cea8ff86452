import type { EntityManager } from 'typeorm';
import { SnapshotImageEntity, type AnnotationKind } from '../../database/entities/index.js';
import type { Problem } from '../../shared/errors.js';
import type { Supervision } from '../../shared/training.js';
import type { PixelProcesses } from '../pixel-process/pixelProcesses.js';
import type { PlannedTraining } from './planner.js';
import { labelledImages, uselessLabels } from './usefulLabels.js';

/** Fewer normal images make a memory bank of accidents. */
const leastNormalImages = 4;

/** Kinds of labels that a supervision reads, the one of who names none first. */
export const labelsFor: Readonly<Record<Supervision, readonly AnnotationKind[]>> = {
  UNSUPERVISED: [],
  SUPERVISED: ['PIXEL', 'BLOCK'],
  SEMI_SUPERVISED: ['BOX'],
};

/** Which labels a training reads; a choice that the supervision does not know is a problem. */
export function labelKind(
  { supervision, labels }: { supervision: Supervision; labels?: AnnotationKind | null | undefined },
  field: readonly string[],
  problems: Problem[],
): AnnotationKind | null {
  const allowed = labelsFor[supervision];
  if (!labels) return allowed[0] ?? null;
  if (allowed.includes(labels)) return labels;
  const rule = allowed.length > 0 ? `it reads ${allowed.join(' or ')}` : 'it reads no labels';
  problems.push({
    code: 'CONFIG_INVALID',
    message: `labels is ${labels}: ${supervision}: ${rule}`,
    field: [...field, 'labels'],
  });
  return null;
}

/** Whether a snapshot has normal images enough for any training. */
export async function normalImageProblems(manager: EntityManager, snapshotId: string): Promise<Problem[]> {
  const normal = await manager
    .createQueryBuilder(SnapshotImageEntity, 'item')
    .innerJoin('item.image', 'image', 'image.erased_at IS NULL')
    .where({ snapshotId, split: 'TRAIN', label: 'NORMAL' })
    .getCount();
  if (normal >= leastNormalImages) return [];
  return [insufficient(`${normal} normal training images: at least ${leastNormalImages} are needed`)];
}

/**
 * Whether a snapshot has the labels that a training reads, and they teach it something.
 * @param training.labels null where it reads none.
 */
export async function labelProblems(
  { manager, pixels }: { manager: EntityManager; pixels: PixelProcesses },
  { snapshotId, supervision, labels }: { snapshotId: string; supervision: Supervision; labels: AnnotationKind | null },
  planned: PlannedTraining | undefined,
): Promise<Problem[]> {
  if (!labels) return [];
  const labelled = await labelledImages(manager, snapshotId, labels);
  if (labelled.length === 0) {
    return [insufficient(`no anomalous training image with ${labels} labels: ${supervision} needs at least one`)];
  }
  if (!planned?.blocks) return [];
  const { imageSize } = planned.plan.settings;
  const useless = await uselessLabels(pixels, labelled, { imageSize, ...planned.blocks });
  return useless ? [insufficient(useless)] : [];
}

/** What a snapshot lacks, behind `the snapshot has`. */
export const insufficient = (message: string): Problem => ({
  code: 'TRAINING_DATA_INSUFFICIENT',
  message: `the snapshot has ${message}`,
  field: ['input', 'snapshotId'],
});
