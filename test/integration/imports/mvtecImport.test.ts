import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, type ImageEntity, type PixelPayload } from '../../../src/database/entities/index.js';
import { decodeRle } from '../../../src/files/index.js';
import { findUnderImportRoots } from '../../../src/services/imports/importRoots.js';
import { findSplitLeakage } from '../../../src/services/imports/splitLeakage.js';
import { storeImages } from '../../../src/services/imports/storeImages.js';
import { greyPng, picture } from '../../unit/files/imageBytes.js';
import { problemOf, problemsOf } from '../../unit/files/problems.js';
import { category, mask, packs, useImports, zipped, type Files } from './importSetting.js';

const setting = useImports();

/** An id that nothing has. */
const nowhere = '01890000-0000-7000-8000-000000000000';

async function imagesOf(datasetId: string): Promise<ImageEntity[]> {
  const page = await setting.images.page(everything, datasetId, {}, { first: 200 });
  return page.nodes;
}

/** Imports a changed category, expects it to fail, and that nothing of it is visible. @returns codes and items. */
async function failure(change: (files: Files) => void) {
  const files = await category();
  change(files);
  const dataset = await setting.dataset();
  const { row, job } = await setting.import({ datasetId: dataset.id, path: await setting.folder(files) });
  expect(job.state).toBe('FAILED');
  expect(job.failure).toEqual(row.problems[0]);
  expect(row).toMatchObject({ imagesImported: 0, annotationsImported: 0 });
  expect(await imagesOf(dataset.id)).toEqual([]);
  return row;
}

