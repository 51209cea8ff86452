import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { encodeGlobalId } from '../../../src/graphql/index.js';
import { useDatabase } from '../../support/database.js';
import {
  deflatedZeros,
  greyPng,
  palettePng,
  picture,
  pngChunk,
  pngHeader,
  pngOf,
  texture,
  tiffOf,
} from '../../unit/files/imageBytes.js';
import { ask, startTestServer, type TestServer } from './testServer.js';
import { cheaply } from '../../support/effort.js';

const database = useDatabase();
let server: TestServer;
let datasetId: string;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  datasetId = encodeGlobalId('Dataset', (await server.services.datasets.create(everything, { name: 'tiles' })).id);
});
afterAll(() => server.stop());

interface Problem {
  code: string;
  message: string;
  field: string[];
  item: string | null;
}
interface Added {
  images: { filename: string; width: number; height: number; url: string; thumbnailUrl: string }[];
  userErrors: Problem[];
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function announce(filename: string, bytes: Uint8Array) {
  const input = { filename, bytes: bytes.length, sha256: sha256Of(bytes), contentType: 'image/jpeg' };
  const query = `mutation($input: CreateUploadInput!) { createUpload(input: $input) {
    upload { id url } userErrors { code message field item } } }`;
  interface Data {
    createUpload: { upload: { id: string; url: string } | null; userErrors: Problem[] };
  }
  return (await ask<Data>(server.url, query, { input })).data.createUpload;
}

/** Sends a file as a client does, and adds it to the data set. */
async function add(filename: string, bytes: Uint8Array): Promise<Added> {
  const { upload } = await announce(filename, bytes);
  expect((await fetch(upload!.url, { method: 'PUT', body: new Uint8Array(bytes) })).status).toBe(204);
  const images = [{ uploadId: upload!.id, split: 'TRAIN', label: 'NORMAL' }];
  const query = `mutation($input: AddImagesInput!) { addImages(input: $input) {
    images { filename width height url thumbnailUrl } userErrors { code message field item } } }`;
  const { data, errors } = await ask<{ addImages: Added }>(server.url, query, { input: { datasetId, images } });
  expect(errors).toEqual([]);
  return data.addImages;
}

const stored = () => database.dataSource.manager.count(ImageEntity);
const blobFolder = () => (server.blobs as unknown as { folder: string }).folder;

function animatedPng(still: Buffer): Buffer {
  const control = pngChunk('acTL', Buffer.from([0, 0, 0, 3, 0, 0, 0, 0]));
  return Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
}

function animatedWebp(): Promise<Buffer> {
  const raw = { width: 32, height: 64, channels: 3 as const, pageHeight: 32 };
  return sharp(texture(32, 64), { raw })
    .webp({ loop: 0, delay: [100, 100] })
    .toBuffer();
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1;
  return changed;
}

const page = { width: 20, height: 20, bits: 8, sampleFormat: 1, data: new Uint8Array(400) };
const floats = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const png = (width = 64, height = 48) => picture(width, height).png().toBuffer();
const jpeg = (width = 200, height = 150) => picture(width, height).jpeg().toBuffer();

describe('an image that is none', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>, string, RegExp]>([
    [
      'HTML',
      () => Buffer.from('<!doctype html><title>404</title>'),
      'IMAGE_FORMAT_UNSUPPORTED',
      /looks like text\/html; allowed: png, jpeg/,
    ],
    ['a GIF', () => Buffer.from('GIF89a\x01\0\x01\0', 'latin1'), 'IMAGE_FORMAT_UNSUPPORTED', /image\/gif/],
    ['an animated PNG', async () => animatedPng(await png()), 'IMAGE_MULTIFRAME', /3 frames/],
    ['an animated WebP', () => animatedWebp(), 'IMAGE_MULTIFRAME', /2 frames/],
    ['a TIFF of 500 pages', () => tiffOf(...Array.from({ length: 500 }, () => page)), 'IMAGE_MULTIFRAME', /500/],
    ['a PNG cut at 60 bytes', async () => (await png()).subarray(0, 60), 'IMAGE_CORRUPT', /ends inside a chunk/],
    ['a JPEG cut in its scan', async () => (await jpeg()).subarray(0, 9_000), 'IMAGE_CORRUPT', /cannot be decoded/],
    [
      'a PNG with a wrong checksum',
      async () => flipped(await png(), 200),
      'IMAGE_CORRUPT',
      /checksum of PNG chunk IDAT/,
    ],
    [
      '69 bytes that claim 1,000,000 x 1,000,000',
      () =>
        pngOf(
          pngHeader(1_000_000, 1_000_000),
          pngChunk('IDAT', deflateSync(Buffer.alloc(4))),
          pngChunk('IEND', Buffer.alloc(0)),
        ),
      'IMAGE_TOO_LARGE',
      /1000000x1000000.*at most 64000000/,
    ],
    ['one pixel', () => greyPng(1, 1, [0]), 'IMAGE_TOO_SMALL', /1x1 pixels; .*at least 16 pixels, one block/],
    ['less than a block', () => png(200, 15), 'IMAGE_TOO_SMALL', /200x15/],
    ['a TIFF in L*a*b*', () => tiffOf({ ...page, photometric: 8 }), 'IMAGE_COLORSPACE_UNSUPPORTED', /L\*a\*b\*/],
    [
      'a float TIFF with NaN',
      () => tiffOf({ ...page, bits: 32, sampleFormat: 3, data: floats(new Array<number>(400).fill(0).with(45, NaN)) }),
      'IMAGE_VALUES_INVALID',
      /NaN at row 2, column 5/,
    ],
  ])('%s is refused by name, and nothing is added', async (what, make, code, message) => {
    const filename = `${what.replaceAll(/\W+/g, '-')}.jpg`;
    const bytes = await make();
    const before = await stored();
    const { images, userErrors } = await cheaply(() => add(filename, bytes));
    expect(userErrors).toMatchObject([{ code, item: filename, field: ['input', 'images', '0', 'uploadId'] }]);
    expect(userErrors[0]!.message).toMatch(message);
    expect(userErrors[0]!.message).toContain(filename);
    expect(userErrors[0]!.message).not.toMatch(/\/tmp|\/src|\n/);
    expect([images, await stored()]).toEqual([[], before]);
    expect(await readdir(join(blobFolder(), 'incoming'))).toEqual([]);
  });

