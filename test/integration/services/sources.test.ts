import { appendFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInPlugins } from '../../../plugins/index.js';
import { everything } from '../../../src/access/index.js';
import { type JobEntity, SourceEntity, type SourceFileEntity } from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { s3Client } from '../../../src/files/s3Client.js';
import { defineSource, z, type SourceConnection } from '../../../src/plugin-api/index.js';
import { PluginRegistry } from '../../../src/plugin-host/index.js';
import type { NewSource } from '../../../src/services/sources.service.js';
import { SourceConnections } from '../../../src/services/sources/sourceConnections.js';
import { SourceDispatcher } from '../../../src/services/sources/sourceDispatcher.js';
import { startBatchIfHeld } from '../../../src/services/sources/sourceImports.js';
import { useDatabase } from '../../support/database.js';
import { Installation, surface } from '../../support/installation.js';
import { useS3Server } from '../../support/s3Server.js';

const database = useDatabase();
const s3 = useS3Server();
let installation: Installation;
let root: string;
let folder: string;
let datasetId = '';
let client: S3Client;
const dispatchers: SourceDispatcher[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'residua-sources-'));
  installation = await Installation.open(database.url, {
    ...{ RESIDUA_IMPORT_ROOTS: root, RESIDUA_S3_ENDPOINT: s3.endpoint, RESIDUA_IMPORT_BUCKETS: 's3://camera/line-3' },
  });
  client = s3Client(await s3.settings());
  await client.send(new CreateBucketCommand({ Bucket: 'camera' }));
}, 120_000);
afterAll(async () => {
  client.destroy();
  await installation.stop();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  folder = join(root, uuid());
  await mkdir(folder);
  datasetId = (await installation.services.datasets.create(everything, { name: uuid() })).id;
});
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  await database.dataSource.query('DELETE FROM source');
});

/** @param deadline milliseconds. */
function dispatch(connections: Pick<SourceConnections, 'open'> = installation.parts.sources, deadline?: number) {
  const { dataSource, queue } = installation.runtime;
  const dispatcher = new SourceDispatcher(dataSource, queue, connections, deadline);
  dispatchers.push(dispatcher);
  dispatcher.start();
  return dispatcher;
}

const inFolder = (path = folder) => ({ id: 'folder', params: { path } });

function newSource(change: Partial<NewSource> = {}): Promise<SourceEntity> {
  const given = { datasetId, name: 'line 3', plugin: inFolder(), everySeconds: 1, ...change };
  return installation.services.sources.create(everything, given);
}

const image = (seed: number) => encodePng(surface(seed, false, 32));

async function put(name: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), bytes);
}

const soon = { interval: 50, timeout: 60_000 };

/** Waits until so many files have each state. */
async function counted(id: string, counts: Partial<Record<'WAITING' | 'TAKEN' | 'KNOWN' | 'REFUSED', number>>) {
  await expect.poll(() => installation.services.sources.counts(id), soon).toMatchObject({ WAITING: 0, ...counts });
}

async function filenames(): Promise<string[]> {
  const { nodes } = await installation.services.images.page(everything, datasetId, {}, { first: 200 });
  return nodes.map(({ filename }) => filename).toSorted();
}

function row(id: string): Promise<SourceEntity> {
  return database.dataSource.getRepository(SourceEntity).findOneByOrFail({ id });
}

function files(id: string): Promise<SourceFileEntity[]> {
  return database.dataSource.query('SELECT * FROM source_file WHERE source_id = $1 ORDER BY number', [id]);
}

function jobs(): Promise<JobEntity[]> {
  return database.dataSource.query(
    'SELECT job.* FROM job JOIN dataset_import made ON made.job_id = job.id WHERE made.dataset_id = $1 ORDER BY job.id',
    [datasetId],
  );
}

async function inTrouble(id: string, words: RegExp): Promise<void> {
  await expect.poll(async () => (await row(id)).trouble ?? '', soon).toMatch(words);
}

