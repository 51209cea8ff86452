import type { DataSource } from 'typeorm';
import { CollectionReportEntity } from '../../database/entities/index.js';
import type { BlobStore } from '../../files/index.js';
import { PeriodicLook } from '../../jobs/index.js';
import { collectStorage, type Collected } from './collectStorage.js';
import { oldestOpenJob } from './openJobs.js';

/**
 * Removes by itself, every hour, what `residua collect` removes: pictures of single predictions, uploads and what failed imports
 * leave, once they are older than some hours. What came since the oldest job that has not ended stays: the job may be about to
 * refer to it.
 * @param now for tests.
 */
export function storageCollection(
  parts: { dataSource: DataSource; blobs: BlobStore },
  hours: number,
  now = () => new Date(),
): PeriodicLook<Collected> {
  return new PeriodicLook(parts.dataSource, {
    name: 'collection',
    // "bins" in ASCII.
    lock: 0x62696e73,
    pauseMilliseconds: 60 * 60_000,
    aim: 'removing what nothing refers to',
    work: async () => {
      const started = performance.now();
      const limit = await before(parts.dataSource, hours, now());
      const { uploads, blobs: files, bytes } = await collectStorage(parts, { before: limit });
      const seconds = (performance.now() - started) / 1000;
      await report(parts.dataSource, { at: now(), before: limit, seconds, uploads, files, bytes });
      return { uploads, blobs: files, bytes };
    },
    remark: ({ blobs }) => (blobs > 0 ? 'removed what nothing refers to' : undefined),
  });
}

/** Keeps what was done last. */
async function report(dataSource: DataSource, done: Omit<CollectionReportEntity, 'id'>): Promise<void> {
  await dataSource.getRepository(CollectionReportEntity).upsert({ id: 1, ...done }, ['id']);
}

async function before(dataSource: DataSource, hours: number, now: Date): Promise<Date> {
  const oldest = await oldestOpenJob(dataSource);
  const limit = now.getTime() - hours * 60 * 60_000;
  return new Date(Math.min(limit, oldest?.getTime() ?? limit));
}
