import type { DataSource } from 'typeorm';
import type { BlobStore } from '../../files/index.js';
import { createLogger } from '../../shared/logger.js';
import { oldestOpenJob } from '../storage/openJobs.js';
import { filesInUse } from './eraseRows.js';

/** Files that are asked about at once, right before they go. */
const filesAtOnce = 20;

/** What became of files that erased images named. */
export interface RemovedFiles {
  removed: number;
  /** Files that stay until a collection takes them. */
  later: number;
  /** Those that some row names. */
  inUse: Set<string>;
}

/**
 * Removes files that no row names any more. What was stored since `began`, or since the oldest job that has not ended, stays: somebody has
 * the same bytes and may be about to name them.
 */
export async function removeFiles(
  { dataSource, blobs }: { dataSource: DataSource; blobs: BlobStore },
  files: readonly string[],
  began: Date,
): Promise<RemovedFiles> {
  // Asked before the rows are: what a job that has ended by now has stored, its rows name.
  const oldest = await oldestOpenJob(dataSource);
  const limit = oldest && oldest < began ? oldest : began;
  const done: RemovedFiles = { removed: 0, later: 0, inUse: new Set() };
  for (let at = 0; at < files.length; at += filesAtOnce) {
    const some = files.slice(at, at + filesAtOnce);
    const used = await filesInUse(dataSource.manager, some);
    for (const file of some) {
      if (used.has(file)) done.inUse.add(file);
      else if (await isRemoved(blobs, file, limit)) done.removed += 1;
      else if (await isStillThere(blobs, file)) done.later += 1;
    }
  }
  return done;
}

async function isRemoved(blobs: BlobStore, file: string, limit: Date): Promise<boolean> {
  try {
    return await blobs.remove(file, limit);
  } catch (error) {
    createLogger('erasures').warn(
      { err: error, sha256: file },
      'a file of an erased image goes with a later collection',
    );
    return false;
  }
}

/** A store that does not answer counts as one that has it. */
function isStillThere(blobs: BlobStore, file: string): Promise<boolean> {
  return blobs.has(file).catch(() => true);
}
