import { pipeline } from 'node:stream/promises';
import type { DataSource } from 'typeorm';
import { executedMigrations, migrate, migrateExactly, TableCopy } from '../../database/index.js';
import { LocalBlobStore } from '../../files/index.js';
import { problem } from '../../shared/errors.js';
import { filesOf, readManifest, type BackupManifest } from './backupManifest.js';
import { pauseDeliveries } from './pauseDeliveries.js';
import { forEach, type Progress, type StorageParts } from './verifyStorage.js';

/** How a backup is restored. */
export interface RestoreOptions {
  /** Delete what the database holds. */
  replace?: boolean | undefined;
  progress?: Progress;
}

/**
 * Puts a backup into a database and a blob store. Every file is verified before the database changes, and the database
 * changes in one transaction. A backup of an older version is brought up to this one. What tells somebody outside is paused.
 *
 * @returns what the backup says of itself, and how many webhooks and sinks were paused.
 * @throws ProblemError NOT_FOUND and CONFIG_INVALID for a folder that holds no backup or one of a newer version, CONFLICT
 *   for a database that is not empty, ARTIFACT_CORRUPT for a damaged backup, STORAGE_FULL.
 */
export async function restore(
  parts: StorageParts,
  folder: string,
  options: RestoreOptions = {},
): Promise<BackupManifest & { paused: number }> {
  const { dataSource, blobs } = parts;
  const manifest = await readManifest(folder);
  checkVersion(dataSource, manifest);
  await migrate(dataSource);
  const rows = await rowCount(dataSource);
  if (rows > 0 && !options.replace) {
    throw problem('CONFLICT', `the database is not empty (${rows} rows); restore into an empty one, or replace it`);
  }
  const files = await LocalBlobStore.open(filesOf(folder));
  for (const { sha256 } of manifest.tables) await files.verify(sha256);
  await forEach(manifest.blobs, options.progress, async (sha256) => {
    await blobs.put(await files.open(sha256));
  });
  await matchTables(dataSource, manifest, rows);
  let paused = 0;
  await TableCopy.run(dataSource, 'write', async (copy, manager) => {
    await copy.refill(manifest.tables, async () => {
      for (const table of manifest.tables) await pipeline(await files.open(table.sha256), copy.write(table));
    });
    // Together with the rows: whatever ends this process afterwards, nobody is told.
    paused += await pauseDeliveries(manager, manifest.tables);
  });
  await migrate(dataSource);
  // What later migrations made of the rows.
  paused += await pauseDeliveries(dataSource.manager);
  return { ...manifest, paused };
}

function checkVersion(dataSource: DataSource, { migrations }: BackupManifest): void {
  const known = dataSource.migrations.map(({ name }) => name);
  const strangers = migrations.filter((name, i) => known[i] !== name);
  if (strangers.length === 0) return;
  throw problem('CONFIG_INVALID', `the backup is of another version of Residua, with ${strangers.join(', ')}`);
}

/** Tables as they were when the backup was made, so that its rows fit; later migrations then bring the rows along. */
async function matchTables(dataSource: DataSource, { migrations }: BackupManifest, rows: number): Promise<void> {
  if ((await executedMigrations(dataSource)).length === migrations.length) return;
  if (rows > 0) {
    const message = 'the backup is of an older version of Residua: it can be restored into an empty database only';
    throw problem('CONFLICT', message);
  }
  await migrateExactly(dataSource, migrations);
}

/** Rows of an installation, without the project that always exists. */
async function rowCount(dataSource: DataSource): Promise<number> {
  return TableCopy.run(dataSource, 'read', async (copy) => {
    let rows = 0;
    for (const { name } of await copy.tables()) {
      const count = await copy.count(name);
      rows += name.endsWith('.project') ? Math.max(0, count - 1) : count;
    }
    return rows;
  });
}
