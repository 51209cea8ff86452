import { mkdir, readdir } from 'node:fs/promises';
import { blobReferences, executedMigrations, TableCopy, type BlobReference } from '../../database/index.js';
import { LocalBlobStore } from '../../files/index.js';
import { problem, ProblemError } from '../../shared/errors.js';
import { filesOf, writeManifest, type BackupManifest } from './backupManifest.js';
import { forEach, type Progress, type StorageParts } from './verifyStorage.js';

/**
 * Writes the database, as it is at one moment, and every blob it refers to into an empty folder. Nothing needs to stop.
 * A blob that is missing or corrupt is left out and named in the manifest.
 *
 * @throws ProblemError CONFLICT when the folder is not empty, STORAGE_FULL.
 */
export async function backUp(
  { dataSource, blobs }: StorageParts,
  folder: string,
  progress?: Progress,
): Promise<BackupManifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw problem('CONFLICT', `${folder} is not empty; name a folder that is, or is not there yet`);
  }
  const files = await LocalBlobStore.open(filesOf(folder));
  const migrations = await executedMigrations(dataSource);
  const { tables, references } = await TableCopy.run(dataSource, 'read', async (copy, manager) => {
    const copied = [];
    for (const table of await copy.tables()) {
      copied.push({ ...table, sha256: (await files.put(copy.read(table))).sha256 });
    }
    return { tables: copied, references: await blobReferences(manager) };
  });
  const damaged: string[] = [];
  await forEach(references, progress, async (reference) => {
    if (!(await copied(reference))) damaged.push(reference.sha256);
  });
  const kept = references.map(({ sha256 }) => sha256).filter((sha256) => !damaged.includes(sha256));
  const createdAt = new Date().toISOString();
  const manifest: BackupManifest = { format: 1, createdAt, migrations, tables, blobs: kept, damaged };
  await writeManifest(folder, manifest);
  return manifest;

  async function copied({ sha256 }: BlobReference): Promise<boolean> {
    try {
      await files.put(await blobs.open(sha256));
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.code !== 'STORAGE_FULL') return false;
      throw error;
    }
  }
}
