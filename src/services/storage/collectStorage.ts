import type { DataSource } from 'typeorm';
import { terminalJobStates } from '../../database/entities/index.js';
import { blobReferences } from '../../database/index.js';
import { forEach, type Progress, type StorageParts } from './verifyStorage.js';

/** What may go. */
export interface CollectOptions {
  /** Only what was stored before. */
  before: Date;
  /** Count, and remove nothing. */
  dryRun?: boolean | undefined;
  progress?: Progress;
}

/** What went. */
export interface Collected {
  /** Old uploads that were forgotten, or would be. */
  uploads: number;
  blobs: number;
  bytes: number;
}

/**
 * Removes blobs that no row refers to: what failed imports, deleted data sets and single predictions leave. Uploads from
 * before the same moment are forgotten first, unless an import that has not ended needs them: the images they became stay.
 * A blob that is stored again meanwhile is young and stays.
 */
export async function collectStorage({ dataSource, blobs }: StorageParts, options: CollectOptions): Promise<Collected> {
  const old = [];
  for await (const blob of blobs.list()) if (blob.storedAt < options.before) old.push(blob);
  const { uploads, used } = await afterForgetting(dataSource, options);
  const collected: Collected = { uploads, blobs: 0, bytes: 0 };
  const unused = old.filter(({ sha256 }) => !used.has(sha256));
  await forEach(unused, options.progress, async ({ sha256, bytes }) => {
    if (!options.dryRun && !(await blobs.remove(sha256, options.before))) return;
    collected.blobs += 1;
    collected.bytes += bytes;
  });
  return collected;
}

/** Deletes old uploads. @returns how many, and the blobs that rows then refer to; after a dry run the uploads are back. */
async function afterForgetting(dataSource: DataSource, { before, dryRun }: CollectOptions) {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    const [, uploads] = (await runner.query(forgetUploads, [before, terminalJobStates])) as [unknown, number];
    const references = await blobReferences(runner.manager);
    await (dryRun ? runner.rollbackTransaction() : runner.commitTransaction());
    return { uploads, used: new Set(references.map(({ sha256 }) => sha256)) };
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

const forgetUploads = `
  DELETE FROM upload WHERE created_at < $1 AND NOT EXISTS (
    SELECT FROM dataset_import JOIN job ON job.id = dataset_import.job_id
    WHERE dataset_import.source ->> 'uploadId' = upload.id::text AND job.state <> ALL ($2))`;
