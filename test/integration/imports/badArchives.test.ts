import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import type { Problem } from '../../../src/shared/errors.js';
import { zipOf, type ZipEntry } from '../../unit/files/zipBytes.js';
import { category, useImports } from './importSetting.js';
import { cheaply } from '../../support/effort.js';

const setting = useImports();

/** Uploads an archive and imports it, expects failure at little cost and that nothing of it is kept. */
async function refused(bytes: Uint8Array): Promise<readonly Problem[]> {
  const { id: uploadId } = await setting.upload('set.zip', bytes);
  const { id: datasetId } = await setting.dataset();
  const before = await readdir(setting.blobFolder, { recursive: true });
  const { row, job, steps } = await cheaply(() => setting.import({ datasetId, uploadId }));
  expect(job).toMatchObject({ state: 'FAILED', failure: row.problems[0] });
  expect(row).toMatchObject({ imagesImported: 0, totalProblems: row.problems.length });
  expect((await setting.datasets.counts(everything, [datasetId]))[0]!.images).toBe(0);
  if (steps.length === 0) expect(await readdir(setting.blobFolder, { recursive: true })).toEqual(before);
  return row.problems;
}

/** An honest category with something beside it. */
async function categoryWith(...entries: ZipEntry[]): Promise<Buffer> {
  const honest = Object.entries(await category()).map(([name, data]) => ({ name, data }));
  return zipOf([...honest, ...entries]);
}

const evil = (name: string): ZipEntry => ({ name, data: Buffer.from('evil') });