describe('a watched folder', { timeout: 120_000 }, () => {
  it('gives its images to the data set, those that come later too, and nothing else', async () => {
    await put('a.png', await image(1));
    await put('shift 2/b.png', await image(2));
    await put('c.png.tmp', await image(3));
    await put('.d.png', await image(4));
    await put('notes.txt', 'no image');
    const source = await newSource({ split: 'TEST', label: 'NORMAL' });
    dispatch();
    await counted(source.id, { TAKEN: 2 });
    await put('e.png', await image(5));
    await counted(source.id, { TAKEN: 3 });
    expect(await filenames()).toEqual(['a.png', 'e.png', 'shift 2/b.png']);
    const { nodes } = await installation.services.images.page(everything, datasetId, {}, {});
    expect(nodes.every(({ split, label }) => split === 'TEST' && label === 'NORMAL')).toBe(true);
    await expect.poll(async () => installation.services.sources.stateOf(await row(source.id)), soon).toBe('WATCHING');
    const changes = await installation.services.projectChanges.page(
      everything,
      source.projectId,
      ['SOURCE_CREATED', 'IMAGES_ADDED'],
      { last: 3 },
    );
    expect(changes.nodes.map(({ kind, count }) => [kind, count])).toEqual([
      ['SOURCE_CREATED', 1],
      ['IMAGES_ADDED', 2],
      ['IMAGES_ADDED', 1],
    ]);
  });

  it('takes a file when nobody writes on it any more', async () => {
    const bytes = await image(6);
    await put('growing.png', bytes.subarray(0, 40));
    const source = await newSource();
    let at = 40;
    const writing = setInterval(() => {
      if (at < bytes.length - 1) void appendFile(join(folder, 'growing.png'), bytes.subarray(at, ++at));
    }, 100);
    dispatch();
    // Seen several times, and each time it was another file.
    await expect.poll(async () => Number((await files(source.id))[0]?.bytes ?? 0), soon).toBeGreaterThan(50);
    expect((await files(source.id))[0]).toMatchObject({ state: 'WAITING' });
    clearInterval(writing);
    await put('growing.png', bytes);
    await counted(source.id, { TAKEN: 1 });
    expect(await jobs()).toHaveLength(1);
  });

  it('tells what is wrong with single files, and takes the others; one that is mended is taken, too', async () => {
    const bytes = await image(7);
    await put('page.png', '<!doctype html><html><body>No image here</body></html>');
    await put('empty.png', '');
    await put('cut.png', bytes.subarray(0, bytes.length >> 1));
    await put('good.png', await image(8));
    const source = await newSource();
    dispatch();
    await counted(source.id, { TAKEN: 1, REFUSED: 3 });
    const { nodes } = await installation.services.sources.refused(everything, source.id, { first: 10 });
    const codes = Object.fromEntries(nodes.map(({ key, problem }) => [key, problem?.code]));
    expect(codes).toEqual({
      ...{ 'page.png': 'IMAGE_FORMAT_UNSUPPORTED', 'empty.png': 'IMAGE_EMPTY', 'cut.png': 'IMAGE_CORRUPT' },
    });
    expect((await jobs()).map(({ state }) => state)).toEqual(['COMPLETED']);
    // Whoever copied it had made a pause.
    await put('cut.png', bytes);
    await counted(source.id, { TAKEN: 2, REFUSED: 2 });
    await installation.services.sources.retry(everything, source.id);
    await counted(source.id, { TAKEN: 2, REFUSED: 2 });
  });

  it('gives the same picture once, however often and under whatever names it lies there, in bounded batches', async () => {
    const same = await image(9);
    for (let i = 0; i < 1_010; i++) await put(`part-${String(i).padStart(4, '0')}.png`, same);
    await put('other.png', await image(10));
    const source = await newSource();
    dispatch();
    await counted(source.id, { TAKEN: 2, KNOWN: 1_009 });
    expect(await filenames()).toHaveLength(2);
    const done = await jobs();
    expect(done.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  });

  it('makes an image each time a camera writes other bytes under the same name', async () => {
    await put('latest.png', await image(11));
    const source = await newSource();
    dispatch();
    await counted(source.id, { TAKEN: 1 });
    await put('latest.png', await image(12));
    await expect.poll(filenames, soon).toEqual([expect.stringMatching(/^latest-[0-9a-f]{16}\.png$/), 'latest.png']);
  });

  it('that disappears says so, and comes back by itself with what was put there meanwhile', async () => {
    await put('a.png', await image(13));
    const source = await newSource();
    dispatch();
    await counted(source.id, { TAKEN: 1 });
    await rename(folder, `${folder}-away`);
    await inTrouble(source.id, /there is no folder|cannot be read/);
    expect(await installation.services.sources.stateOf(await row(source.id))).toBe('UNREACHABLE');
    await writeFile(join(`${folder}-away`, 'b.png'), await image(14));
    await rename(`${folder}-away`, folder);
    await counted(source.id, { TAKEN: 2 });
    expect((await row(source.id)).trouble).toBeNull();
    expect(await filenames()).toEqual(['a.png', 'b.png']);
  });

  it('is looked at by one of many workers, and two sources of one data set give each picture once', async () => {
    for (let i = 0; i < 20; i++) await put(`${i}.png`, await image(100 + i));
    await cp(folder, `${folder}-copy`, { recursive: true });
    const sources = [await newSource(), await newSource({ plugin: inFolder(`${folder}-copy`) })];
    for (let i = 0; i < 3; i++) dispatch();
    for (const { id } of sources) {
      const done = async () => {
        const { TAKEN, KNOWN } = await installation.services.sources.counts(id);
        return TAKEN + KNOWN;
      };
      await expect.poll(done, soon).toBe(20);
    }
    const all = await Promise.all(sources.map(({ id }) => installation.services.sources.counts(id)));
    expect(all.reduce((sum, { TAKEN }) => sum + TAKEN, 0)).toBe(20);
    expect(all.reduce((sum, { KNOWN }) => sum + KNOWN, 0)).toBe(20);
    expect(await filenames()).toHaveLength(20);
  });

  it('that fills the quota of its project says so, and goes on when there is room', async () => {
    const { projects, datasets, quotas } = installation.services;
    const { id: projectId } = await projects.create({ name: uuid() });
    datasetId = (await datasets.create(everything, { name: uuid(), projectId })).id;
    await quotas.set(everything, projectId, { images: 1 });
    for (let i = 0; i < 3; i++) await put(`${i}.png`, await image(200 + i));
    const source = await newSource();
    dispatch();
    await inTrouble(source.id, /^QUOTA_EXCEEDED: /);
    expect(await filenames()).toEqual([]);
    await quotas.set(everything, projectId, { images: null });
    await counted(source.id, { TAKEN: 3 });
    expect(await row(source.id)).toMatchObject({ trouble: null, failures: 0 });
  });

  it('whose import somebody cancels is paused', async () => {
    for (let i = 0; i < 300; i++) await put(`${i}.png`, await image(300 + i));
    const source = await newSource();
    dispatch();
    const job = async () => (await jobs()).at(-1);
    await expect.poll(async () => (await job())?.state, soon).toBe('RUNNING');
    await installation.services.jobs.cancel(everything, (await job())!.id);
    await expect.poll(async () => (await row(source.id)).pauseReason, soon).toBe('somebody cancelled its import');
    expect(await filenames()).toEqual([]);
    await installation.services.sources.update(everything, source.id, { isPaused: false });
    await counted(source.id, { TAKEN: 300 });
  });

  it('is looked at although the clock was set back by a day', async () => {
    await put('a.png', await image(15));
    const source = await newSource();
    await database.dataSource.query(`UPDATE source SET due_at = now() + interval '1 day'`);
    dispatch();
    await counted(source.id, { TAKEN: 1 });
  });

  it('is left alone while it is paused; its images stay when it is deleted', async () => {
    await put('a.png', await image(16));
    const source = await newSource();
    dispatch();
    await counted(source.id, { TAKEN: 1 });
    await installation.services.sources.update(everything, source.id, { isPaused: true });
    await put('b.png', await image(17));
    const other = await newSource({ name: 'other', plugin: inFolder(root) });
    await expect.poll(async () => (await row(other.id)).lookedAt, soon).not.toBeNull();
    expect((await files(source.id)).map(({ key }) => key)).toEqual(['a.png']);
    await installation.services.sources.remove(everything, other.id);
    await installation.services.sources.update(everything, source.id, { isPaused: false });
    await expect.poll(async () => (await filenames()).includes('b.png'), soon).toBe(true);
    await installation.services.sources.remove(everything, source.id);
    expect(await filenames()).toContain('a.png');
  });

  it.each(['..', '/etc', 'nothing'])('outside of the import roots, or not there, is trouble: %s', async (path) => {
    const source = await newSource({ plugin: inFolder(path) });
    dispatch();
    await inTrouble(source.id, path === 'nothing' ? /there is no folder/ : /does not lie under an import root/);
  });
});

describe('a prefix of a bucket', { timeout: 120_000 }, () => {
  const send = async (key: string, seed: number) =>
    client.send(new PutObjectCommand({ Bucket: 'camera', Key: key, Body: await image(seed) }));

  it('gives the images below it alone, each once', async () => {
    await send('line-3/a.png', 21);
    await send('line-3/inside/b.png', 22);
    await send('line-4/c.png', 23);
    const source = await newSource({ plugin: { id: 's3', params: { uri: 's3://camera/line-3' } } });
    dispatch();
    await counted(source.id, { TAKEN: 2 });
    await send('line-3/again.png', 21);
    await counted(source.id, { TAKEN: 2, KNOWN: 1 });
    expect(await filenames()).toEqual(['a.png', 'inside/b.png']);
  });

  it.each(['s3://camera', 's3://camera/line-33', 's3://secrets/line-3'])(
    'that is not allowed is trouble: %s',
    async (uri) => {
      const source = await newSource({ plugin: { id: 's3', params: { uri } } });
      dispatch();
      await inTrouble(source.id, /does not lie below an import bucket/);
    },
  );
});

describe('a source whose plugin hangs', { timeout: 120_000 }, () => {
  const forever = () => new Promise<never>(() => undefined);
  let asked = 0;
  let aborted = 0;
  const hanging = (id: string, open: () => Promise<SourceConnection>) =>
    defineSource({
      ...{ id, version: '1.0.0', apiVersion: 2, title: id, description: 'Answers nothing, ever.' },
      ...{ params: z.object({}), open },
    });
  const plugins = [
    hanging('hangs-opening', () => {
      asked++;
      return forever();
    }),
    hanging('hangs-listing', () =>
      Promise.resolve({
        list: async function* (signal: AbortSignal) {
          asked++;
          signal.addEventListener('abort', () => aborted++);
          yield await forever();
        },
        read: forever,
        close: forever,
      }),
    ),
  ];
  const connections = () =>
    new SourceConnections(new PluginRegistry([...builtInPlugins, ...plugins]), {
      ...{ importRoots: [root], importBuckets: { allowed: [], region: 'none', pathStyle: true } },
    });
  beforeEach(() => {
    asked = 0;
    aborted = 0;
  });

  async function newHanging(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const { id } = await newSource({ name: `hangs ${i}` });
      const plugin = plugins[i % 2]!.id;
      await database.dataSource.query(`UPDATE source SET plugin = $2, params = '{}' WHERE id = $1`, [id, plugin]);
      ids.push(id);
    }
    return ids;
  }

  it('is left alone when its time is over, and the others are looked at', async () => {
    // More than are looked at side by side.
    const ids = await newHanging(10);
    await put('a.png', await image(31));
    const source = await newSource();
    dispatch(connections(), 100);
    for (const id of ids) await inTrouble(id, /^no answer within 0\.1 s$/);
    await counted(source.id, { TAKEN: 1 });
    expect(aborted).toBeGreaterThan(0);
  });

  it('holds up no worker that stops, and is there for the next one at once', async () => {
    const ids = await newHanging(2);
    const dispatcher = dispatch(connections(), 3_600_000);
    await expect.poll(() => asked, soon).toBe(2);
    await dispatcher.stop();
    for (const id of ids) expect(await row(id)).toMatchObject({ leaseToken: null, trouble: null, lookedAt: null });
  });
});