describe('an import in the MVTec layout', () => {
  it('stores images, labels and masks of a folder, in one go, with progress', async () => {
    const dataset = await setting.dataset();
    const { row, job, steps } = await setting.import({
      datasetId: dataset.id,
      path: await setting.folder(await category()),
    });
    expect(job).toMatchObject({ state: 'COMPLETED', progress: 1 });
    expect(row).toMatchObject({ imagesImported: 7, annotationsImported: 2, problems: [], totalProblems: 0 });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const images = await imagesOf(dataset.id);
    expect(images.map(({ filename, split, label, defectType }) => [filename, split, label, defectType])).toEqual([
      ['test/good/000.png', 'TEST', 'NORMAL', null],
      ['test/good/001.jpg', 'TEST', 'NORMAL', null],
      ['test/scratch/000.png', 'TEST', 'ANOMALOUS', 'scratch'],
      ['test/scratch/exp1 num 1.jpg', 'TEST', 'ANOMALOUS', 'scratch'],
      ['train/good/000.png', 'TRAIN', 'NORMAL', null],
      ['train/good/001.png', 'TRAIN', 'NORMAL', null],
      ['train/good/002.png', 'TRAIN', 'NORMAL', null],
    ]);
    const files = await category();
    for (const { filename, sha256, bytes, width, height } of images) {
      expect([bytes, width, height]).toEqual([files[filename]!.length, 32, 24]);
      expect((await setting.blobs.read(sha256)).equals(files[filename]!)).toBe(true);
    }
    const [scratched] = await annotationsOf(images[2]!.id);
    expect(scratched).toMatchObject({ kind: 'PIXEL', revision: 1, source: 'IMPORTED', activeSeconds: null });
    const { counts, anomalousPixels } = scratched!.payload as PixelPayload;
    expect(anomalousPixels).toBe(5);
    const decoded = decodeRle(counts, { width: 32, height: 24 });
    expect([...decoded.data].flatMap((value, i) => (value ? [i] : []))).toEqual([0, 32, 64, 96, 128]);
    const summary = await setting.datasets.counts(everything, [dataset.id]);
    expect(summary[0]).toMatchObject({ images: 7, normal: 5, anomalous: 2, train: 3, test: 4 });
  });

  it('filters what it stored', async () => {
    const dataset = await setting.dataset();
    await setting.import({ datasetId: dataset.id, path: await setting.folder(await category()) });
    const names = async (filter: Parameters<typeof setting.images.page>[2]) =>
      (await setting.images.page(everything, dataset.id, filter, {})).nodes.map(({ filename }) => filename);
    expect(await names({ split: 'TRAIN' })).toHaveLength(3);
    expect(await names({ split: 'TEST', label: 'NORMAL' })).toEqual(['test/good/000.png', 'test/good/001.jpg']);
    expect(await names({ defectType: 'scratch', annotatedWith: 'PIXEL' })).toHaveLength(2);
    expect(await names({ notAnnotatedWith: 'PIXEL' })).toHaveLength(5);
    expect(await names({ annotatedWith: 'BOX' })).toEqual([]);
    expect(await names({ defectType: "'; DROP TABLE image; --" })).toEqual([]);
  });

  it.each([
    ['', 'none'],
    ['magnetic tile/', 'one'],
  ])('reads a zip with %j around the category', async (prefix) => {
    const dataset = await setting.dataset();
    const junk = { [`__MACOSX/${prefix}._000.png`]: Buffer.from('x'), [`${prefix}train/.DS_Store`]: Buffer.from('x') };
    const bytes = Buffer.from(zipped({ ...withPrefix(await category(), prefix), ...junk }));
    const upload = await setting.upload('set.zip', bytes);
    const { row, job, logs } = await setting.import({ datasetId: dataset.id, uploadId: upload.id });
    expect(job).toMatchObject({ state: 'COMPLETED', failure: null });
    expect(row).toMatchObject({ imagesImported: 7, annotationsImported: 2 });
    const left = 'INFO left out, hidden, thumbnails, or left behind by operating systems and programs: 2 files';
    expect(logs).toContain(`${left} (${Object.keys(junk).join(', ')})`);
    expect((await imagesOf(dataset.id))[0]!.filename).toBe('test/good/000.png');
  });

  it('reads a zip that lies under an import root, and mentions files beside the layout', async () => {
    const dataset = await setting.dataset();
    await writeFile(
      join(setting.root, 'set.zip'),
      zipped({ ...(await category()), 'readme.txt': Buffer.from('MVTec AD') }),
    );
    const { row, logs } = await setting.import({ datasetId: dataset.id, path: 'set.zip' });
    expect(row.imagesImported).toBe(7);
    expect(logs).toContain('INFO left out, files of another kind: 1 files (readme.txt)');
  });

  it('reads folders that are written in capitals', async () => {
    const dataset = await setting.dataset();
    const capital = (path: string) =>
      path.replace(/^(\w)(\w+)\/(\w)/, (_, a: string, b: string, c: string) => `${a}${b}/${c}`.toUpperCase());
    const files = Object.entries(await category()).map(([path, bytes]) => [capital(path), bytes] as const);
    const path = await setting.folder(Object.fromEntries(files));
    const { row } = await setting.import({ datasetId: dataset.id, path });
    expect(row).toMatchObject({ imagesImported: 7, annotationsImported: 2, problems: [], totalProblems: 0 });
    const labels = (await imagesOf(dataset.id)).map(({ split, label }) => `${split} ${label}`);
    expect(labels.sort()).toEqual([
      ...['TEST ANOMALOUS', 'TEST ANOMALOUS', 'TEST NORMAL', 'TEST NORMAL'],
      ...['TRAIN NORMAL', 'TRAIN NORMAL', 'TRAIN NORMAL'],
    ]);
  });

  it('checks everything and stores nothing in a dry run', async () => {
    const dataset = await setting.dataset();
    const blobs = await readdir(setting.blobFolder, { recursive: true });
    const files = { ...(await category()), 'train/good/new.png': await picture(40, 40, 99).png().toBuffer() };
    const path = await setting.folder(files);
    const { row, job } = await setting.import({ datasetId: dataset.id, path, dryRun: true });
    expect(job.state).toBe('COMPLETED');
    expect(row).toMatchObject({ dryRun: true, imagesImported: 8, annotationsImported: 2 });
    expect(await imagesOf(dataset.id)).toEqual([]);
    expect(await readdir(setting.blobFolder, { recursive: true })).toEqual(blobs);
  });

  it('takes defective images without a mask, and says which', async () => {
    const dataset = await setting.dataset();
    const files = await category();
    delete files['ground_truth/scratch/000_mask.png'];
    const { row, logs } = await setting.import({ datasetId: dataset.id, path: await setting.folder(files) });
    expect(row).toMatchObject({ imagesImported: 7, annotationsImported: 1, totalProblems: 0 });
    expect(logs.join()).toMatch(
      /1 defective images have no mask: .*pixel metrics leave them out: test\/scratch\/000.png/,
    );
    const [image] = (await imagesOf(dataset.id)).filter(({ filename }) => filename === 'test/scratch/000.png');
    expect(image).toMatchObject({ label: 'ANOMALOUS', defectType: 'scratch', split: 'TEST' });
    expect(await annotationsOf(image!.id)).toEqual([]);
  });

  it('takes an all-zero mask of a good image, and stores none', async () => {
    const dataset = await setting.dataset();
    const files = { ...(await category()), 'ground_truth/good/000_mask.png': mask(32, 24, 0) };
    const { row } = await setting.import({ datasetId: dataset.id, path: await setting.folder(files) });
    expect(row).toMatchObject({ imagesImported: 7, annotationsImported: 2 });
  });

  it('warns of the same bytes in two splits, naming both items; the search for leakage finds them', async () => {
    const dataset = await setting.dataset();
    const files = await category();
    files['test/scratch/000.png'] = files['train/good/001.png']!;
    const { job, logs } = await setting.import({ datasetId: dataset.id, path: await setting.folder(files) });
    expect(job.state).toBe('COMPLETED');
    const warnings = logs.filter((line) => line.startsWith('WARN'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^WARN SPLIT_LEAKAGE: 'test\/scratch\/000.png' \(TEST\) and 'train\/good\/001.png' \(TRAIN\)/,
    );
    const found = await findSplitLeakage(setting.dataSource.manager, { datasetId: dataset.id });
    expect(found).toMatchObject([{ code: 'SPLIT_LEAKAGE', item: 'test/scratch/000.png' }]);
    expect(found[0]!.message).toContain('train/good/001.png');
  });

  it('follows a link to a file inside the import root', async () => {
    const dataset = await setting.dataset();
    const path = await setting.folder(await category());
    await symlink(join(setting.root, path, 'train/good/000.png'), join(setting.root, path, 'train/good/link.png'));
    const { row } = await setting.import({ datasetId: dataset.id, path });
    expect(row.imagesImported).toBe(8);
  });
});

describe('an import fails as a whole for', () => {
  it('a mask one pixel wider than its image, saying both sizes', async () => {
    const { problems, totalProblems } = await failure((files) => {
      files['ground_truth/scratch/000_mask.png'] = mask(33, 24, 5);
    });
    expect(totalProblems).toBe(1);
    expect(problems[0]).toMatchObject({ code: 'MASK_SIZE_MISMATCH', item: 'ground_truth/scratch/000_mask.png' });
    expect(problems[0]!.message).toContain('33x24');
    expect(problems[0]!.message).toContain('32x24');
  });

  it('every bad file at once, in the order of their names', async () => {
    const { problems, totalProblems } = await failure((files) => {
      files['train/good/000.png'] = Buffer.alloc(0);
      files['train/good/001.png'] = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
      files['train/good/002.png'] = files['train/good/002.png']!.subarray(0, 60);
      files['test/good/000.png'] = greyPng(4, 4, []);
      files['test/good/001.jpg'] = Buffer.from('GIF89a');
      files['ground_truth/good/001_mask.png'] = mask(32, 24, 1);
      files['ground_truth/scratch/000_mask.png'] = mask(32, 24, 0);
      files['ground_truth/scratch/exp1 num 1_mask.png'] = greyPng(32, 24, [0, 100, 255]);
    });
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['IMAGE_TOO_SMALL', 'test/good/000.png'],
      ['IMAGE_FORMAT_UNSUPPORTED', 'test/good/001.jpg'],
      ['LABEL_CONTRADICTION', 'ground_truth/good/001_mask.png'],
      ['MASK_EMPTY', 'ground_truth/scratch/000_mask.png'],
      ['MASK_NOT_BINARY', 'ground_truth/scratch/exp1 num 1_mask.png'],
      ['IMAGE_EMPTY', 'train/good/000.png'],
      ['IMAGE_FORMAT_UNSUPPORTED', 'train/good/001.png'],
      ['IMAGE_CORRUPT', 'train/good/002.png'],
    ]);
    expect(totalProblems).toBe(8);
  });

  it('masks without image', async () => {
    const { problems } = await failure((files) => {
      delete files['ground_truth/scratch/000_mask.png'];
      files['ground_truth/scratch/777_mask.png'] = mask(32, 24, 3);
      files['ground_truth/scratch/000.png'] = mask(32, 24, 3);
    });
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['DATASET_LAYOUT_INVALID', 'ground_truth/scratch/000.png'],
      ['DATASET_LAYOUT_INVALID', 'ground_truth/scratch/777_mask.png'],
    ]);
  });

  it('250 masks without image: 100 problems are kept, all are counted', async () => {
    const { problems, totalProblems } = await failure((files) => {
      for (let i = 0; i < 250; i += 1) files[`ground_truth/dent/${i}_mask.png`] = mask(16, 16, 1);
    });
    expect(problems).toHaveLength(100);
    expect(totalProblems).toBe(250);
  });

  it('a folder without train/good, saying what it holds', async () => {
    const { problems } = await failure((files) => {
      for (const name of Object.keys(files)) {
        if (!name.startsWith('train')) continue;
        files[`training/${name}`] = files[name]!;
        delete files[name];
      }
    });
    expect(problems[0]).toMatchObject({ code: 'DATASET_LAYOUT_INVALID' });
    expect(problems[0]!.message).toContain('train/good');
    expect(problems[0]!.message).toContain('training/train');
    expect(problems[1]).toMatchObject({ code: 'DATASET_LAYOUT_INVALID', item: 'training' });
  });

  it('unknown folders, one problem each', async () => {
    const { problems } = await failure((files) => {
      files['train/scratch/1.png'] = files['test/scratch/000.png']!;
      files['train/good/deep/1.png'] = files['test/scratch/000.png']!;
      files['extra/good/1.png'] = files['test/good/000.png']!;
      files['extra/good/2.png'] = files['test/good/000.png']!;
      files['test/1.png'] = files['test/good/000.png']!;
    });
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['DATASET_LAYOUT_INVALID', 'extra'],
      ['DATASET_LAYOUT_INVALID', 'test'],
      ['DATASET_LAYOUT_INVALID', 'train/good/deep'],
      ['DATASET_LAYOUT_INVALID', 'train/scratch'],
    ]);
  });

  it('two images that would share a mask, and two masks of one image', async () => {
    const { problems } = await failure((files) => {
      files['test/scratch/000.jpg'] = files['test/scratch/exp1 num 1.jpg']!;
      files['ground_truth/scratch/000_mask.bmp'] = mask(32, 24, 5);
    });
    expect(problems.slice(0, 2).map(({ code }) => code)).toEqual(['MASK_AMBIGUOUS', 'MASK_AMBIGUOUS']);
  });

  it('names the data set has already', async () => {
    const dataset = await setting.dataset();
    const path = await setting.folder(await category());
    await setting.import({ datasetId: dataset.id, path });
    const { job, row } = await setting.import({ datasetId: dataset.id, path });
    expect(job).toMatchObject({ state: 'FAILED', failure: { code: 'NAME_TAKEN', item: 'test/good/000.png' } });
    expect(row.totalProblems).toBe(7);
    expect(await imagesOf(dataset.id)).toHaveLength(7);
  });

  it('links out of the import root and links to folders', async () => {
    const dataset = await setting.dataset();
    const path = await setting.folder(await category());
    await symlink('/etc/passwd', join(setting.root, path, 'train/good/passwd.png'));
    await symlink(join(setting.root, path, 'test'), join(setting.root, path, 'train/again'));
    await symlink('/nowhere', join(setting.root, path, 'train/good/broken.png'));
    const { job, row } = await setting.import({ datasetId: dataset.id, path });
    expect(job.state).toBe('FAILED');
    const items = row.problems.map(({ code, item }) => `${code} ${item!}`).sort();
    expect(items).toEqual([
      'DATASET_LAYOUT_INVALID train/again',
      'DATASET_LAYOUT_INVALID train/good/broken.png',
      'DATASET_LAYOUT_INVALID train/good/passwd.png',
    ]);
    expect(JSON.stringify(row.problems)).not.toContain('/etc');
  });

  it('an archive with problems', async () => {
    const dataset = await setting.dataset();
    const evil = await setting.upload(
      'evil.zip',
      zipped({ ...(await category()), '../../evil.png': Buffer.from('x') }),
    );
    const first = await setting.import({ datasetId: dataset.id, uploadId: evil.id });
    expect(first.job.failure).toMatchObject({ code: 'ARCHIVE_UNSAFE_PATH', item: '../../evil.png' });
    const text = await setting.upload('text.zip', Buffer.from('no zip at all'));
    const second = await setting.import({ datasetId: dataset.id, uploadId: text.id });
    expect(second.job.failure).toMatchObject({ code: 'ARCHIVE_INVALID', item: 'text.zip' });
    expect(second.row).toMatchObject({ totalProblems: 1 });
  });

  it('a data set that is gone when its images are to be stored', async () => {
    const storing = setting.dataSource.transaction((manager) => storeImages(manager, nowhere, []));
    expect(await problemOf(storing)).toMatchObject({ code: 'NOT_FOUND', item: nowhere });
  });

  it('being cancelled in its midst', async () => {
    const dataset = await setting.dataset();
    const files = await category();
    for (let i = 0; i < 400; i += 1)
      files[`train/good/more-${i}.png`] = await picture(64, 64, i + 100)
        .png()
        .toBuffer();
    const path = await setting.folder(files);
    const { jobId } = await setting.imports.start(everything, { datasetId: dataset.id, format: 'mvtec', path });
    for await (const { type } of setting.jobs.feed.follow(jobId, 0)) if (type === 'METRICS_REPORTED') break;
    await setting.jobs.queue.cancel(jobId);
    await setting.jobs.history(jobId);
    expect((await setting.jobs.job(jobId)).state).toBe('CANCELLED');
    expect(await imagesOf(dataset.id)).toEqual([]);
    expect((await setting.imports.byIds(everything, [jobId]))[0]).toMatchObject({
      imagesImported: 0,
      totalProblems: 0,
    });
  });
});

