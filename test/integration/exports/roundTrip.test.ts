import { once } from 'node:events';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { DatasetExportEntity, type SnapshotEntity } from '../../../src/database/entities/index.js';
import { encodeRle, openZip, type BlobStore } from '../../../src/files/index.js';
import type { JobAttempt } from '../../../src/jobs/index.js';
import { DatasetExportsService } from '../../../src/services/dataset-exports.service.js';
import { SnapshotsService } from '../../../src/services/snapshots.service.js';
import { defaultLimits } from '../../../src/shared/config.js';
import type { ProblemError } from '../../../src/shared/errors.js';
import { runDatasetExportJob } from '../../../src/worker/export/datasetExportJob.js';
import { picture } from '../../unit/files/imageBytes.js';
import { useImports, type Files } from '../imports/importSetting.js';

const setting = useImports();
let exports: DatasetExportsService;
let snapshots: SnapshotsService;
/** Waited for before each image is read. */
let beforeReading: (attempt: JobAttempt) => Promise<unknown> = () => Promise.resolve();
beforeAll(async () => {
  snapshots = new SnapshotsService(setting.dataSource, setting.datasets);
  exports = new DatasetExportsService({ ...setting, queue: setting.jobs.queue, snapshots });
  await setting.jobs.queue.work(['DATASET_EXPORT'], (attempt) => {
    const blobs = Object.assign(Object.create(setting.blobs) as BlobStore, {
      open: async (sha256: string) => {
        await beforeReading(attempt);
        return setting.blobs.open(sha256);
      },
    });
    return runDatasetExportJob({ services: { datasetExports: exports }, blobs }, attempt);
  });
});

const size = { width: 32, height: 24 };
const counts = (first: number) =>
  encodeRle({ ...size, data: Uint8Array.from({ length: 32 * 24 }, (_, i) => Number(i >= first && i < first + 40)) });
const pixels = { ...size, counts: counts(100) };
const boxes = [
  { x: 1, y: 2.5, width: 10.25, height: 4, defectType: 'deep <scratch> & "dent"' },
  { x: 20, y: 1, width: 12, height: 23 },
];
const blocks = {
  blockSize: 8,
  rows: 3,
  columns: 4,
  labels: ['ANOMALOUS', 'IGNORED', 'UNKNOWN', ...Array<string>(9).fill('NORMAL')],
};
const scratch = { label: 'ANOMALOUS', defectType: 'scratch' };

/** Lines of a manifest by the name of their image. */
type Content = Record<string, object>;

const good: Content = {
  'train/good/000.png': { split: 'TRAIN', label: 'NORMAL' },
  'train/good/001.png': { split: 'TRAIN', label: 'NORMAL' },
  'test/good/000.png': { split: 'TEST', label: 'NORMAL' },
};
/** Names that archives and mark-up languages have trouble with. */
const awkward: Content = {
  'A.png': { split: 'VALIDATION', label: 'NORMAL' },
  'ä & <b> "c".png': { split: 'TRAIN', label: 'UNLABELLED' },
  'deep/er/x y.png': { split: 'TRAIN', label: 'ANOMALOUS' },
};

/** Makes a data set by an import and freezes it. */
async function frozen(content: Content): Promise<SnapshotEntity> {
  const files: Files = {};
  const lines: string[] = [];
  for (const [index, [filename, line]] of Object.entries(content).entries()) {
    files[`${index}.png`] = await picture(size.width, size.height, index).png().toBuffer();
    lines.push(JSON.stringify({ file: `${index}.png`, filename, ...line }));
  }
  files['manifest.jsonl'] = Buffer.from(lines.join('\n'));
  const { id: datasetId } = await setting.dataset();
  const { job } = await setting.import({ datasetId, format: 'manifest', path: await setting.folder(files) });
  expect(job).toMatchObject({ state: 'COMPLETED', failure: null });
  return snapshots.create(everything, { datasetId });
}

