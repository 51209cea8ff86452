import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import { migrateExactly, TableCopy } from '../../src/database/index.js';
import { LocalBlobStore } from '../../src/files/index.js';
import { filesOf, readManifest } from '../../src/services/storage/backupManifest.js';

/** The backup of an installation of an earlier release, see `test/fixtures/installations`. */
export const earlierBackup = fileURLToPath(new URL('../fixtures/installations/19d7f31', import.meta.url));

/** What its models predicted then: scores by file name, by model. */
export async function earlierScores(): Promise<Record<string, Record<string, number>>> {
  const text = await readFile(path.join(earlierBackup, 'scores.json'), 'utf8');
  return JSON.parse(text) as Record<string, Record<string, number>>;
}

/** Makes the database what it was when that release was stopped. */
export async function fillAsBefore(dataSource: DataSource): Promise<void> {
  const { tables, migrations } = await readManifest(earlierBackup);
  await migrateExactly(dataSource, migrations);
  const files = await LocalBlobStore.open(filesOf(earlierBackup));
  await TableCopy.run(dataSource, 'write', (copy) =>
    copy.refill(tables, async () => {
      for (const table of tables) await pipeline(await files.open(table.sha256), copy.write(table));
    }),
  );
}
