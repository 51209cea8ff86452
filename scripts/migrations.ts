/**
 * Checks that the migrations make the schema the entities describe, on an empty database of its own; prints the statements
 * that a new migration needs when they do not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDataSource, migrate, schemaDrift, startEmbeddedPostgres } from '../src/database/index.js';

const home = mkdtempSync(path.join(tmpdir(), 'residua-migrations-'));
const server = await startEmbeddedPostgres(home, { settings: { fsync: 'off' } });
try {
  const dataSource = await createDataSource(server.url, { poolSize: 2 }).initialize();
  const executed = await migrate(dataSource);
  const drift = await schemaDrift(dataSource);
  await dataSource.destroy();
  for (const statement of drift) console.error(`${statement};`);
  if (drift.length === 0) console.log(`${executed.length} migrations make the schema of the entities.`);
  else console.error('The migrations and the entities differ: the statements above belong into a new migration.');
  process.exitCode = drift.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  for (const folder of [home, server.folder]) rmSync(folder, { recursive: true, force: true });
}
