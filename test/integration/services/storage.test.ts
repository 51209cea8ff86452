import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4 as uuid } from 'uuid';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { DatasetEntity, SinkEntity, type SnapshotEntity } from '../../../src/database/entities/index.js';
import { blobColumns, createDataSource, migrate, revertLastMigration } from '../../../src/database/index.js';
import { LocalBlobStore } from '../../../src/files/index.js';
import { SnapshotsService } from '../../../src/services/snapshots.service.js';
import { backUp } from '../../../src/services/storage/backup.js';
import { collectStorage } from '../../../src/services/storage/collectStorage.js';
import { storageCollection } from '../../../src/services/storage/storageCollection.js';
import { restore } from '../../../src/services/storage/restore.js';
import { verifyStorage } from '../../../src/services/storage/verifyStorage.js';
import { createEmptyDatabase, dropDatabase } from '../../support/database.js';
import { problemOf } from '../../unit/files/problems.js';
import { category, useImports, zipped } from '../imports/importSetting.js';

const setting = useImports();
let folder: string;
let snapshot: SnapshotEntity;
let datasetId: string;

const artifact = Buffer.from('weights and a memory bank');
const addressOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pathOf = (sha256: string) => join(setting.blobFolder, sha256.slice(0, 2), sha256);
const parts = () => ({ dataSource: setting.dataSource, blobs: setting.blobs });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-storage-'));
  ({ id: datasetId } = await setting.dataset());
  const upload = await setting.upload('tiles.zip', zipped(await category()));
  const { job } = await setting.import({ datasetId, uploadId: upload.id });
  expect(job).toMatchObject({ state: 'COMPLETED' });
  snapshot = await new SnapshotsService(setting.dataSource, setting.datasets).create(everything, { datasetId });
  await addModelVersion();
});
afterAll(() => rm(folder, { recursive: true }));

/** Rows that refer to each other in a circle: a run that starts from the version it made would be the shortest. */
async function addModelVersion(): Promise<void> {
  const { sha256, bytes } = await setting.blobs.put(artifact);
  const [job, model, version] = [uuid(), uuid(), uuid()];
  const run = (text: string, values: unknown[]) => setting.dataSource.query(text, values);
  await run(`INSERT INTO job (id, kind, state, project_id) SELECT $1, 'TRAINING', 'COMPLETED', id FROM project`, [job]);
  await run(
    `INSERT INTO training_run (job_id, snapshot_id, model_name, supervision, seed, detector, feature_extractor, augmentations, settings)
     VALUES ($1, $2, 'tiles', 'UNSUPERVISED', 1, '{}', '{}', '[]', '{"note": "tab\\t and \\\\ backslash"}')`,
    [job, snapshot.id],
  );
  await run(`INSERT INTO model (id, name, project_id) SELECT $1, 'tiles', id FROM project`, [model]);
  await run(
    `INSERT INTO model_version (id, model_id, version, training_run_id, snapshot_id, supervision, artifact_sha256, artifact_bytes, threshold_policy)
     VALUES ($1, $2, 1, $3, $4, 'UNSUPERVISED', $5, $6, '{}')`,
    [version, model, job, snapshot.id, sha256, bytes],
  );
  await run(`UPDATE training_run SET from_model_version_id = $1 WHERE job_id = $2`, [version, job]);
}

/** Every row of every table that is backed up, as text, so that nothing can differ unseen. Which workers live is no data. */
async function contents(dataSource: DataSource): Promise<Record<string, string>> {
  const names = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const tables = names.filter((name) => name !== 'worker').sort();
  const found: Record<string, string> = {};
  for (const table of tables) {
    const [row] = await dataSource.query<{ rows: string }[]>(
      `SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS rows FROM "${table}" AS t`,
    );
    found[table] = row!.rows;
  }
  return found;
}

describe('the columns that hold addresses of blobs', () => {
  /** Digests of something that is not stored. */
  const otherDigests = [
    ...['job.input_digest', 'snapshot.digest', 'audit_seal.digest', 'logged_prediction.question_digest'],
    // Of secrets.
    ...[
      'access_token.secret_digest',
      'access_token.earlier_digest',
      'session.secret_digest',
      'oidc_attempt.browser_digest',
    ],
    ...['invitation.code_digest', 'device_login.device_digest', 'device_login.user_digest', 'password.hash'],
  ];

  it('are all known: whoever adds a digest says which kind it is', () => {
    const known = blobColumns(setting.dataSource).map(({ table, column }) => `${table}.${column}`);
    expect(known).toEqual(expect.arrayContaining(['image.sha256', 'model_version.artifact_sha256', 'upload.sha256']));
    const digests = setting.dataSource.entityMetadatas
      .flatMap(({ tableName, columns }) => columns.map(({ databaseName }) => `${tableName}.${databaseName}`))
      .filter((name) => /sha(?!re|dow)|digest|blob|hash/.test(name));
    expect(digests.filter((name) => !known.includes(name) && !otherDigests.includes(name))).toEqual([]);
  });
});

