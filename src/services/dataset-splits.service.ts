import type { DataSource, EntityManager } from 'typeorm';
import type { AccessScope } from '../access/index.js';
import { DatasetEntity, ImageEntity, splits, type ImageLabel, type Split } from '../database/entities/index.js';
import { shown } from '../files/index.js';
import { collectProblems, notFound, throwIfProblems, type Problem } from '../shared/errors.js';
import { RandomSource } from '../shared/random.js';
import { applyFilter, type ImageFilter } from './images/imageFilter.js';
import { liesIn } from './scoped.js';
import { assignSplits, type SplitCandidate, type SplitShares } from './splits/assignSplits.js';
import { namePattern, type NamePattern } from './splits/namePattern.js';

/** How a data set is to be divided. */
export interface SplitDataset {
  datasetId: string;
  /** Weights, e.g. 80, 0 and 20. */
  shares: SplitShares;
  /** Integer, at least 0; default 0. */
  seed?: number | null | undefined;
  /** Images whose names have the same `{part}` go together. */
  groupBy?: string | null | undefined;
  /** Which images are divided, default all; the others stay where they are. */
  filter?: ImageFilter | null | undefined;
  /** Tell what would be, change nothing. */
  dryRun?: boolean | null | undefined;
}

/** Images of one split. */
export interface SplitCounts {
  split: Split;
  images: number;
  normal: number;
  anomalous: number;
  unlabelled: number;
}

/** How a data set is, or would be, divided. */
export interface DatasetSplit {
  dataset: DatasetEntity;
  /** Images that went elsewhere. */
  changed: number;
  /** Images that go together count once. */
  groups: number;
  /** Of the whole data set afterwards. */
  splits: SplitCounts[];
  warnings: Problem[];
}

const sharesField = ['input', 'shares'];

/** Divides data sets into splits. Snapshots taken before stay as they are. */
export class DatasetSplitsService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Divides the images of a data set at random, each label and defect type in the same proportion; images of the same bytes, or of
   * the same part of a name, stay together. The same seed gives the same splits.
   * @throws ProblemError NOT_FOUND, BAD_USER_INPUT; all at once.
   */
  async split(scope: AccessScope, input: SplitDataset): Promise<DatasetSplit> {
    const problems = requestProblems(input);
    const pattern = collectProblems(problems, () => input.groupBy && namePattern(input.groupBy, ['input', 'groupBy']));
    throwIfProblems(problems);
    return this.dataSource.transaction(async (manager) => {
      // One after the other, or the groups of one could be torn by another.
      const lock = { mode: 'for_no_key_update' } as const;
      const isThere = await liesIn(scope, manager, DatasetEntity, input.datasetId);
      const dataset = isThere && (await manager.findOne(DatasetEntity, { where: { id: input.datasetId }, lock }));
      if (!dataset) throw notFound('data set', input.datasetId, ['input', 'datasetId']);
      const images = await candidates(manager, input, pattern || undefined);
      const { splitOf, groups, torn } = assignSplits(images, input.shares, RandomSource.fromSeed(input.seed ?? 0));
      const moved = images.filter(({ id, split }) => splitOf.has(id) && splitOf.get(id) !== split);
      if (!input.dryRun) await move(manager, moved, splitOf);
      const divided = images.map((image) => ({ ...image, split: splitOf.get(image.id) ?? image.split }));
      const counts = splits.map((split) => countsOf(split, divided));
      const warnings = [
        ...nameWarnings(images, input.groupBy),
        ...tornWarnings(torn),
        ...splitWarnings(counts, input.shares),
      ];
      return { dataset, changed: moved.length, groups, splits: counts, warnings };
    });
  }
}

