import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { AnnotationEntity, ImageEntity } from '../../../src/database/entities/index.js';
import { encodePng, encodeRle } from '../../../src/files/index.js';
import { useDatabase } from '../../support/database.js';
import { ask, startTestServer, type TestServer } from './testServer.js';

const database = useDatabase();
let server: TestServer;
let picture: Buffer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource);
  const data = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 7) % 256);
  picture = await encodePng({ width: 64, height: 48, data });
});
afterAll(() => server.stop());

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Created {
  createUpload: { upload: { id: string; url: string } | null; userErrors: { code: string; field: string[] }[] };
}

async function announce(bytes: Uint8Array, filename = 'part.png'): Promise<{ id: string; url: string }> {
  const input = { filename, bytes: bytes.length, sha256: sha256Of(bytes), contentType: 'image/png' };
  const query = `mutation($input: CreateUploadInput!) { createUpload(input: $input) { upload { id url } userErrors { code field } } }`;
  const { data } = await ask<Created>(server.url, query, { input });
  expect(data.createUpload.userErrors).toEqual([]);
  return data.createUpload.upload!;
}

async function put(
  url: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ status: number; code?: string }> {
  const response = await fetch(url, { method: 'PUT', body: new Uint8Array(body), headers });
  const text = await response.text();
  const code = text
    ? (JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code
    : undefined;
  return { status: response.status, ...(code ? { code } : {}) };
}

describe('PUT /uploads/:id', () => {
  it('takes the announced bytes, of whatever type, again too', async () => {
    const { url } = await announce(picture);
    expect(await put(url, picture, { 'content-type': 'image/png' })).toEqual({ status: 204 });
    expect(await put(url, picture)).toEqual({ status: 204 });
    expect(await put(url, picture, { 'content-type': 'application/json' })).toEqual({ status: 204 });
  });

  it('is found again by the id of the upload, which then tells that the bytes are here', async () => {
    const { id, url } = await announce(picture);
    const completedAt = async () => {
      const query = `{ node(id: "${id}") { __typename id ... on Upload { url completedAt } } }`;
      const { data } = await ask<{ node: { completedAt: string | null } }>(server.url, query);
      expect(data.node).toMatchObject({ __typename: 'Upload', id, url });
      return data.node.completedAt;
    };
    expect(await completedAt()).toBeNull();
    await put(url, picture);
    expect(Date.parse((await completedAt())!)).toBeGreaterThan(0);
  });

  it('refuses other bytes, too few, and an address nobody gave out', async () => {
    const { url } = await announce(picture);
    const changed = Buffer.from(picture);
    changed[changed.length - 1]! ^= 1;
    expect(await put(url, changed)).toEqual({ status: 422, code: 'UPLOAD_CHECKSUM_MISMATCH' });
    expect(await put(url, picture.subarray(1))).toEqual({ status: 400, code: 'UPLOAD_INCOMPLETE' });
    for (const address of [uuid(), 'nonsense', '..%2f..%2fetc%2fpasswd']) {
      expect(await put(`${server.url}/uploads/${address}`, picture)).toEqual({ status: 404, code: 'NOT_FOUND' });
    }
  });

  it('answers 413 to more than was announced, closes the connection and keeps nothing', async () => {
    const { url } = await announce(picture);
    const { status, connection } = await sendWithoutEnd(url);
    expect([status, connection]).toEqual([413, 'close']);
    expect(await readdir(path.join(blobFolder(), 'incoming'))).toEqual([]);
    expect((await put(url, picture)).status).toBe(204);
  });

  it('reports every problem of an announcement at once', async () => {
    const input = { filename: '../../x.png', bytes: -1, sha256: 'nonsense', contentType: 'image/png' };
    const query = `mutation($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } userErrors { code field } } }`;
    const { data } = await ask<Created>(server.url, query, { input });
    expect(data.createUpload.userErrors.map(({ field }) => field.at(-1)).sort()).toEqual([
      'bytes',
      'filename',
      'sha256',
    ]);
  });

  function blobFolder(): string {
    return (server.blobs as unknown as { folder: string }).folder;
  }

  /** Sends chunks, without a length, until the server answers. */
  function sendWithoutEnd(url: string): Promise<{ status: number; connection: string | undefined }> {
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method: 'PUT' }, (response) => {
        clearInterval(sending);
        resolve({ status: response.statusCode!, connection: response.headers.connection });
        request.destroy();
      });
      const sending = setInterval(() => request.write(Buffer.alloc(16_384)), 1);
      request.on('error', reject);
    });
  }
});