async function exported(snapshotId: string, format: string) {
  const { jobId } = await exports.start(everything, { snapshotId, format });
  const events = await setting.jobs.history(jobId);
  const row = await setting.dataSource.getRepository(DatasetExportEntity).findOneByOrFail({ jobId });
  const logs = events.flatMap(({ payload }) => ('message' in payload ? [payload.message] : []));
  const steps = events.flatMap(({ payload }) => ('stage' in payload ? [payload] : []));
  return { row, job: await setting.jobs.job(jobId), logs, steps };
}

async function readZip(sha256: string): Promise<Map<string, Buffer>> {
  const zip = await openZip(await setting.blobs.localFile(sha256), { item: 'export.zip', limits: defaultLimits });
  const files = new Map<string, Buffer>();
  for (const entry of zip.entries) files.set(entry.path, await entry.read());
  await zip.close();
  return files;
}

/** Exports, imports into an empty data set, and freezes that. */
async function roundTrip(content: Content, format: string, readAs = format) {
  const before = await frozen(content);
  const { row, job } = await exported(before.id, format);
  expect(job).toMatchObject({ state: 'COMPLETED', progress: 1, failure: null });
  const { id: datasetId } = await setting.dataset();
  const upload = await setting.upload('export.zip', await setting.blobs.read(row.artifactSha256!));
  const imported = await setting.import({ datasetId, format: readAs, uploadId: upload.id });
  expect(imported.job, JSON.stringify(imported.row.problems)).toMatchObject({ state: 'COMPLETED' });
  return {
    before,
    after: await snapshots.create(everything, { datasetId }),
    row,
    files: await readZip(row.artifactSha256!),
  };
}