describe('starting an import', () => {
  it('tells all problems of the input at once', async () => {
    const datasetId = nowhere;
    const problems = await problemsOf(
      setting.imports.start(everything, { datasetId, format: 'tarot', path: 'x', uploadId: datasetId }),
    );
    expect(problems.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['NOT_FOUND', 'input.datasetId'],
      ['BAD_USER_INPUT', 'input.format'],
      ['BAD_USER_INPUT', 'input.path'],
    ]);
    expect(problems[1]!.message).toContain("'tarot' is not known; known formats: mvtec, visa");
  });

  it('needs exactly one source', async () => {
    const { id: datasetId } = await setting.dataset();
    const { code, message } = await problemOf(setting.imports.start(everything, { datasetId, format: 'mvtec' }));
    expect(code).toBe('BAD_USER_INPUT');
    expect(message).toContain('exactly one of path and uploadId');
  });

  it('finds nothing outside the import roots and tells nothing about it', async () => {
    const { id: datasetId } = await setting.dataset();
    const outside = join(setting.root, '..', 'secret');
    await mkdir(outside, { recursive: true });
    await symlink(outside, join(setting.root, 'escape'));
    const start = (path: string) => problemOf(setting.imports.start(everything, { datasetId, format: 'mvtec', path }));
    for (const path of [
      '/etc',
      '../secret',
      '..',
      'a/../../secret',
      outside,
      `${setting.root}-2`,
      'escape',
      'a\0b',
      '',
    ]) {
      const { code, message, field } = await start(path);
      expect([path, code]).toEqual([path, 'BAD_USER_INPUT']);
      expect(field).toEqual(['input', 'path']);
      if (path === 'escape') expect(message).not.toContain(outside);
    }
    // Whether a path outside exists makes no difference.
    expect((await start('/etc')).message.replace('/etc', '?')).toBe(
      (await start('/no-such')).message.replace('/no-such', '?'),
    );
    const missing = await start('not-there');
    expect(missing).toMatchObject({ code: 'NOT_FOUND', item: 'not-there' });
    expect(missing.message).not.toContain(setting.root);
  });

  it('needs an upload whose bytes have arrived', async () => {
    const { id: datasetId } = await setting.dataset();
    const sha256 = 'a'.repeat(64);
    const waiting = await setting.uploads.create(everything, {
      filename: 'a.zip',
      bytes: 5,
      sha256,
      contentType: 'application/zip',
    });
    const start = (uploadId: string) =>
      problemOf(setting.imports.start(everything, { datasetId, format: 'mvtec', uploadId }));
    expect(await start(waiting.id)).toMatchObject({ code: 'UPLOAD_INCOMPLETE', field: ['input', 'uploadId'] });
    expect(await start(datasetId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await start('1 OR 1=1')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says that a server without import roots imports no folders', async () => {
    expect((await problemOf(findUnderImportRoots('x', []))).message).toContain('no import root');
  });
});

describe.skipIf(!existsSync(packs))('real packs beside the project (needs ../shared/data)', () => {
  it.each([
    ['magnetic-tile/magnetic_tile', 281, 121],
    ['kolektorsdd/kolektorsdd', 175, 25],
    ['mvtec-screw/screw', 202, 61],
    ['bsdata/ball_screw', 184, 56],
    ['deeppcb/pcb', 225, 85],
  ])('%s: %i images, %i masks', async (name, images, masks) => {
    const dataset = await setting.dataset();
    const { row, job } = await setting.import({ datasetId: dataset.id, path: join(packs, name) });
    expect(job).toMatchObject({ state: 'COMPLETED', failure: null });
    expect(row).toMatchObject({ imagesImported: images, annotationsImported: masks });
  });
});

function withPrefix(files: Files, prefix: string): Files {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${prefix}${path}`, bytes]));
}

async function annotationsOf(imageId: string): Promise<AnnotationEntity[]> {
  return setting.dataSource.getRepository(AnnotationEntity).findBy({ imageId });
}
