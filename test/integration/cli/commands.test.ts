import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RefusedError } from '../../../src/client/index.js';
import { useDatabase } from '../../support/database.js';
import { runDatasetExportJob } from '../../../src/worker/export/datasetExportJob.js';
import { runDatasetImportJob } from '../../../src/worker/import/datasetImportJob.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';
import { category, zipped } from '../imports/importSetting.js';
import { typed } from './typedCommands.js';

const database = useDatabase();
let server: TestServer;
let folder: string;
const good = () => join(folder, 'good.zip');
const bad = () => join(folder, 'bad.zip');
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  await server.queue.work(['DATASET_IMPORT'], (attempt) => runDatasetImportJob(server, attempt));
  await server.queue.work(['DATASET_EXPORT'], (attempt) => runDatasetExportJob(server, attempt));
  folder = await mkdtemp(join(tmpdir(), 'residua-cli-'));
  const files = await category();
  await writeFile(good(), zipped(files));
  const broken = { 'train/good/000.png': Buffer.from('<p>'), 'train/good/001.png': Buffer.alloc(0) };
  await writeFile(bad(), zipped({ ...files, ...broken }));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const residua = (...args: string[]) => typed(server.url, args);

const exists = async (name: string) => (await server.services.datasets.byName(name)) !== null;

describe('residua import', () => {
  it('in a dry run says what would be made, and leaves no data set', async () => {
    const { printed, error } = await residua('import', good(), '--dataset', 'tried', '--dry-run');
    expect(error).toBeUndefined();
    expect(printed).toContain('import 7 images: 5 normal, 2 anomalous, 0 unlabelled\n');
    expect(printed).toContain('can be imported; nothing was kept');
    expect(await exists('tried')).toBe(false);
  });

  it('with --on-problem skip imports the rest, and tells what was left out and what is probably not meant', async () => {
    const { printed, error } = await residua('import', bad(), '--dataset', 'skipping', '--on-problem', 'skip');
    expect(error).toBeUndefined();
    expect(printed).toContain('import warn: skipped IMAGE_EMPTY: ');
    expect(printed).toMatch(/\d images and \d annotations are now in skipping/);
    expect((await server.services.datasets.byName('skipping'))!.name).toBe('skipping');
  });

  it('that fails tells every problem once, and leaves no data set that was made for it', async () => {
    const { printed, error } = await residua('import', bad(), '--dataset', 'failed');
    expect(error).toBeInstanceOf(RefusedError);
    const { problems } = error as RefusedError;
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['IMAGE_FORMAT_UNSUPPORTED', 'train/good/000.png'],
      ['IMAGE_EMPTY', 'train/good/001.png'],
    ]);
    expect(printed).not.toContain('IMAGE_');
    expect(printed).toContain('import failed');
    expect(await exists('failed')).toBe(false);
  });

  it('of a file that is not there makes no data set', async () => {
    const { error } = await residua('import', 'none.zip', '--dataset', 'none');
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
    expect(await exists('none')).toBe(false);
  });

  it('leaves a data set that was there before, whatever becomes of the import', async () => {
    const { printed } = await residua('import', good(), '--dataset', 'tiles');
    expect(printed).toContain('7 images and 2 annotations are now in tiles');
    expect((await residua('import', good(), '--dataset', 'tiles')).error).toMatchObject({ code: 'NAME_TAKEN' });
    await residua('import', bad(), '--dataset', 'tiles', '--dry-run');
    const { id } = (await server.services.datasets.byName('tiles'))!;
    expect((await server.services.datasets.counts([id]))[0]!.images).toBe(7);
  });
});

describe('residua export dataset', () => {
  it.each(['manifest', 'coco', 'mvtec'])('writes a zip in the layout %s that can be imported', async (format) => {
    const file = join(folder, `${format}.zip`);
    const { printed, error } = await residua('export', 'dataset', 'tiles', '--format', format, '-o', file);
    expect(error).toBeUndefined();
    expect(printed).toContain(`7 images are now in ${file}`);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    const again = await residua('import', file, '--dataset', `from ${format}`, '--format', format);
    expect(again.printed).toContain('7 images and 2 annotations are now in');
  });

  it('says which labels are lost', async () => {
    const { printed } = await residua('export', 'dataset', 'tiles', '--format', 'voc', '-o', join(folder, 'voc.zip'));
    expect(printed).toContain('export warn: 2 PIXEL annotations are left out: voc has no place for them');
  });
});

describe('residua watch', () => {
  it('says that there is no such job', async () => {
    const { id } = (await server.services.datasets.byName('tiles'))!;
    const unknown = Buffer.from(`DatasetImport:${id}`).toString('base64url');
    expect((await residua('watch', unknown)).error).toMatchObject({ code: 'NOT_FOUND' });
  });
});