describe('an export, imported into an empty data set, has the same digest', () => {
  it('as manifest, with everything a data set holds', async () => {
    const content: Content = {
      ...good,
      ...awkward,
      'a.png': { split: 'TEST', label: 'UNLABELLED' },
      '._junk.png': { split: 'TEST', label: 'NORMAL' },
      'test/scratch/000.png': { split: 'TEST', ...scratch, pixels, boxes, blocks },
      'only blocks.png': { split: 'TRAIN', ...scratch, blocks },
    };
    const { before, after, row } = await roundTrip(content, 'manifest');
    expect(after).toMatchObject({ digest: before.digest, counts: before.counts });
    expect(row).toMatchObject({ images: 10, imagesLeftOut: 0 });
  });

  it('as coco, with pixels and boxes', async () => {
    const content: Content = {
      ...good,
      ...awkward,
      'pixels.png': { split: 'TEST', ...scratch, pixels },
      'boxes.png': { split: 'VALIDATION', ...scratch, boxes },
      'both.png': { split: 'TRAIN', label: 'ANOMALOUS', pixels, boxes },
    };
    const { before, after, files } = await roundTrip(content, 'coco');
    expect(after).toMatchObject({ digest: before.digest, counts: before.counts });
    const { annotations } = JSON.parse(files.get('annotations.json')!.toString()) as { annotations: object[] };
    // Row 3 from column 4 on, 40 pixels: to its end, and 12 of row 4.
    expect(annotations).toContainEqual(
      expect.objectContaining({
        segmentation: { size: [24, 32], counts: pixels.counts },
        area: 40,
        bbox: [0, 3, 32, 2],
      }),
    );
  });

  it('as voc, with boxes', async () => {
    const content: Content = { ...good, ...awkward, 'x/boxes.png': { split: 'TRAIN', ...scratch, boxes } };
    const { before, after } = await roundTrip(content, 'voc');
    expect(after).toMatchObject({ digest: before.digest, counts: before.counts });
  });

  it('as mvtec, with masks of 0 and 255', async () => {
    const content: Content = { ...good, 'test/scratch/000.png': { split: 'TEST', ...scratch, pixels } };
    const { before, after, files } = await roundTrip(content, 'mvtec');
    expect(after).toMatchObject({ digest: before.digest, counts: before.counts });
    const mask = sharp(files.get('ground_truth/scratch/000_mask.png'));
    expect(await mask.metadata()).toMatchObject({ ...size, channels: 1, depth: 'uchar' });
    const data = await mask.toColourspace('b-w').raw().toBuffer();
    expect([new Set(data), data.filter((value) => value === 255).length]).toEqual([new Set([0, 255]), 40]);
  });

  it('as mvtec, with names that the layout or Windows has no place for', async () => {
    const content: Content = {
      ...good,
      'train/good/2024-05-01T12:30:01.png': { split: 'TRAIN', label: 'NORMAL' },
      'train/good/a?b.png': { split: 'TRAIN', label: 'NORMAL' },
      'train/good/a:b.png': { split: 'TRAIN', label: 'NORMAL' },
      'line 3/NUL.png': { split: 'TRAIN', label: 'NORMAL' },
      'part "7" <x>|y*.png': { split: 'TEST', label: 'NORMAL' },
      'test/deep <cut>/1.png': { split: 'TEST', label: 'ANOMALOUS', defectType: 'deep <cut>', pixels },
    };
    const { before, after, files } = await roundTrip(content, 'mvtec');
    const impossible = [...files.keys()].filter((path) =>
      path.split('/').some((part) => /[<>:"|?*\\]|[. ]$|^(nul|con|aux|prn)(\.|$)/i.test(part)),
    );
    expect(impossible).toEqual([]);
    expect(after.counts).toEqual(before.counts);
    const images = await setting.images.page(everything, after.datasetId, {}, { first: 20 });
    expect(images.nodes.map(({ filename }) => filename).sort()).toEqual(Object.keys(content).sort());
  });

  it('in the layout of MVTec AD, of a data set with defects that have no masks', async () => {
    const content: Content = {
      ...good,
      'test/scratch/000.png': { split: 'TEST', ...scratch, pixels },
      'test/scratch/001.png': { split: 'TEST', ...scratch },
    };
    const { before, after } = await roundTrip(content, 'mvtec', 'mvtec');
    expect(after).toMatchObject({ digest: before.digest, counts: before.counts });
  });

  it('as a table of blocks', async () => {
    const content: Content = { ...good, ...awkward, 'blocks.png': { split: 'TRAIN', ...scratch, blocks } };
    const { before, after, files } = await roundTrip(content, 'blocks-csv', 'manifest');
    expect(after).toMatchObject({ digest: before.digest, counts: before.counts });
    expect(files.get('manifest.csv')!.toString()).toContain('blocks.png,TRAIN,ANOMALOUS,scratch,8,AIUN/NNNN/NNNN');
  });
});

describe('an export', () => {
  it('in a layout with fewer places says what was left out and renamed', async () => {
    const snapshot = await frozen({
      ...good,
      'v.png': { split: 'VALIDATION', label: 'NORMAL' },
      'u.png': { split: 'TRAIN', label: 'UNLABELLED' },
      't.png': { split: 'TRAIN', ...scratch, pixels },
      'b.png': { split: 'TEST', ...scratch, boxes },
      'x/kept.png': { split: 'TEST', label: 'ANOMALOUS', defectType: 'good', pixels },
    });
    const { row, logs } = await exported(snapshot.id, 'mvtec');
    expect(row).toMatchObject({ images: 5, imagesLeftOut: 3 });
    expect(logs.sort()).toEqual([
      '1 BOX annotations are left out: mvtec has no place for them',
      '1 images are for validation: this layout has no place for them',
      '1 images are not labelled: this layout has no place for them',
      '1 images show a defect and are for training: this layout has no place for them',
      '1 images show a defect and have no mask: only their label is written',
    ]);
    expect([...(await readZip(row.artifactSha256!)).keys()].sort()).toEqual([
      'ground_truth/defect_good/x_kept_mask.png',
      'residua-names.json',
      'test/defect_good/x_kept.png',
      'test/good/000.png',
      'test/scratch/b.png',
      'train/good/000.png',
      'train/good/001.png',
    ]);
  });

  it('says which annotations have no place in its layout', async () => {
    const snapshot = await frozen({ 'a.png': { split: 'TEST', ...scratch, pixels, boxes, blocks } });
    const lost = async (format: string) => (await exported(snapshot.id, format)).logs.map((line) => line.split(' ')[1]);
    expect(await lost('manifest')).toEqual([]);
    expect(await lost('coco')).toEqual(['BLOCK']);
    expect(await lost('voc')).toEqual(['BLOCK', 'PIXEL']);
    expect(await lost('blocks-csv')).toEqual(['BOX', 'PIXEL']);
  });

  it('of the same snapshot in the same format is the same zip, and reports its progress', async () => {
    const snapshot = await frozen(good);
    const [one, two] = [await exported(snapshot.id, 'manifest'), await exported(snapshot.id, 'manifest')];
    expect(two.row.artifactSha256).toBe(one.row.artifactSha256);
    expect(one.row.artifactBytes).toBe((await setting.blobs.read(one.row.artifactSha256!)).byteLength);
    expect(one.steps.map(({ step, totalSteps }) => [step, totalSteps])).toEqual([1, 2, 3, 4].map((step) => [step, 4]));
  });

  it.each([
    ['lost', 'IMAGE_MISSING', (path: string) => rm(path)],
    ['damaged', 'IMAGE_CORRUPT', (path: string) => appendFile(path, 'x')],
  ])('whose image is %s names it and its data set, and keeps nothing', async (_how, code, harm) => {
    const snapshot = await frozen({ 'only.png': { split: 'TRAIN', label: 'NORMAL' } });
    const { name } = await setting.datasets.require(everything, snapshot.datasetId);
    const [{ sha256 }] = await setting.dataSource.query<[{ sha256: string }]>(
      'SELECT sha256 FROM image WHERE dataset_id = $1',
      [snapshot.datasetId],
    );
    const stored = join(setting.blobFolder, sha256.slice(0, 2), sha256);
    const bytes = await readFile(stored);
    await harm(stored);
    const { row, job } = await exported(snapshot.id, 'manifest');
    // Other images here have the same bytes.
    await writeFile(stored, bytes);
    expect(job).toMatchObject({ state: 'FAILED', failure: { code, item: 'only.png' } });
    expect(job.failure!.message).toContain(`image 'only.png' of data set '${name}' (sha256 ${sha256})`);
    expect(row.artifactSha256).toBeNull();
  });

  it('names every problem of what is asked', async () => {
    const start = exports.start(everything, { snapshotId: '01900000-0000-7000-8000-000000000000', format: 'tfrecord' });
    const error = await start.then(
      () => undefined,
      (thrown: unknown) => thrown as ProblemError,
    );
    expect(error?.problems).toMatchObject([
      {
        code: 'BAD_USER_INPUT',
        field: ['input', 'format'],
        message: expect.stringContaining('manifest, coco, voc') as string,
      },
      { code: 'NOT_FOUND', field: ['input', 'snapshotId'] },
    ]);
  });

  it('goes with its snapshot', async () => {
    const snapshot = await frozen(good);
    const { job } = await exported(snapshot.id, 'voc');
    await snapshots.remove(everything, snapshot.id);
    await expect(setting.jobs.job(job.id)).rejects.toThrow();
  });
});

describe('an export that is cancelled while it writes', () => {
  it('ends as CANCELLED, and leaves no part of the zip', async () => {
    const { id: snapshotId } = await frozen(good);
    const stored = () => readdir(setting.blobFolder, { recursive: true });
    const before = await stored();
    let read = 0;
    beforeReading = async (attempt) => {
      if ((read += 1) !== 2) return;
      const told = once(attempt.signal, 'abort');
      await setting.jobs.queue.cancel(attempt.job.id);
      await told;
    };
    const { row, job } = await exported(snapshotId, 'coco');
    beforeReading = () => Promise.resolve();
    expect(job).toMatchObject({ state: 'CANCELLED', failure: null });
    expect(row).toMatchObject({ artifactSha256: null, artifactBytes: null });
    expect(read).toBe(2);
    expect(await stored()).toEqual(before);
    expect((await exported(snapshotId, 'coco')).job).toMatchObject({ state: 'COMPLETED' });
  });
});