function requestProblems({ shares, seed }: SplitDataset): Problem[] {
  const problems: Problem[] = splits.flatMap((split) => {
    const share = shares[split];
    if (Number.isFinite(share) && share >= 0 && share <= 1e6) return [];
    const message = `the share of ${split} is ${share}; it must be a number from 0 to 1,000,000`;
    return [{ code: 'BAD_USER_INPUT', message, field: [...sharesField, split.toLowerCase()] }];
  });
  if (problems.length === 0 && splits.filter((split) => shares[split] > 0).length < 2) {
    const told = splits.map((split) => `${split} ${shares[split]}`).join(', ');
    problems.push({
      code: 'BAD_USER_INPUT',
      message: `at least two shares must be above 0; they are ${told}`,
      field: sharesField,
    });
  }
  if (typeof seed === 'number' && (!Number.isInteger(seed) || seed < 0)) {
    problems.push({
      code: 'BAD_USER_INPUT',
      message: `seed is ${seed}; it must be 0 or more`,
      field: ['input', 'seed'],
    });
  }
  return problems;
}

async function candidates(
  manager: EntityManager,
  { datasetId, filter }: SplitDataset,
  pattern: NamePattern | undefined,
): Promise<SplitCandidate[]> {
  const query = manager
    .createQueryBuilder(ImageEntity, 'image')
    .where('image.datasetId = :datasetId AND image.removedAt IS NULL', { datasetId });
  const all = await query.clone().getMany();
  applyFilter(query, filter ?? {});
  const chosen = filter
    ? new Set((await query.select('image.id', 'id').getRawMany<{ id: string }>()).map(({ id }) => id))
    : undefined;
  return all.map(({ id, filename, sha256, label, defectType, split }) => ({
    ...{ id, filename, sha256, label, defectType, split },
    part: pattern?.partOf(filename),
    isChosen: chosen?.has(id) ?? true,
  }));
}

async function move(
  manager: EntityManager,
  moved: readonly SplitCandidate[],
  splitOf: ReadonlyMap<string, Split>,
): Promise<void> {
  for (const split of splits) {
    const ids = moved.flatMap(({ id }) => (splitOf.get(id) === split ? [id] : []));
    // In one order, so that two calls which change the same images wait for each other instead of deadlocking.
    await manager.query('SELECT FROM image WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [ids]);
    await manager.query('UPDATE image SET split = $2 WHERE id = ANY($1)', [ids, split]);
  }
}

function countsOf(split: Split, images: readonly { split: Split; label: ImageLabel }[]): SplitCounts {
  const inSplit = images.filter((image) => image.split === split);
  const count = (label: ImageLabel) => inSplit.filter((image) => image.label === label).length;
  const [normal, anomalous, unlabelled] = [count('NORMAL'), count('ANOMALOUS'), count('UNLABELLED')];
  return { split, images: inSplit.length, normal, anomalous, unlabelled };
}

function nameWarnings(images: readonly SplitCandidate[], groupBy: string | null | undefined): Problem[] {
  const strangers = groupBy ? images.filter(({ part, isChosen }) => isChosen && part === undefined) : [];
  if (strangers.length === 0) return [];
  const example = shown(strangers[0]!.filename);
  const message = `${strangers.length} names do not fit ${JSON.stringify(groupBy)}, '${example}' for one; each of these images goes alone`;
  return [{ code: 'FILENAME_INVALID', message, item: example }];
}

function tornWarnings(torn: readonly SplitCandidate[]): Problem[] {
  if (torn.length === 0) return [];
  const example = shown(torn[0]!.filename);
  const message = `${torn.length} images stay where they are, '${example}' for one: images that were not to be divided hold the same part or bytes in several splits`;
  return [{ code: 'SPLIT_LEAKAGE', message, item: example }];
}

/** What a training or an evaluation would object to. */
function splitWarnings(counts: readonly SplitCounts[], shares: SplitShares): Problem[] {
  const warn = (message: string): Problem => ({ code: 'TRAINING_DATA_INSUFFICIENT', message });
  return counts.flatMap(({ split, images, normal, anomalous }) => {
    if (shares[split] === 0) return [];
    if (images === 0) return [warn(`${split} gets no image: there are too few to divide`)];
    if (split === 'TRAIN' && normal === 0) return [warn('TRAIN holds no NORMAL image: no training could begin')];
    if (split === 'TEST' && anomalous === 0)
      return [warn('TEST holds no ANOMALOUS image: an evaluation could not tell how many defects are found')];
    return [];
  });
}
