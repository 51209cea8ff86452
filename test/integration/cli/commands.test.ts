import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
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

const exists = async (name: string) => (await server.services.datasets.byName(everything, name)) !== null;

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
    expect((await server.services.datasets.byName(everything, 'skipping'))!.name).toBe('skipping');
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
    const again = await residua('import', good(), '--dataset', 'tiles', '--update', '--json');
    expect(JSON.parse(again.printed)).toMatchObject({
      imagesImported: 0,
      annotationsImported: 0,
      summary: { existing: 7 },
    });
    const skipped = await residua('import', good(), '--dataset', 'tiles', '--skip-existing', '--json');
    expect(JSON.parse(skipped.printed)).toMatchObject({ imagesImported: 0, summary: { existing: 7 } });
    await residua('import', bad(), '--dataset', 'tiles', '--dry-run');
    const { id } = (await server.services.datasets.byName(everything, 'tiles'))!;
    expect((await server.services.datasets.counts(everything, [id]))[0]!.images).toBe(7);
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

it.each([
  ['an unknown detector', ['--detector', 'nothing'], 'nothing'],
  ['a parameter that the detector does not have', ['--param', 'swinBlock=2'], 'swinBlock'],
])('residua train that is refused for %s leaves no snapshot behind', async (_, args, named) => {
  const name = `refused for ${named}`;
  await residua('import', good(), '--dataset', name);
  const { id } = (await server.services.datasets.byName(everything, name))!;
  const snapshots = async () =>
    (await server.services.snapshots.pagesOfDatasets(everything, [id], { first: 50 }))[0]!.nodes.length;
  const before = await snapshots();
  const { error } = await residua('train', name, '--model', 'tiles', ...args);
  expect(error).toBeInstanceOf(RefusedError);
  expect((error as RefusedError).problems.map(({ message }) => message).join()).toContain(named);
  expect([before, await snapshots()]).toEqual([0, 0]);
});

it('residua train refuses parameters of a feature extractor that it does not name', async () => {
  const { error } = await residua('train', 'tiles', '--model', 'tiles', '--feature-param', 'model.file=a.onnx');
  expect(String(error)).toContain('--feature-param needs --feature-extractor');
});

describe('residua split', () => {
  it('divides a data set, tells how, and in a dry run only would', async () => {
    await residua('import', good(), '--dataset', 'divided');
    const would = await residua('split', 'divided', '50/0/50', '--dry-run');
    expect(would.error).toBeUndefined();
    expect(would.printed).toMatch(/split +images +normal +anomalous +unlabelled\n.*\nTRAIN +\d/);
    expect(would.printed).toContain('would go to another split');
    const { id } = (await server.services.datasets.byName(everything, 'divided'))!;
    const before = await server.services.datasets.counts(everything, [id]);
    expect(before).toMatchObject([{ train: 3, test: 4 }]);
    const { printed } = await residua('split', 'divided', '2/5', '--seed', '4', '--json');
    expect(JSON.parse(printed)).toMatchObject({ groups: 7, splits: [{ images: 2 }, { images: 0 }, { images: 5 }] });
    expect(await server.services.datasets.counts(everything, [id])).toMatchObject([
      { train: 2, validation: 0, test: 5 },
    ]);
  });

  it('comes with an import where the layout says nothing of splits', async () => {
    const { printed } = await residua('import', good(), '--dataset', 'with splits', '--split', '1/0/6', '--json');
    expect(JSON.parse(printed)).toMatchObject({
      imagesImported: 7,
      division: { splits: [{ images: 1 }, {}, { images: 6 }] },
    });
  });

  it.each(['80', '80/20/0/0', 'a/b', '1/-2', '80/'])('refuses the shares %s', async (shares) => {
    expect(String((await residua('split', 'divided', shares)).error)).toContain('must be train/test');
  });
});

describe('residua delete', () => {
  it('takes images by name, and names each that is not there before any goes', async () => {
    await residua('import', good(), '--dataset', 'thinned');
    const { id } = (await server.services.datasets.byName(everything, 'thinned'))!;
    await server.services.snapshots.create(everything, { datasetId: id });
    const wrong = await residua('delete', 'images', 'thinned', 'train/good/000.png', 'no/a.png', 'no/b.png');
    expect((wrong.error as RefusedError).problems.map(({ item }) => item)).toEqual(['no/a.png', 'no/b.png']);
    expect(await server.services.datasets.counts(everything, [id])).toMatchObject([{ images: 7 }]);
    const { printed } = await residua(
      'delete',
      'images',
      'thinned',
      'train/good/000.png',
      'test/scratch/exp1 num 1.jpg',
    );
    expect(printed).toContain('2 images are no longer in thinned; 2 of them stay in snapshots');
    expect(await server.services.datasets.counts(everything, [id])).toMatchObject([{ images: 5 }]);
  });

  it('takes ended jobs and data sets, and says what is not there', async () => {
    const started = await residua('export', 'dataset', 'thinned', '--format', 'coco', '-o', join(folder, 'thin.zip'));
    expect(started.error).toBeUndefined();
    const { nodes } = await server.services.jobs.page(everything, { kind: 'DATASET_EXPORT' }, { first: 1 });
    const id = Buffer.from(`DatasetExport:${nodes[0]!.jobId}`).toString('base64url');
    expect(await residua('delete', 'job', id)).toEqual({ printed: `job ${id} is deleted\n`, error: undefined });
    expect((await residua('delete', 'job', id)).error).toMatchObject({ code: 'NOT_FOUND' });
    expect((await residua('delete', 'dataset', 'thinned')).printed).toBe('dataset thinned is deleted\n');
    expect(await exists('thinned')).toBe(false);
    for (const [what, name] of [
      ['dataset', 'thinned'],
      ['model', 'nobody'],
      ['model', 'nobody@3'],
    ] as const) {
      expect((await residua('delete', what, name)).error).toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('residua watch', () => {
  it('says that there is no such job', async () => {
    const { id } = (await server.services.datasets.byName(everything, 'tiles'))!;
    const unknown = Buffer.from(`DatasetImport:${id}`).toString('base64url');
    expect((await residua('watch', unknown)).error).toMatchObject({ code: 'NOT_FOUND' });
  });
});