describe('what was stored', () => {
  let image: { id: string; url: string; thumbnailUrl: string; annotations: { maskUrl: string; counts: string }[] };
  let maskUrl: string;
  beforeAll(async () => {
    const dataset = await server.services.datasets.create(everything, { name: 'screws' });
    const { id, url } = await announce(picture, 'a.png');
    await put(url, picture);
    const [stored] = await server.services.images.add(everything, {
      datasetId: dataset.id,
      images: [
        { uploadId: Buffer.from(id, 'base64url').toString().split(':')[1]!, split: 'TRAIN', label: 'ANOMALOUS' },
      ],
    });
    const mask = { width: 64, height: 48, data: Uint8Array.from({ length: 64 * 48 }, (_, i) => (i % 64 < 5 ? 1 : 0)) };
    const manager = database.dataSource.manager;
    const annotation = manager.create(AnnotationEntity, {
      ...{ id: uuid(), imageId: stored!.id, kind: 'PIXEL', revision: 1, source: 'IMPORTED', author: null },
      ...{ activeSeconds: null, payload: { counts: encodeRle(mask), anomalousPixels: 240 } },
    });
    await manager.save(annotation);
    const query = `{ dataset(name: "screws") { images { nodes {
      id url thumbnailUrl annotations { ... on PixelAnnotation { maskUrl counts anomalousPixels } } } } } }`;
    const { data } = await ask<{ dataset: { images: { nodes: [typeof image] } } }>(server.url, query);
    [image] = data.dataset.images.nodes;
    maskUrl = image.annotations[0]!.maskUrl;
  });

  it('comes back as the same bytes, typed by their content, for ever', async () => {
    const response = await fetch(image.url);
    expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(picture.length),
      'cache-control': expect.stringContaining('immutable') as string,
      'x-content-type-options': 'nosniff',
      etag: `"${sha256Of(picture)}"`,
    });
    const again = await fetch(image.url, { headers: { 'if-none-match': `"${sha256Of(picture)}"` } });
    expect(again.status).toBe(304);
    expect((await fetch(image.url, { method: 'HEAD' })).status).toBe(200);
  });

  it('is shown in a browser when it is a picture, and saved under a name otherwise', async () => {
    const { sha256 } = await server.blobs.put(Buffer.from('PK\x03\x04 of no picture'));
    const { sha256: other } = await server.blobs.put(Buffer.from('<html>'));
    const ways = [
      image.url,
      image.thumbnailUrl,
      maskUrl,
      ...[sha256, other].map((blob) => `${server.url}/blobs/${blob}`),
    ];
    const headers = await Promise.all(ways.map(async (way) => (await fetch(way)).headers));
    expect(headers.map((header) => header.get('content-disposition'))).toEqual([
      expect.stringMatching(/^inline; filename="[0-9a-f]{64}\.png"$/),
      expect.stringMatching(/^inline; filename="thumbnail-[0-9a-f-]{36}\.\w{3,4}"$/),
      expect.stringMatching(/^inline; filename="mask-[0-9a-f-]{36}\.png"$/),
      `attachment; filename="${sha256}.zip"`,
      `attachment; filename="${other}.bin"`,
    ]);
    expect(headers[3]!.get('content-type')).toBe('application/zip');
  });

  it('is never served as a page', async () => {
    const { sha256 } = await server.blobs.put(Buffer.from('<!doctype html><script>alert(1)</script>'));
    const response = await fetch(`${server.url}/blobs/${sha256}`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('may be empty or large', async () => {
    const large = Buffer.alloc(3_000_000, 7);
    for (const content of [Buffer.alloc(0), large]) {
      const { sha256 } = await server.blobs.put(content);
      const response = await fetch(`${server.url}/blobs/${sha256}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    }
  });

  it('has a preview and a mask as pictures', async () => {
    const preview = await fetch(image.thumbnailUrl);
    expect([preview.status, preview.headers.get('content-type')]).toEqual([200, 'image/webp']);
    const mask = await fetch(maskUrl);
    expect([mask.status, mask.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  it.each([
    '/blobs/nonsense',
    `/blobs/${'0'.repeat(64)}`,
    '/blobs/..%2f..%2fetc%2fpasswd',
    `/images/${uuid()}/thumbnail`,
    '/images/nonsense/thumbnail',
    `/annotations/${uuid()}/mask`,
    "/annotations/1'%20OR%201=1/mask",
    '/graphiql/..%2f..%2fpackage.json',
    '/graphiql/constructor',
  ])('answers 404 for %s', async (address) => {
    const response = await fetch(server.url + address);
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });
});

describe('a list of many', () => {
  it('asks the database as often as a list of few', async () => {
    const manager = database.dataSource.manager;
    const make = async (name: string, count: number) => {
      const { id: datasetId } = await server.services.datasets.create(everything, { name });
      const rows = Array.from({ length: count }, (_, i) => ({
        ...{ id: uuid(), datasetId, filename: `${i}`, sha256: 'a', bytes: 1, width: 4, height: 4 },
        ...{ split: 'TRAIN' as const, label: 'NORMAL' as const },
      }));
      await manager.insert(ImageEntity, rows);
      await server.services.snapshots.create(everything, { datasetId });
    };
    for (let i = 0; i < 20; i++) await make(`many ${i}`, i === 0 ? 50 : 1);
    const images = `{ dataset(name: "many 0") { images(first: COUNT) { totalCount nodes {
      dataset { name counts { images } project { name } } annotations { id } } } } }`;
    const sets = `{ datasets(first: COUNT) { nodes { counts { images } project { name } annotationBudget { images } } } }`;
    for (const query of [images, sets]) {
      const few = await queriesFor(query.replace('COUNT', '2'));
      const many = await queriesFor(query.replace('COUNT', '50'));
      expect(few).toBeGreaterThan(0);
      expect(many).toBe(few);
    }
  });

  /** The fewest of three times: the server asks the database of its own accord, too. */
  async function queriesFor(query: string): Promise<number> {
    const counts = [await countQueries(query), await countQueries(query), await countQueries(query)];
    return Math.min(...counts);
  }

  /** Queries outside transactions take one connection each. */
  async function countQueries(query: string): Promise<number> {
    const pool = (database.dataSource.driver as unknown as { master: NodeJS.EventEmitter }).master;
    let count = 0;
    const onAcquire = () => (count += 1);
    pool.on('acquire', onAcquire);
    const { errors } = await ask(server.url, query);
    pool.off('acquire', onAcquire);
    expect(errors).toEqual([]);
    return count;
  }
});
