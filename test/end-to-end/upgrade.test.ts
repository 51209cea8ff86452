import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImageEntity } from '../../src/database/entities/index.js';
import { createDataSource, pendingMigrations } from '../../src/database/index.js';
import { LocalBlobStore } from '../../src/files/index.js';
import { filesOf, readManifest } from '../../src/services/storage/backupManifest.js';
import { createEmptyDatabase, dropDatabase, useDatabase } from '../support/database.js';
import { earlierBackup, earlierScores, fillAsBefore } from '../support/earlierInstallation.js';
import { residua, ResiduaProcesses } from '../support/residuaProcesses.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-e2e-upgrade-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What commands of one installation are told. */
const told = (home: string, databaseUrl: string) => ({
  ...{ RESIDUA_HOME: join(folder, home), DATABASE_URL: databaseUrl, RESIDUA_LOG_LEVEL: 'warn' },
});

it('a backup of an earlier release is restored into a new home, served, and predicts what it predicted', async () => {
  const url = await createEmptyDatabase();
  const environment = told('restored', url);
  const restored = await residua(['restore', earlierBackup, '--json'], environment);
  expect(restored, restored.err).toMatchObject({ code: 0 });
  expect(JSON.parse(restored.out)).toMatchObject({ blobs: (await readManifest(earlierBackup)).blobs.length });

  const processes = new ResiduaProcesses(environment);
  const dataSource = await createDataSource(url, { poolSize: 1 }).initialize();
  try {
    await processes.ready();
    const blobs = await LocalBlobStore.open(join(folder, 'restored', 'blobs'));
    const [[model, scores]] = Object.entries(await earlierScores()) as [[string, Record<string, number>]];
    const [[filename, score]] = Object.entries(scores) as [[string, number]];
    const { sha256 } = await dataSource.manager.findOneByOrFail(ImageEntity, { filename });
    const { url: server } = processes.client.address;
    const answer = await fetch(`${server}/v1/models/${model}/1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(await blobs.read(sha256)),
    });
    const prediction = (await answer.json()) as { anomalyScore: number };
    expect(prediction.anomalyScore / score, JSON.stringify(prediction)).toBeCloseTo(1, 4);
  } finally {
    await processes.stop();
    await dataSource.destroy();
    await dropDatabase(url);
  }
});

describe('an upgrade by which a model would be lost', () => {
  const database = useDatabase();
  let environment: Record<string, string>;
  const pending = () => pendingMigrations(database.dataSource);
  let before: string[];
  beforeAll(async () => {
    environment = told('lossy', database.url);
    await fillAsBefore(database.dataSource);
    // Code that nobody has any more.
    await database.dataSource.query(
      `UPDATE training_run SET detector = jsonb_set(detector, '{digest}', '"f00d"') WHERE model_name = 'padim'`,
    );
    before = await pending();
    expect(before.length).toBeGreaterThan(0);
  });

  it('is named by check-upgrade', async () => {
    const { code, out } = await residua(['check-upgrade'], environment);
    expect([code, out]).toEqual([
      1,
      expect.stringContaining('padim@1 will not: the model was made with detector padim'),
    ]);
  });

  it.each([['serve', '--no-worker', '--port', '0'], ['worker'], ['migrate']])(
    'is not made by %s, which says what to do',
    async (...args) => {
      const { code, out, err } = await residua(args, environment);
      expect([code, out]).toEqual([1, expect.stringContaining('padim@1 will not')]);
      expect(err).toContain('residua check-upgrade');
      expect(err).toContain('residua migrate --anyway');
      expect(await pending()).toEqual(before);
    },
  );

  it('is not made by commands that look after files either: a backup is of the earlier release', async () => {
    const to = join(folder, 'before-upgrade');
    const blobs = await LocalBlobStore.open(join(folder, 'lossy', 'blobs'));
    const files = await LocalBlobStore.open(filesOf(earlierBackup));
    for (const sha256 of (await readManifest(earlierBackup)).blobs) await blobs.put(await files.open(sha256));
    const backup = await residua(['backup', to], environment);
    expect(backup, backup.err).toMatchObject({ code: 0 });
    const { migrations, damaged } = await readManifest(to);
    expect([migrations, damaged]).toEqual([(await readManifest(earlierBackup)).migrations, []]);
    const collect = await residua(['collect'], environment);
    expect([collect.code, collect.err]).toEqual([1, expect.stringContaining('of an earlier release: residua migrate')]);
    expect(await pending()).toEqual(before);
  });

  it('is made by migrate --anyway', async () => {
    const { code, out } = await residua(['migrate', '--anyway'], environment);
    expect([code, out]).toEqual([0, expect.stringContaining(before.at(-1)!)]);
    expect(await pending()).toEqual([]);
    const again = await residua(['migrate'], environment);
    expect(again).toMatchObject({ code: 0, out: 'the database is up to date\n' });
  });
});

it('nothing is looked after where nothing is', async () => {
  const url = await createEmptyDatabase();
  const { code, err } = await residua(['verify'], told('empty', url));
  expect([code, err]).toEqual([1, expect.stringContaining('holds no tables of Residua')]);
  await dropDatabase(url);
});