describe('the import that a look starts', () => {
  it('is started by whoever holds the source alone, while it is not paused and has no other one', async () => {
    const { dataSource, queue } = installation.runtime;
    const { id } = await newSource();
    const leaseToken = uuid();
    await dataSource.query('UPDATE source SET lease_token = $2 WHERE id = $1', [id, leaseToken]);
    await dataSource.query(
      `INSERT INTO source_file (source_id, key, bytes, stamp, looks) VALUES ($1, 'a.png', 1, '1', 2)`,
      [id],
    );
    const before = await row(id);
    const start = (token: string) =>
      dataSource.transaction((manager) => startBatchIfHeld(manager, queue, before, token));
    expect(await start(uuid())).toBe(false);
    await dataSource.query('UPDATE source SET paused_at = now() WHERE id = $1', [id]);
    expect(await start(leaseToken)).toBe(false);
    await dataSource.query('UPDATE source SET paused_at = NULL WHERE id = $1', [id]);
    expect(await jobs()).toEqual([]);
    expect(await start(leaseToken)).toBe(true);
    expect(await jobs()).toHaveLength(1);
    // As it was read before.
    await dataSource.query(`UPDATE source_file SET job_id = NULL WHERE source_id = $1`, [id]);
    expect(await start(leaseToken)).toBe(false);
    expect(await jobs()).toHaveLength(1);
  });
});

describe('whoever sets a source up', () => {
  it('is told of every mistake at once, and nothing is made', async () => {
    const made = newSource({
      ...{ name: '', everySeconds: 0, label: 'ANOMALOUS' },
      plugin: { id: 'folder', params: { path: '', links: true } },
    });
    await expect(made).rejects.toMatchObject({
      problems: [
        { code: 'TEXT_INVALID', field: ['input', 'name'] },
        { code: 'BAD_USER_INPUT', field: ['input', 'label'] },
        { code: 'BAD_USER_INPUT', field: ['input', 'everySeconds'] },
        { code: 'PLUGIN_PARAMS_INVALID' },
        { code: 'PLUGIN_PARAMS_INVALID' },
      ],
    });
    await expect(newSource({ datasetId: uuid() })).rejects.toMatchObject({ problems: [{ code: 'NOT_FOUND' }] });
    expect(await database.dataSource.query('SELECT FROM source')).toEqual([]);
  });
});