  it('0 bytes are refused when they are announced', async () => {
    const { upload, userErrors } = await announce('empty.jpg', Buffer.alloc(0));
    expect(upload).toBeNull();
    expect(userErrors).toMatchObject([{ code: 'IMAGE_EMPTY', item: 'empty.jpg', field: ['input', 'bytes'] }]);
  });
});

type Background = { r: number; g: number; b: number; alpha?: number };

describe('an image of an uncommon kind', () => {
  const plain = (channels: 3 | 4, background: Background) =>
    sharp({ create: { width: 32, height: 24, channels, background } });
  const indices = new Array<number>(32 * 24).fill(1);
  it.each<[string, () => Buffer | Promise<Buffer>, [red: number, green: number, blue: number]]>([
    [
      'CMYK JPEG',
      () => plain(3, { r: 200, g: 40, b: 40 }).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
      [200, 40, 40],
    ],
    ['16-bit grey', () => greyPng(32, 24, new Array<number>(32 * 24).fill(0x80ff), 16), [128, 128, 128]],
    ['RGBA', () => plain(4, { r: 10, g: 200, b: 30, alpha: 0.5 }).png().toBuffer(), [10, 200, 30]],
    ['palette', () => palettePng(32, 24, [0, 0, 0, 9, 90, 180], indices), [9, 90, 180]],
  ])('%s is taken and shown as 8-bit sRGB', async (what, make, colour) => {
    const bytes = await make();
    const { images, userErrors } = await add(`${what}.png`, bytes);
    expect(userErrors).toEqual([]);
    expect(images).toMatchObject([{ width: 32, height: 24 }]);
    expect(Buffer.from(await (await fetch(images[0]!.url)).arrayBuffer()).equals(bytes)).toBe(true);
    const preview = await (await fetch(images[0]!.thumbnailUrl)).arrayBuffer();
    const { data, info } = await sharp(preview).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([32, 24, 3]);
    const tolerance = what === 'CMYK JPEG' ? 25 : 6;
    for (const [i, value] of colour.entries()) expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(tolerance);
  });

  it('a PNG with a text of 200 MB is taken, and memory stays small', async () => {
    const still = await picture(48, 32).png().toBuffer();
    const text = Buffer.concat([Buffer.from('Comment\0\0'), await deflatedZeros(200_000_000)]);
    const bytes = Buffer.concat([still.subarray(0, 33), pngChunk('zTXt', text), still.subarray(33)]);
    const before = process.resourceUsage().maxRSS;
    const { images, userErrors } = await add('talkative.png', bytes);
    expect([images.length, userErrors]).toEqual([1, []]);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(50);
  });
});

describe('a name', () => {
  it.each([
    ['../../x.png', /separator/],
    ['a\0.png', /NUL/],
    ['x'.repeat(300), /300 bytes/],
    ['a\\b.png', /separator/],
    ['..', /folder/],
  ])('%j is FILENAME_INVALID', async (filename, reason) => {
    const { upload, userErrors } = await announce(filename, await png());
    expect(upload).toBeNull();
    expect(userErrors).toMatchObject([{ code: 'FILENAME_INVALID', field: ['input', 'filename'] }]);
    expect(userErrors[0]!.message).toMatch(reason);
    expect(userErrors[0]!.message.length).toBeLessThan(400);
  });

  it.each([
    ['<img onerror=alert(1)>.png', '<img onerror=alert(1)>.png'],
    ['invoice\u202egnp.exe', 'invoice\\u202egnp.exe'],
    ['%2e%2e%2fetc.png', '%2e%2e%2fetc.png'],
  ])('%j is taken, lies under its sha256 and is written out in messages', async (filename, shown) => {
    const bytes = await picture(32, 24, filename.length).png().toBuffer();
    const { images } = await add(filename, bytes);
    expect(images).toMatchObject([{ filename }]);
    expect(images[0]!.url).toMatch(new RegExp(`/blobs/${sha256Of(bytes)}$`));
    const files = await readdir(blobFolder(), { recursive: true });
    expect(files.filter((path) => !/^(incoming|[0-9a-f]{2})([/][0-9a-f]{64})?$/.test(path))).toEqual([]);
    const again = await add(filename, bytes);
    expect(again.userErrors).toMatchObject([{ code: 'NAME_TAKEN', item: shown }]);
    expect(again.userErrors[0]!.message).toContain(shown);
    expect(again.userErrors[0]!.message).not.toMatch(/[\u202a-\u202e]/);
  });
});
