import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, inject } from 'vitest';
import { createDataSource, migrate, startEmbeddedPostgres } from '../../src/database/index.js';

/** A database of its own for one test file. */
export interface TestDatabase {
  url: string;
  /** Connected, migrated. */
  dataSource: DataSource;
  /** Disconnects and deletes it; with RESIDUA_KEEP_TEST_DATABASES=1 it stays. */
  drop(): Promise<void>;
}

/**
 * Gives the tests of the file (or of the `describe` around the call) one fresh, migrated database. Read its members inside
 * tests and hooks only.
 */
export function useDatabase(): TestDatabase {
  let database: TestDatabase | undefined;
  const opened = (): TestDatabase => {
    if (!database) throw new Error('the database exists in tests and hooks only');
    return database;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database?.drop();
  });
  return {
    get url() {
      return opened().url;
    },
    get dataSource() {
      return opened().dataSource;
    },
    drop: () => opened().drop(),
  };
}

/** Makes a migrated database: a copy of a template that is migrated once a run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createDatabaseFrom(await templateDatabase());
  const dataSource = await createDataSource(url, { poolSize: 8 }).initialize();
  return {
    url,
    dataSource,
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await dropDatabase(url);
    },
  };
}

/** Makes a database without any table. @returns its address; delete it by {@link dropDatabase}. */
export async function createEmptyDatabase(): Promise<string> {
  return createDatabaseFrom('template0');
}

export async function dropDatabase(url: string): Promise<void> {
  if (process.env['RESIDUA_KEEP_TEST_DATABASES'] === '1') return;
  await onServer((client) => client.query(`DROP DATABASE IF EXISTS "${new URL(url).pathname.slice(1)}" WITH (FORCE)`));
}

/** Address of the server: the one of DATABASE_URL, or the run's embedded one, which does without safety for speed. */
async function serverUrl(): Promise<string> {
  return (server ??= startServer());
}
let server: Promise<string> | undefined;

async function startServer(): Promise<string> {
  const given = process.env['DATABASE_URL'];
  if (given) return given;
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
  return (await startEmbeddedPostgres(inject('databaseHome'), { settings })).url;
}

async function createDatabaseFrom(template: string): Promise<string> {
  const name = `residua_test_${inject('databaseRun')}_${randomBytes(4).toString('hex')}`;
  await onServer((client) => client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`));
  return withDatabase(await serverUrl(), name);
}

/** Name of the run's migrated template; the first caller of the run makes it, others wait. */
async function templateDatabase(): Promise<string> {
  const name = `residua_test_${inject('databaseRun')}_template`;
  await onServer(async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS "${draft}"`);
    await client.query(`CREATE DATABASE "${draft}" TEMPLATE template0`);
    const dataSource = await createDataSource(withDatabase(await serverUrl(), draft)).initialize();
    try {
      await migrate(dataSource);
    } finally {
      await dataSource.destroy();
    }
    await client.query(`ALTER DATABASE "${draft}" RENAME TO "${name}"`);
  });
  return name;
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(await serverUrl());
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}
