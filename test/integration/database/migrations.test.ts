import { afterEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import {
  createDataSource,
  migrate,
  pendingMigrations,
  revertLastMigration,
  schemaDrift,
} from '../../../src/database/index.js';
import { entities } from '../../../src/database/dataSource.js';
import * as exportedByEntities from '../../../src/database/entities/index.js';
import { migrations } from '../../../migrations/index.js';
import { createEmptyDatabase, dropDatabase } from '../../support/database.js';

describe('migrations', () => {
  const open: { url: string; sources: DataSource[] }[] = [];

  async function emptyDatabase(connections = 1): Promise<DataSource[]> {
    const url = await createEmptyDatabase();
    const sources = Array.from({ length: connections }, () => createDataSource(url, { poolSize: 3 }));
    open.push({ url, sources });
    await Promise.all(sources.map((source) => source.initialize()));
    return sources;
  }

  afterEach(async () => {
    for (const { url, sources } of open.splice(0)) {
      await Promise.all(sources.map((source) => source.destroy()));
      await dropDatabase(url);
    }
  });

  const tables = async (source: DataSource): Promise<string[]> => {
    const rows = await source.query<{ tablename: string }[]>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    return rows.map((row) => row.tablename);
  };

  it('make an empty database equal to the entities', async () => {
    const [source] = await emptyDatabase();
    expect(await pendingMigrations(source!)).toEqual(migrations.map((migration) => migration.name));
    expect(await schemaDrift(source!)).not.toEqual([]);
    expect(await migrate(source!)).toEqual(migrations.map((migration) => migration.name));
    expect(await schemaDrift(source!)).toEqual([]);
    expect(await pendingMigrations(source!)).toEqual([]);
  });

  it('make the project named default', async () => {
    const [source] = await emptyDatabase();
    await migrate(source!);
    await migrate(source!);
    expect(await source!.query('SELECT name FROM project')).toEqual([{ name: 'default' }]);
  });

  it('can all be taken back, newest first, and executed again', async () => {
    const [source] = await emptyDatabase();
    await migrate(source!);
    for (let count = 0; count < migrations.length; count++) await revertLastMigration(source!);
    expect(await tables(source!)).toEqual(['migrations']);
    await migrate(source!);
    expect(await schemaDrift(source!)).toEqual([]);
  });

  it('are executed once when several processes migrate at once', async () => {
    const sources = await emptyDatabase(4);
    const executed = await Promise.all(sources.map((source) => migrate(source)));
    expect(executed.flat()).toEqual(migrations.map((migration) => migration.name));
    expect(await sources[0]!.query('SELECT count(*)::int AS projects FROM project')).toEqual([{ projects: 1 }]);
  });

  it('make the queues, too', async () => {
    const [source] = await emptyDatabase();
    await migrate(source!);
    const queues = await source!.query<{ name: string }[]>('SELECT name FROM pgboss.queue ORDER BY 1');
    expect(queues.map((queue) => queue.name)).toEqual(
      expect.arrayContaining(['job-evaluation', 'job-export', 'job-import', 'job-training']),
    );
  });

  it('leave no trace of one that fails half-way', async () => {
    const [source] = await emptyDatabase();
    await source!.query('CREATE TABLE upload (id integer)');
    await expect(migrate(source!)).rejects.toThrow(/"upload" already exists/);
    expect(await tables(source!)).toEqual(['migrations', 'upload']);
    await source!.query('DROP TABLE upload');
    expect(await migrate(source!)).toEqual(migrations.map((migration) => migration.name));
  });

  it('drift names what is missing and what belongs to no entity', async () => {
    const [source] = await emptyDatabase();
    await migrate(source!);
    await source!.query('ALTER TABLE job DROP COLUMN progress');
    await source!.query('CREATE TABLE left_over (id integer)');
    const drift = await schemaDrift(source!);
    expect(drift).toEqual([
      expect.stringContaining('ALTER TABLE "job" ADD "progress"'),
      '-- table "left_over" belongs to no entity',
    ]);
  });
});

describe('the list of entities', () => {
  it('holds every entity that is exported', () => {
    const exported = Object.entries(exportedByEntities).flatMap(([name, value]) =>
      name.endsWith('Entity') && typeof value === 'function' ? [value] : [],
    );
    expect(new Set(entities)).toEqual(new Set(exported));
  });
});