describe('an archive', () => {
  it.each([
    ['../../evil.txt', 'leads out of the archive'],
    ['train/../../evil.txt', 'leads out of the archive'],
    ['/etc/evil', 'absolute'],
    ['C:\\evil', 'drive letter'],
    ['..\\..\\evil', 'leads out of the archive'],
    ['a\0b.png', 'NUL'],
    [`${'d/'.repeat(2_000)}f`, '2000 folders; at most 16'],
  ])('with the path %j is ARCHIVE_UNSAFE_PATH, and nothing is written there', async (name, reason) => {
    const problems = await refused(await categoryWith(evil(name)));
    expect(problems).toMatchObject([{ code: 'ARCHIVE_UNSAFE_PATH' }]);
    expect(problems[0]!.item).toBe(problems[0]!.message.split("'")[1]);
    expect(problems[0]!.message).toContain(reason);
    for (const folder of [setting.blobFolder, setting.root, join(setting.root, '..'), '/etc', process.cwd()]) {
      for (const file of ['evil', 'evil.txt']) expect(existsSync(join(folder, file))).toBe(false);
    }
  });

  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  const whole = zipOf([evil('a.txt'), evil('b.txt')]);
  it.each<[string, Uint8Array, string, string]>([
    ['garbage', Buffer.from('no zip at all'), 'ARCHIVE_INVALID', 'text/plain'],
    ['a zip that was cut', whole.subarray(0, whole.length - 30), 'ARCHIVE_INVALID', 'cannot be read as a zip'],
    ['a zip of nothing', zipOf([]), 'ARCHIVE_EMPTY', 'no files'],
    ['junk alone', zipOf([evil('__MACOSX/a'), evil('.DS_Store')]), 'ARCHIVE_EMPTY', 'no files but 2'],
    ['a tar', tar, 'ARCHIVE_FORMAT_UNSUPPORTED', 'tar archive; allowed: zip'],
    ['a tar.gz', gzipSync(tar), 'ARCHIVE_FORMAT_UNSUPPORTED', 'tar.gz'],
    ['a 7z', Buffer.from('7z\xbc\xaf\x27\x1c....', 'latin1'), 'ARCHIVE_FORMAT_UNSUPPORTED', '7z'],
    ['a rar', Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), 'ARCHIVE_FORMAT_UNSUPPORTED', 'rar'],
  ])('that is %s is refused by name', async (_, bytes, code, text) => {
    const problems = await refused(bytes);
    expect(problems).toMatchObject([{ code, item: 'set.zip' }]);
    expect(problems[0]!.message).toContain(text);
  });

  it('of 200 MB of zeros is ARCHIVE_RATIO_EXCEEDED', async () => {
    const problems = await refused(zipOf([{ name: 'train/good/0.png', data: Buffer.alloc(200_000_000) }]));
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['ARCHIVE_RATIO_EXCEEDED', 'train/good/0.png'],
      ['ARCHIVE_RATIO_EXCEEDED', 'set.zip'],
    ]);
  });

  it('of more than 2 GB is ARCHIVE_TOO_LARGE', async () => {
    const declared = { name: 'train/good/large.png', data: Buffer.alloc(10), declaredBytes: 2 ** 31 + 1 };
    const problems = await refused(await categoryWith(declared));
    expect(problems.map(({ code }) => code)).toContain('ARCHIVE_TOO_LARGE');
  });

  it.each([10, 0])(
    'with an image that says it has %i bytes and has 200 MB is ARCHIVE_INVALID',
    async (declaredBytes) => {
      const lies = { name: 'train/good/lies.png', data: Buffer.alloc(200_000_000), declaredBytes };
      const bytes = await categoryWith(lies);
      const before = process.resourceUsage().maxRSS;
      expect(await refused(bytes)).toMatchObject([{ code: 'ARCHIVE_INVALID', item: 'train/good/lies.png' }]);
      expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(100);
    },
  );

  it('of 70,000 entries is ARCHIVE_TOO_MANY_ENTRIES', async () => {
    const bytes = zipOf(Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}.txt`, method: 0 })));
    const problems = await refused(bytes);
    expect(problems).toMatchObject([{ code: 'ARCHIVE_TOO_MANY_ENTRIES', item: 'set.zip' }]);
    expect(problems[0]!.message).toContain('70000 entries; at most 50000');
  });

  it.each<[string, ZipEntry, string]>([
    ['an encrypted entry', { ...evil('train/good/secret.png'), flags: 1 }, 'ARCHIVE_ENCRYPTED'],
    ['a link', { ...evil('train/good/link.png'), mode: 0o120777 }, 'ARCHIVE_UNSAFE_ENTRY'],
    ['a device', { ...evil('train/good/pipe'), mode: 0o010644 }, 'ARCHIVE_UNSAFE_ENTRY'],
    ['lzma', { ...evil('train/good/lzma.png'), method: 14 }, 'ARCHIVE_FORMAT_UNSUPPORTED'],
    ['a name twice', evil('train/good/000.png'), 'ARCHIVE_DUPLICATE_ENTRY'],
    ['names that differ in case', evil('train/good/000.PNG'), 'ARCHIVE_DUPLICATE_ENTRY'],
  ])('with %s is refused, naming the entry', async (_, entry, code) => {
    expect(await refused(await categoryWith(entry))).toMatchObject([{ code, item: entry.name }]);
  });

  it('with a link and an odd name gives the rest, where that is asked for, and tells of both', async () => {
    const odd = evil('train/good/a\u0001.png');
    const bytes = await categoryWith({ ...evil('train/good/link.png'), mode: 0o120777 }, odd);
    expect((await refused(bytes))[0]!.message).toContain('onProblem: SKIP');
    const { id: uploadId } = await setting.upload('set.zip', bytes);
    const { id: datasetId } = await setting.dataset();
    const { row, job } = await setting.import({ datasetId, uploadId, onProblem: 'SKIP' });
    expect(job.state).toBe('COMPLETED');
    expect(row.skipped.map(({ code, item }) => [code, item])).toEqual([
      ['ARCHIVE_UNSAFE_ENTRY', 'train/good/link.png'],
      ['FILENAME_INVALID', 'train/good/a\\u0001.png'],
    ]);
    expect(row.imagesImported).toBe(Object.keys(await category()).filter((name) => !/ground_truth/.test(name)).length);
  });

  it('with a name of 300 characters is FILENAME_INVALID', async () => {
    const problems = await refused(await categoryWith(evil(`train/good/${'x'.repeat(300)}.png`)));
    expect(problems).toMatchObject([{ code: 'FILENAME_INVALID' }]);
  });
});
