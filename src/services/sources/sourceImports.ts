import path from 'node:path';
import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { DatasetEntity, DatasetImportEntity, SourceEntity, SourceFileEntity } from '../../database/entities/index.js';
import { shown } from '../../files/index.js';
import type { JobQueue } from '../../jobs/index.js';
import { problem, type Problem } from '../../shared/errors.js';
import type { CheckedImage } from '../imports/checkImage.js';
import { sameBytes, storeImages } from '../imports/storeImages.js';
import { giveToJob, noteEnded, type EndedFile } from './sourceFiles.js';

/** What an import of a source calls its layout: that of no other import. */
export const sourceFormat = 'source';

/** What was found of one file of an import. */
export interface ReadFile {
  file: SourceFileEntity;
  /** GONE: it is not there any more; CHANGED: it is not what was seen; KNOWN: the data set has its bytes, so nobody need decode them. */
  outcome: CheckedImage | Problem[] | 'GONE' | 'CHANGED' | 'KNOWN';
}

/** What an import of a source came to. */
export interface SourceBatch {
  /** Those that are new. */
  taken: CheckedImage[];
  known: number;
  problems: Problem[];
}

/** Queues the import of the next files of a source, where some are ready. @returns whether there are any. */
export async function startBatch(
  manager: EntityManager,
  queue: Pick<JobQueue, 'enqueue'>,
  { id, projectId, datasetId }: Pick<SourceEntity, 'id' | 'projectId' | 'datasetId'>,
): Promise<boolean> {
  const jobId = uuid();
  if ((await giveToJob(manager, id, jobId)) === 0) return false;
  await queue.enqueue(manager, { id: jobId, kind: 'DATASET_IMPORT', projectId });
  await manager.insert(DatasetImportEntity, {
    ...{ jobId, datasetId, format: sourceFormat, source: { sourceId: id }, dryRun: false },
    options: { onProblem: 'SKIP', existing: 'SKIP' },
  });
  await manager.update(SourceEntity, { id }, { jobId });
  return true;
}

/** The same for whoever has looked at it, unless it was changed, paused or taken over since, or has another import. */
export async function startBatchIfHeld(
  manager: EntityManager,
  queue: Pick<JobQueue, 'enqueue'>,
  source: Pick<SourceEntity, 'id' | 'projectId' | 'datasetId' | 'jobId'>,
  leaseToken: string,
): Promise<boolean> {
  const held = await manager.query<object[]>(
    `SELECT FROM source WHERE id = $1 AND lease_token = $2 AND paused_at IS NULL AND job_id IS NOT DISTINCT FROM $3
     FOR NO KEY UPDATE`,
    [source.id, leaseToken, source.jobId],
  );
  return held.length > 0 && startBatch(manager, queue, source);
}

/** The files that an import has to do, in their order. */
export function filesOf(manager: EntityManager, jobId: string): Promise<SourceFileEntity[]> {
  return manager.find(SourceFileEntity, { where: { jobId }, order: { number: 'ASC' } });
}

/**
 * Adds what was read to the data set, each picture once by its bytes, and notes what became of each file. Part of the transaction that
 * completes the job.
 * @throws ProblemError NOT_FOUND when the data set was removed meanwhile.
 */
export async function finishBatch(
  manager: EntityManager,
  { datasetId }: DatasetImportEntity,
  sourceId: string,
  read: readonly ReadFile[],
): Promise<SourceBatch> {
  // Two sources of one data set must not both find that a picture is new.
  const lock = { mode: 'for_no_key_update' } as const;
  const dataset = await manager.findOne(DatasetEntity, { where: { id: datasetId }, lock });
  if (!dataset) throw problem('NOT_FOUND', 'the data set was removed while its images were read', { item: datasetId });
  const good = read.flatMap(({ outcome }) => (typeof outcome === 'object' && !Array.isArray(outcome) ? [outcome] : []));
  const there = new Set((await sameBytes(manager, datasetId, good)).map(({ sha256 }) => sha256));
  const fresh: CheckedImage[] = [];
  const ended = read.map(({ file: { key, stamp }, outcome }): EndedFile => {
    if (typeof outcome === 'string') return { key, stamp, state: outcome, problem: null };
    if (Array.isArray(outcome)) return { key, stamp, state: 'REFUSED', problem: outcome[0] ?? null };
    if (there.has(outcome.sha256)) return { key, stamp, state: 'KNOWN', problem: null };
    there.add(outcome.sha256);
    fresh.push(outcome);
    return { key, stamp, state: 'TAKEN', problem: null };
  });
  if (fresh.length > 0) await storeImages(manager, datasetId, await withFreeNames(manager, datasetId, fresh));
  await noteEnded(manager, sourceId, ended);
  const known = ended.filter(({ state }) => state === 'KNOWN').length;
  return { taken: fresh, known, problems: ended.flatMap(({ problem: one }) => one ?? []) };
}

/** A camera that writes `latest.png` again and again makes an image each time: `latest-<first digits of its sha256>.png`. */
async function withFreeNames(
  manager: EntityManager,
  datasetId: string,
  images: readonly CheckedImage[],
): Promise<CheckedImage[]> {
  const rows = await manager.query<{ filename: string }[]>(
    'SELECT filename FROM image WHERE dataset_id = $1 AND removed_at IS NULL AND filename = ANY($2)',
    [datasetId, images.map(({ filename }) => filename)],
  );
  const taken = new Set(rows.map(({ filename }) => filename));
  return images.map((image) => {
    const filename = taken.has(image.filename) ? named(image) : image.filename;
    taken.add(filename);
    return { ...image, filename };
  });
}

function named({ filename, sha256 }: CheckedImage): string {
  const { dir, name, ext } = path.posix.parse(filename);
  return path.posix.join(dir, `${name}-${sha256.slice(0, 16)}${ext}`);
}

/** The same in words, for the log of the job. */
export function batchInWords({ taken, known, problems }: SourceBatch): string {
  const refused = problems.length > 0 ? `, refused ${problems.length}: ${shown(problems[0]!.message)}` : '';
  return `took ${taken.length} images, knew ${known}${refused}`;
}