describe('verifying', () => {
  it('reads every blob that a row refers to', async () => {
    const steps: number[] = [];
    const report = await verifyStorage(parts(), { orphans: true, progress: (done) => steps.push(done) });
    // Seven images, the zip they came in, and the artifact.
    expect(report).toMatchObject({ checked: 16, missing: [], corrupt: [], orphans: [] });
    expect(steps).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    let bytes = 0;
    for await (const blob of setting.blobs.list()) bytes += blob.bytes;
    expect(report.bytes).toBe(bytes);
  });

  it('names what is missing, what has one flipped bit, and what nothing refers to', async () => {
    const sha256 = addressOf(artifact);
    const { sha256: orphan } = await setting.blobs.put(Buffer.from('left by a failed import'));
    const [image] = await setting.dataSource.query<{ id: string; sha256: string }[]>('SELECT id, sha256 FROM image');
    const bytes = await readFile(pathOf(image!.sha256));
    await rm(pathOf(image!.sha256));
    const flipped = Buffer.from(artifact);
    flipped[7]! ^= 1;
    await writeFile(pathOf(sha256), flipped);
    const report = await verifyStorage(parts(), { orphans: true });
    expect(report.missing).toEqual([{ sha256: image!.sha256, usedBy: [`image ${image!.id}`] }]);
    expect(report.corrupt).toMatchObject([{ sha256, usedBy: [expect.stringMatching(/^model_version /)] }]);
    expect(report.corrupt[0]!.message).toContain(addressOf(flipped));
    expect(report.orphans).toMatchObject([{ sha256: orphan }]);
    await Promise.all([bytes, artifact].map((content) => setting.blobs.put(content)));
    await setting.blobs.remove(orphan);
  });
});

