import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/database/embedded/embeddedPostgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Home of the run's embedded server. The first test that wants a database starts it; a run without one does not. */
    databaseHome: string;
    /** Part of the names of the run's databases, so that runs may share a server. */
    databaseRun: string;
  }
}

const run = randomBytes(4).toString('hex');
const home = path.join(os.tmpdir(), `residua-test-${run}`);

/** Hands the tests a place for their server. */
export function setup(project: TestProject): void {
  project.provide('databaseHome', home);
  project.provide('databaseRun', run);
}

/** Removes the run's server, or its databases on the server of DATABASE_URL. */
export async function teardown(): Promise<void> {
  const url = process.env['DATABASE_URL'];
  const keep = process.env['RESIDUA_KEEP_TEST_DATABASES'] === '1';
  if (url) {
    if (!keep) await dropDatabases(url);
  } else if (fs.existsSync(home)) {
    const server = await startEmbeddedPostgres(home);
    if (keep) {
      process.stderr.write(`databases of this run: ${server.url} (process ${server.pid}, folder ${home})\n`);
    } else {
      await server.stop({ force: true });
      for (const folder of [home, server.folder]) fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function dropDatabases(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname LIKE 'residua\\_test\\_' || $1 || '\\_%'`,
      [run],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
