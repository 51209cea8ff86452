import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { v4 as uuid } from 'uuid';
import {
  createDataSource,
  executedMigrations,
  migrate,
  migrateExactly,
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

  /** A new role that may connect, as PostgreSQL makes them, on the same database. */
  async function guestOf(owner: DataSource): Promise<DataSource> {
    const role = `residua_guest_${randomBytes(4).toString('hex')}`;
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
    const { url, sources } = open.at(-1)!;
    const address = Object.assign(new URL(url), { username: role, password: 'guest' });
    const guest = await createDataSource(address.toString(), { poolSize: 3 }).initialize();
    sources.push(guest);
    return guest;
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

  it('name the rights that a role lacks, and the statements that grant them', async () => {
    const [owner] = await emptyDatabase();
    const guest = await guestOf(owner!);
    const refusal = async () => {
      const error: unknown = await migrate(guest).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      return (error as Error).message.split('run: ')[1]!;
    };
    const toMake = await refusal();
    expect(toMake).toMatch(/^GRANT USAGE, CREATE ON SCHEMA public TO \w+; GRANT CREATE ON DATABASE \w+ TO \w+;$/);
    // Somebody else made the tables: the guest may use them when it is let in.
    await migrate(owner!);
    const toUse = await refusal();
    expect(toUse).toMatch(/SCHEMA pgboss.*ALL TABLES IN SCHEMA public/);
    await owner!.query(toUse);
    expect(await migrate(guest)).toEqual([]);
  });

  it('make all tables once the grants it names were given', async () => {
    const [owner] = await emptyDatabase();
    const guest = await guestOf(owner!);
    const error = (await migrate(guest).catch((thrown: unknown) => thrown)) as Error;
    await owner!.query(error.message.split('run: ')[1]!);
    expect(await migrate(guest)).toHaveLength(migrations.length);
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
      expect.arrayContaining(['job-dataset-import', 'job-evaluation', 'job-model-export', 'job-training']),
    );
  });

  it('give jobs that wait the kinds and queues of this version, and take both back', async () => {
    const [source] = await emptyDatabase();
    await migrateExactly(source!, before('JobKinds1765000400001'));
    const ids = { import: uuid(), snapshot: uuid(), model: uuid() };
    await waitingJobs(source!, ids);
    await migrate(source!);
    const kindsAndQueues = `SELECT job.kind, entry.name AS queue, entry.state FROM job
      JOIN pgboss.job entry ON entry.data->>'jobId' = job.id::text WHERE job.id = ANY ($1) ORDER BY 1`;
    const now = () => source!.query(kindsAndQueues, [Object.values(ids)]);
    expect(await now()).toEqual([
      { kind: 'DATASET_EXPORT', queue: 'job-dataset-export', state: 'created' },
      { kind: 'DATASET_IMPORT', queue: 'job-dataset-import', state: 'created' },
      { kind: 'MODEL_EXPORT', queue: 'job-model-export', state: 'created' },
    ]);
    const queues = `SELECT name, retry_limit FROM pgboss.queue WHERE name ~ 'dataset|model' ORDER BY 1`;
    expect(await source!.query(queues)).toEqual(
      ['job-dataset-export', 'job-dataset-import', 'job-model-export', 'job-model-import'].map((name) => ({
        name,
        retry_limit: 0,
      })),
    );
    while ((await executedMigrations(source!)).includes('JobKinds1765000400001')) await revertLastMigration(source!);
    expect(await now()).toEqual([
      { kind: 'EXPORT', queue: 'job-export', state: 'created' },
      { kind: 'EXPORT', queue: 'job-export', state: 'created' },
      { kind: 'IMPORT', queue: 'job-import', state: 'created' },
    ]);
  });

  it('give each candidate of a sweep its detector, and back from there keep sweeps over one', async () => {
    const [source] = await emptyDatabase();
    await migrateExactly(source!, before('SweepsOverDetectors1765005106000'));
    const ids = { one: uuid(), several: uuid(), dataset: uuid(), snapshot: uuid() };
    const ofProject = `VALUES ($1, (SELECT id FROM project), `;
    await source!.query(`INSERT INTO dataset (id, project_id, name) ${ofProject} 'tiles')`, [ids.dataset]);
    const digest = 'a'.repeat(64);
    const snapshot = `INSERT INTO snapshot (id, dataset_id, digest, counts) VALUES ($1, $2, $3, '{}')`;
    await source!.query(snapshot, [ids.snapshot, ids.dataset, digest]);
    const columns = 'id, project_id, snapshot_id, choice, candidates, model_name, seeds, metric, budget_minutes, state';
    const insert = (id: string, choice: object, candidates: object[]) =>
      source!.query(`INSERT INTO sweep (${columns}) ${ofProject} $2, $3, $4, 'tiles', '{0}', 'PRO', 9, 'COMPLETED')`, [
        id,
        ids.snapshot,
        choice,
        JSON.stringify(candidates),
      ]);
    const detector = { id: 'patchcore', params: { coresetRatio: 0.1 } };
    const choice = { preset: null, detector, supervision: 'UNSUPERVISED' };
    await insert(ids.one, choice, [{}, { neighbours: 3 }]);
    const rows = () => source!.query('SELECT id, choice, candidates FROM sweep');
    await migrate(source!);
    const own = { detector, supervision: 'UNSUPERVISED', labels: null };
    expect(await rows()).toEqual([
      {
        id: ids.one,
        choice: { preset: null },
        candidates: [
          { ...own, changes: {} },
          { ...own, changes: { neighbours: 3 } },
        ],
      },
    ]);
    await insert(ids.several, {}, [
      { ...own, changes: {} },
      { ...own, detector: { id: 'padim' }, changes: {} },
    ]);
    while ((await executedMigrations(source!)).includes('SweepsOverDetectors1765005106000')) {
      await revertLastMigration(source!);
    }
    const candidates = [{}, { neighbours: 3 }];
    expect(await rows()).toEqual([{ id: ids.one, choice: { ...choice, labels: null }, candidates }]);
  });

  it('give stored metrics their stage, and take it back', async () => {
    const [source] = await emptyDatabase();
    await migrateExactly(source!, before('Stages1765001000002'));
    const id = uuid();
    await source!.query(`INSERT INTO job (id, kind, state) VALUES ($1, 'TRAINING', 'RUNNING')`, [id]);
    const event = `INSERT INTO job_event (job_id, seq, attempt, type, payload) VALUES ($1, $2, 1, $3, $4)`;
    const metrics = { step: 1, totalSteps: 2, metrics: [] };
    await source!.query(event, [id, 1, 'METRICS_REPORTED', { ...metrics, phase: 'training' }]);
    await source!.query(event, [id, 2, 'LOG_WRITTEN', { level: 'INFO', message: 'a phase' }]);
    const payloads = async () =>
      (await source!.query<{ payload: object }[]>('SELECT payload FROM job_event ORDER BY seq')).map(
        ({ payload }) => payload,
      );
    const line = { level: 'INFO', message: 'a phase' };
    await migrate(source!);
    expect(await payloads()).toEqual([{ ...metrics, stage: 'training' }, line]);
    while ((await executedMigrations(source!)).includes('Stages1765001000002')) await revertLastMigration(source!);
    expect(await payloads()).toEqual([{ ...metrics, phase: 'training' }, line]);
  });

  it('compose the names of images, and lose none of two that look equal', async () => {
    const [source] = await emptyDatabase();
    await migrateExactly(source!, before('ComposedNames1765000900001'));
    const [a, b] = ['\u00e9.png', '\u00fc (2).x/\u00e9'];
    const nfd = (text: string) => text.normalize('NFD');
    const sets = { one: uuid(), two: uuid() };
    // Of one set: both forms; of the other: two that were never composed, a name that is free no more, and a removed image.
    const rows = [
      [sets.one, nfd(a), 1],
      [sets.one, a, 2],
      [sets.two, nfd(b), 3],
      [sets.two, nfd(b).replace('e\u0301', '\u00e9'), 4],
      [sets.two, `${b} (2)`, 5],
      [sets.two, nfd(a), 6],
    ] as const;
    await source!.transaction(async (manager) => {
      await manager.query('SET LOCAL session_replication_role = replica');
      for (const [dataset, filename, order] of rows) {
        const id = `00000000-0000-7000-8000-00000000000${order}`;
        await manager.query(
          `INSERT INTO image (id, dataset_id, filename, sha256, bytes, width, height, split, label, removed_at)
           VALUES ($1, $2, $3, 'x', 1, 16, 16, 'TRAIN', 'NORMAL', $4)`,
          [id, dataset, filename, order === 6 ? new Date() : null],
        );
      }
    });
    await migrate(source!);
    const named = await source!.query<{ filename: string }[]>('SELECT filename FROM image ORDER BY id');
    expect(named.map(({ filename }) => filename)).toEqual(['\u00e9 (2).png', a, b, `${b} (3)`, `${b} (2)`, a]);
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

/** Names of the migrations before this one. */
function before(name: string): string[] {
  const names = migrations.map((migration) => migration.name);
  return names.slice(
    0,
    names.findIndex((one) => one.startsWith(name)),
  );
}

/** What an older version had queued: an import, an export of a data set and one of a model; and an entry long done. */
async function waitingJobs(source: DataSource, ids: { import: string; snapshot: string; model: string }) {
  await source.transaction(async (manager) => {
    // The rows that these refer to do not matter here.
    await manager.query('SET LOCAL session_replication_role = replica');
    const jobs = { [ids.import]: 'IMPORT', [ids.snapshot]: 'EXPORT', [ids.model]: 'EXPORT' };
    for (const [id, kind] of Object.entries(jobs)) {
      await manager.query(`INSERT INTO job (id, kind, state) VALUES ($1, $2, 'QUEUED')`, [id, kind]);
      const entry = [`job-${kind.toLowerCase()}`, { jobId: id }];
      await manager.query('INSERT INTO pgboss.job (name, data) VALUES ($1, $2)', entry);
    }
    await manager.query(`INSERT INTO pgboss.job (name, data, state) VALUES ('job-export', '{}', 'completed')`);
    await manager.query(`INSERT INTO dataset_export (job_id, snapshot_id, format) VALUES ($1, $1, 'coco')`, [
      ids.snapshot,
    ]);
    await manager.query(`INSERT INTO model_export (job_id, model_version_id, format) VALUES ($1, $1, 'onnx')`, [
      ids.model,
    ]);
  });
}

describe('the list of entities', () => {
  it('holds every entity that is exported', () => {
    const exported = Object.entries(exportedByEntities).flatMap(([name, value]) =>
      name.endsWith('Entity') && typeof value === 'function' ? [value] : [],
    );
    expect(new Set(entities)).toEqual(new Set(exported));
  });
});