describe('a backup', () => {
  let url: string;
  let empty: DataSource;
  beforeAll(async () => {
    url = await createEmptyDatabase();
    empty = await createDataSource(url, { poolSize: 3 }).initialize();
  });
  afterAll(async () => {
    await empty.destroy();
    await dropDatabase(url);
  });

  it('comes back in an empty database and folder: every row, every blob, the same snapshot', async () => {
    const made = await backUp(parts(), join(folder, 'monday'));
    expect(made).toMatchObject({ damaged: [], blobs: { length: 16 } });
    const blobs = await LocalBlobStore.open(join(folder, 'restored'));
    await restore({ dataSource: empty, blobs }, join(folder, 'monday'));
    expect(await contents(empty)).toEqual(await contents(setting.dataSource));
    expect(await verifyStorage({ dataSource: empty, blobs })).toMatchObject({ checked: 16, missing: [], corrupt: [] });
    const again = await new SnapshotsService(empty, setting.datasets).create(everything, { datasetId, tag: 'again' });
    expect(again.digest).toBe(snapshot.digest);
    expect(await setting.dataSource.query('SELECT name FROM worker')).toHaveLength(1);
    expect(await empty.query('SELECT name FROM worker')).toEqual([]);
    await expect(empty.query('DELETE FROM dataset')).rejects.toThrow(/violates/);
  });

  it('is put over data only when that is asked for', async () => {
    const target = { dataSource: empty, blobs: await LocalBlobStore.open(join(folder, 'restored')) };
    await empty.query(`INSERT INTO project (id, name) VALUES (gen_random_uuid(), 'to be replaced')`);
    expect(await problemOf(restore(target, join(folder, 'monday')))).toMatchObject({ code: 'CONFLICT' });
    await restore(target, join(folder, 'monday'), { replace: true });
    expect(await contents(empty)).toEqual(await contents(setting.dataSource));
  });

  it('that is damaged, incomplete or of another version changes nothing', async () => {
    const target = { dataSource: empty, blobs: await LocalBlobStore.open(join(folder, 'restored')) };
    const before = await contents(empty);
    expect(await problemOf(restore(target, folder, { replace: true }))).toMatchObject({ code: 'NOT_FOUND' });
    const manifest = join(folder, 'monday', 'residua-backup.json');
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace('InitialSchema', 'FutureSchema'));
    const newer = await problemOf(restore(target, join(folder, 'monday'), { replace: true }));
    expect(newer).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(newer.message).toContain('FutureSchema');
    await writeFile(manifest, text);
    const { tables } = JSON.parse(text) as { tables: { name: string; sha256: string }[] };
    const { sha256 } = tables.find(({ name }) => name === 'public.image')!;
    const table = join(folder, 'monday', 'blobs', sha256.slice(0, 2), sha256);
    const rows = await readFile(table);
    await writeFile(table, rows.subarray(1));
    const damaged = await problemOf(restore(target, join(folder, 'monday'), { replace: true }));
    expect(damaged).toMatchObject({ code: 'ARTIFACT_CORRUPT' });
    await writeFile(table, rows);
    expect(await contents(empty)).toEqual(before);
  });

  it('is not written over anything, and says what it could not read', async () => {
    expect(await problemOf(backUp(parts(), join(folder, 'monday')))).toMatchObject({ code: 'CONFLICT' });
    await rm(pathOf(addressOf(artifact)));
    const made = await backUp(parts(), join(folder, 'tuesday'));
    expect(made).toMatchObject({ damaged: [addressOf(artifact)], blobs: { length: 15 } });
    await setting.blobs.put(artifact);
  });

  it('of an older version is brought up to this one', async () => {
    const oldUrl = await createEmptyDatabase();
    const old = await createDataSource(oldUrl, { poolSize: 3 }).initialize();
    await migrate(old);
    await revertLastMigration(old);
    // By this version, before it migrates: tables of any age.
    for (let i = 0; i < 8; i++) await revertLastMigration(old);
    await old.query(`INSERT INTO project (id, name) VALUES (gen_random_uuid(), 'of long ago')`);
    await backUp({ dataSource: old, blobs: setting.blobs }, join(folder, 'old'));
    await old.destroy();
    await dropDatabase(oldUrl);
    const newUrl = await createEmptyDatabase();
    const fresh = await createDataSource(newUrl, { poolSize: 3 }).initialize();
    await restore({ dataSource: fresh, blobs: setting.blobs }, join(folder, 'old'));
    expect(await fresh.query(`SELECT name FROM project ORDER BY 1`)).toEqual([
      { name: 'default' },
      { name: 'of long ago' },
    ]);
    expect(await migrate(fresh)).toEqual([]);
    await fresh.destroy();
    await dropDatabase(newUrl);
  });

  it('tells nobody outside until somebody says so', async () => {
    const { manager } = setting.dataSource;
    const { projectId } = await manager.findOneByOrFail(DatasetEntity, { id: datasetId });
    const target = { projectId, name: 'line', lastSeq: 0 };
    await manager.insert(SinkEntity, {
      ...target,
      id: uuid(),
      plugin: 'folder',
      params: {},
      secret: null,
      stations: null,
      heartbeatSeconds: 5,
    });
    await backUp(parts(), join(folder, 'with a sink'));
    const blobs = await LocalBlobStore.open(join(folder, 'restored'));
    expect(await restore({ dataSource: empty, blobs }, join(folder, 'with a sink'), { replace: true })).toMatchObject({
      paused: 1,
    });
    const { pausedAt, pauseReason } = await empty.manager.findOneByOrFail(SinkEntity, { name: 'line' });
    expect(pausedAt).not.toBeNull();
    expect(pauseReason).toContain('restored from a backup');
    // Together with the rows: a process that dies in between leaves nothing that speaks.
    const [sink] = await empty.query<{ xmin: string }[]>('SELECT xmin::text FROM sink');
    expect(await empty.query('SELECT xmin::text FROM dataset LIMIT 1')).toEqual([sink]);
    expect(await manager.find(SinkEntity)).toMatchObject([{ name: 'line', pausedAt: null }]);
    await manager.delete(SinkEntity, { name: 'line' });
  });
});

