import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { openZip, type ArchiveLimits } from '../../../src/files/index.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { texture } from './imageBytes.js';
import { problemOf, problemsOf } from './problems.js';
import { zipOf, type ZipEntry } from './zipBytes.js';
import { cheaply } from '../../support/effort.js';

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-zip-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(bytes: Uint8Array, limits: ArchiveLimits = defaultLimits) {
  const path = join(folder, `${(files += 1)}.zip`);
  await writeFile(path, bytes);
  return openZip(path, { item: 'set.zip', limits });
}

/** The only problem of a zip with these entries. */
async function refusal(entries: readonly ZipEntry[], limits?: ArchiveLimits) {
  return problemOf(open(zipOf(entries), limits));
}

const text = (name: string, content = name): ZipEntry => ({ name, data: Buffer.from(content) });

describe('openZip', () => {
  it('reads a zip of another writer, entry by entry and several at a time', async () => {
    const writer = new yazl.ZipFile();
    const contents = Array.from({ length: 20 }, (_, i) => Buffer.from(texture(50 + i, 7, i + 1)));
    contents.forEach((content, i) => writer.addBuffer(content, `müll/${i}.bin`, { compress: i % 2 === 0 }));
    writer.addEmptyDirectory('empty/');
    writer.end();
    const pieces: Buffer[] = [];
    for await (const piece of writer.outputStream) pieces.push(piece as Buffer);
    const zip = await open(Buffer.concat(pieces));
    expect(zip.entries.map(({ path }) => path)).toEqual(contents.map((_, i) => `müll/${i}.bin`));
    expect(zip.entries.map(({ bytes }) => bytes)).toEqual(contents.map(({ length }) => length));
    expect(await Promise.all(zip.entries.map((entry) => entry.read()))).toEqual(contents);
    await zip.close();
  });

  it('skips and names what operating systems leave behind, and does not open zips inside', async () => {
    const inner = zipOf([text('b.txt')]);
    const junk = ['__MACOSX/a.txt', '__MACOSX/x/._a.txt', '.DS_Store', 'x/.DS_Store', 'x/Thumbs.db', 'x/._a.txt'];
    const zip = await open(zipOf([...junk.map((name) => text(name)), { name: 'x/inner.zip', data: inner }]));
    expect(zip.entries.map(({ path }) => path)).toEqual(['x/inner.zip']);
    expect(zip.junk).toEqual(junk);
    expect(await zip.entries[0]!.read()).toEqual(inner);
    await zip.close();
  });

  it.each([
    '../../evil.txt',
    'a/../../evil.txt',
    '/etc/evil',
    'C:\\evil',
    'c:evil',
    '..\\..\\evil',
    'a//b',
    'a\0b',
    `${'d/'.repeat(2000)}f`,
    `${'d/'.repeat(17)}f`,
  ])('refuses the path %j', async (name) => {
    const { code, message, item } = await refusal([text('good.txt'), text(name)]);
    expect(code).toBe('ARCHIVE_UNSAFE_PATH');
    expect(item).toBeTruthy();
    expect(message.length).toBeLessThan(400);
  });

  it('takes backslashes for separators', async () => {
    const zip = await open(zipOf([text('train\\good\\1.png')]));
    expect(zip.entries[0]!.path).toBe('train/good/1.png');
    await zip.close();
  });

  it('refuses what is no zip, and says what it is', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('ustar', 257);
    const cases: [Buffer, string, string][] = [
      [Buffer.alloc(0), 'ARCHIVE_EMPTY', '0 bytes'],
      [zipOf([]), 'ARCHIVE_EMPTY', 'no files'],
      [zipOf([text('__MACOSX/a')]), 'ARCHIVE_EMPTY', 'leave behind'],
      [Buffer.from('<!doctype html>'), 'ARCHIVE_INVALID', 'text/html'],
      [Buffer.from(texture(100, 1)), 'ARCHIVE_INVALID', 'octet-stream'],
      [tar, 'ARCHIVE_FORMAT_UNSUPPORTED', 'tar'],
      [Buffer.from('7z\xbc\xaf\x27\x1c....', 'latin1'), 'ARCHIVE_FORMAT_UNSUPPORTED', '7z'],
      [Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), 'ARCHIVE_FORMAT_UNSUPPORTED', 'rar'],
      [gzipSync(tar), 'ARCHIVE_FORMAT_UNSUPPORTED', 'tar.gz'],
    ];
    for (const [bytes, code, words] of cases) {
      const problem = await problemOf(open(bytes));
      expect(problem).toMatchObject({ code, item: 'set.zip' });
      expect(problem.message).toContain(words);
    }
  });

  it('refuses a zip cut off anywhere', async () => {
    const whole = zipOf([text('a.txt', 'x'.repeat(100)), text('b.txt', 'y'.repeat(100))]);
    for (const length of [10, 40, 100, whole.length - 30, whole.length - 1]) {
      expect(await problemOf(open(whole.subarray(0, length)))).toMatchObject({ code: 'ARCHIVE_INVALID' });
    }
  });

  it('refuses 200 MB of zeros in 194 kB before inflating them', async () => {
    const bytes = zipOf([{ name: 'zeros.bin', data: Buffer.alloc(200_000_000) }]);
    expect(bytes.length).toBeLessThan(200_000);
    const problems = await cheaply(() => problemsOf(open(bytes)));
    expect(problems.map(({ code }) => code)).toEqual(['ARCHIVE_RATIO_EXCEEDED', 'ARCHIVE_RATIO_EXCEEDED']);
    expect(problems[0]!.message).toMatch(/'zeros.bin' inflates 1\d{3} times to 200000000 bytes; at most 200/);
  });

  it.each([10, 0])('stops reading when an entry declared with %i bytes holds 200 MB', async (declaredBytes) => {
    const zip = await open(zipOf([{ name: 'lies.bin', data: Buffer.alloc(200_000_000), declaredBytes }]));
    let bytes = 0;
    const reading = async () => {
      for await (const piece of await zip.entries[0]!.open()) bytes += (piece as Buffer).length;
    };
    expect(await problemOf(reading())).toMatchObject({ code: 'ARCHIVE_INVALID', item: 'lies.bin' });
    expect(bytes).toBeLessThan(1_000_000);
    await zip.close();
  });

  it('notices fewer bytes than declared, and a wrong checksum', async () => {
    const short = { ...text('short.bin', 'abc'), declaredBytes: 5 };
    const changed = { ...text('changed.bin', 'abc'), declaredCrc: 1 };
    const zip = await open(zipOf([short, changed]));
    for (const entry of zip.entries) {
      expect(await problemOf(entry.read())).toMatchObject({ code: 'ARCHIVE_INVALID', item: entry.path });
    }
    await zip.close();
  });

  it('takes 20,000 images with a mask each and a manifest', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => [`images/${i}.png`, `masks/${i}.png`]).flat();
    const zip = await open(zipOf([...names, 'manifest.csv'].map((name) => ({ name, method: 0 }))));
    expect(zip.entries).toHaveLength(40_001);
    await zip.close();
  });

  it('refuses 70,000 entries at little cost', async () => {
    const bytes = zipOf(Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}.txt`, method: 0 })));
    const { code, message } = await cheaply(() => problemOf(open(bytes)));
    expect(code).toBe('ARCHIVE_TOO_MANY_ENTRIES');
    expect(message).toContain('70000 entries; at most 50000');
  });

  it('refuses encrypted entries and other compression', async () => {
    const problems = await problemsOf(
      open(zipOf([{ ...text('secret.txt'), flags: 1 }, { ...text('lzma.bin'), method: 14 }, text('fine.txt')])),
    );
    expect(problems.map(({ code, item }) => [code, item])).toEqual([
      ['ARCHIVE_ENCRYPTED', 'secret.txt'],
      ['ARCHIVE_FORMAT_UNSUPPORTED', 'lzma.bin'],
    ]);
  });

  it('leaves out links and devices, and says so', async () => {
    const [link, pipe] = [
      { ...text('link.txt', '/etc/passwd'), mode: 0o120777 },
      { ...text('pipe'), mode: 0o010644 },
    ];
    const zip = await open(zipOf([link, pipe, text('fine.txt')]));
    await zip.close();
    expect(zip.entries.map(({ path }) => path)).toEqual(['fine.txt']);
    expect(zip.links.map(({ code, item }) => [code, item])).toEqual([
      ['ARCHIVE_UNSAFE_ENTRY', 'link.txt'],
      ['ARCHIVE_UNSAFE_ENTRY', 'pipe'],
    ]);
  });

  it('refuses names that some file system takes for the same', async () => {
    expect(await refusal([text('a.png'), text('a.png')])).toMatchObject({
      code: 'ARCHIVE_DUPLICATE_ENTRY',
      item: 'a.png',
    });
    const { code, message } = await refusal([text('A.PNG'), text('a.png')]);
    expect(code).toBe('ARCHIVE_DUPLICATE_ENTRY');
    expect(message).toContain("'A.PNG'");
    expect(await refusal([text('\u00e9'), text('e\u0301')])).toMatchObject({ code: 'ARCHIVE_DUPLICATE_ENTRY' });
  });

  it('refuses entries that share their bytes', async () => {
    const entries = [text('a.bin', 'abcabc'), { ...text('b.bin', 'abcabc'), sharesDataOf: 0 }];
    expect(await refusal(entries)).toMatchObject({ code: 'ARCHIVE_INVALID', item: 'b.bin' });
  });

  it('refuses more bytes than the limit, before reading any', async () => {
    const entries = [text('a', 'x'.repeat(600)), text('b', 'y'.repeat(600))];
    const { code, message } = await refusal(entries, { ...defaultLimits, archiveBytes: 1000 });
    expect(code).toBe('ARCHIVE_TOO_LARGE');
    expect(message).toContain('1200 bytes inflated; at most 1000');
  });

  it('lists at most 100 problems and says how many there are', async () => {
    const problems = await problemsOf(open(zipOf(Array.from({ length: 250 }, (_, i) => text(`../${i}`)))));
    expect(problems).toHaveLength(100);
    expect(problems[99]!.message).toContain('250 in all');
  });
});
