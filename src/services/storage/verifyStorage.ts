import type { DataSource } from 'typeorm';
import { blobReferences, type BlobReference } from '../../database/index.js';
import type { BlobStore } from '../../files/index.js';
import { ProblemError } from '../../shared/errors.js';

/** A blob that is not what its address says. */
export interface DamagedBlob extends BlobReference {
  message: string;
}

/** What is wrong with the stored files. */
export interface StorageReport {
  /** Blobs compared with their address. */
  checked: number;
  bytes: number;
  missing: BlobReference[];
  corrupt: DamagedBlob[];
  /** Blobs that no row refers to; only when asked for. */
  orphans?: { sha256: string; bytes: number; storedAt: Date }[];
}

/** Where rows and files are. */
export interface StorageParts {
  dataSource: DataSource;
  blobs: BlobStore;
}

/** Called after each of `total` items. */
export type Progress = (done: number, total: number) => void;

/** Blobs read at the same time. */
const concurrency = 4;

/**
 * Reads every blob the database refers to and compares it with its address.
 * @throws FaultError SERVICE_UNAVAILABLE when the store does not answer; damage is reported, not thrown.
 */
export async function verifyStorage(
  { dataSource, blobs }: StorageParts,
  options: { orphans?: boolean | undefined; progress?: Progress } = {},
): Promise<StorageReport> {
  const references = await blobReferences(dataSource.manager);
  const report: StorageReport = { checked: 0, bytes: 0, missing: [], corrupt: [] };
  await forEach(references, options.progress, async (reference) => {
    try {
      const { bytes } = await blobs.verify(reference.sha256);
      // Not before the waiting: others add to it meanwhile.
      report.bytes += bytes;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'NOT_FOUND') report.missing.push(reference);
      else report.corrupt.push({ ...reference, message: error.problems[0]!.message });
    }
    report.checked += 1;
  });
  if (options.orphans) report.orphans = await orphansAmong(blobs, references);
  return report;
}

/** Runs `work` for each item, a few at a time. */
export async function forEach<T>(
  items: readonly T[],
  progress: Progress | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let [next, done] = [0, 0];
  const walk = async () => {
    while (next < items.length) {
      await work(items[next++]!);
      progress?.((done += 1), items.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, walk));
}

async function orphansAmong(blobs: BlobStore, references: readonly BlobReference[]) {
  const known = new Set(references.map(({ sha256 }) => sha256));
  const orphans = [];
  for await (const blob of blobs.list()) if (!known.has(blob.sha256)) orphans.push(blob);
  return orphans;
}