describe('collecting', () => {
  const day = 24 * 60 * 60 * 1000;
  const before = () => new Date(Date.now() - 7 * day);
  const age = (sha256: string) => utimes(pathOf(sha256), new Date(0), new Date(0));

  it('removes what nothing refers to and is old, and nothing else; a dry run only counts', async () => {
    const [old, young] = [Buffer.from('left long ago'), Buffer.from('left just now')];
    for (const bytes of [old, young]) await setting.blobs.put(bytes);
    await age(addressOf(old));
    await age(addressOf(artifact));
    const found = { uploads: 0, blobs: 1, bytes: old.length };
    expect(await collectStorage(parts(), { before: before(), dryRun: true })).toEqual(found);
    expect(await setting.blobs.has(addressOf(old))).toBe(true);
    expect(await collectStorage(parts(), { before: before() })).toEqual(found);
    expect(await setting.blobs.has(addressOf(old))).toBe(false);
    expect(await setting.blobs.has(addressOf(young))).toBe(true);
    expect(await setting.blobs.has(addressOf(artifact))).toBe(true);
  });

  it('keeps a file of weights as long as a run lists it, and a verification reads it', async () => {
    const { sha256, bytes } = await setting.blobs.put(Buffer.from('weights of a backbone'));
    await age(sha256);
    const list = (files: object[]) =>
      setting.dataSource.query('UPDATE training_run SET model_files = $1', [JSON.stringify(files)]);
    await list([{ source: 'backbone.onnx', sha256, bytes }]);
    expect(await collectStorage(parts(), { before: before() })).toMatchObject({ blobs: 0 });
    await rm(pathOf(sha256));
    const [missing] = (await verifyStorage(parts())).missing;
    expect(missing).toMatchObject({ sha256, usedBy: [expect.stringMatching(/^training_run /)] });
    await setting.blobs.put(Buffer.from('weights of a backbone'));
    await age(sha256);
    await list([]);
    expect(await collectStorage(parts(), { before: before() })).toMatchObject({ blobs: 1 });
  });

  it('keeps what is stored again', async () => {
    const bytes = Buffer.from('stored twice');
    await setting.blobs.put(bytes);
    await age(addressOf(bytes));
    await setting.blobs.put(bytes);
    expect(await collectStorage(parts(), { before: before() })).toMatchObject({ blobs: 0 });
    expect(await setting.blobs.has(addressOf(bytes))).toBe(true);
  });

  it('forgets uploads of long ago, unless an import still needs them', async () => {
    const needed = await setting.upload('later.zip', zipped({ 'a.txt': Buffer.from('later') }));
    const job = uuid();
    await setting.dataSource.query(
      `INSERT INTO job (id, kind, state, project_id) SELECT $1, 'DATASET_IMPORT', 'QUEUED', id FROM project`,
      [job],
    );
    await setting.dataSource.query(
      `INSERT INTO dataset_import (job_id, dataset_id, format, source, dry_run) VALUES ($1, $2, 'mvtec', $3, false)`,
      [job, datasetId, { uploadId: needed.id }],
    );
    await setting.dataSource.query(`UPDATE upload SET created_at = '2020-01-01'`);
    const uploads = await setting.dataSource.query<{ sha256: string }[]>('SELECT sha256 FROM upload');
    for (const { sha256 } of uploads) await age(sha256);
    expect(await collectStorage(parts(), { before: before(), dryRun: true })).toMatchObject({ uploads: 1, blobs: 1 });
    expect(await setting.dataSource.query('SELECT FROM upload')).toHaveLength(2);
    expect(await collectStorage(parts(), { before: before() })).toMatchObject({ uploads: 1, blobs: 1 });
    expect(await setting.blobs.has(needed.sha256)).toBe(true);
    expect(await verifyStorage(parts())).toMatchObject({ missing: [], corrupt: [] });
  });

  it('goes by itself after some hours, but not what came since the oldest job that has not ended', async () => {
    const day = new Date(Date.now() + 25 * 60 * 60_000);
    const bytes = Buffer.from('map of a single prediction');
    const { sha256 } = await setting.blobs.put(bytes);
    let now = new Date();
    const collection = storageCollection(parts(), 24, () => now);
    expect(await collection.now()).toMatchObject({ blobs: 0 });
    now = day;
    const job = uuid();
    await setting.dataSource.query(
      `INSERT INTO job (id, kind, state, project_id) SELECT $1, 'TRAINING', 'RUNNING', id FROM project`,
      [job],
    );
    await setting.dataSource.query(`UPDATE job SET created_at = now() - interval '1 hour' WHERE id = $1`, [job]);
    await collection.now();
    expect(await setting.blobs.has(sha256)).toBe(true);
    await setting.dataSource.query(`DELETE FROM job WHERE state IN ('QUEUED', 'RUNNING')`);
    await collection.now();
    expect(await setting.blobs.has(sha256)).toBe(false);
    expect(await verifyStorage(parts())).toMatchObject({ missing: [] });
  });
});
