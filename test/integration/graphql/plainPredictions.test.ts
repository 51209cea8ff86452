import { readdir } from 'node:fs/promises';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { Validator } from '@seriousme/openapi-schema-validator';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../../src/access/index.js';
import { defaultLimits } from '../../../src/shared/config.js';
import { useDatabase } from '../../support/database.js';
import { picture, pngHeader, pngOf } from '../../unit/files/imageBytes.js';
import { RegistrySetting } from './registrySetting.js';
import { startTestServer, type TestServer } from './testServer.js';
import { cheaply } from '../../support/effort.js';

const database = useDatabase();
let server: TestServer;
let png: Buffer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource, { limits: { ...defaultLimits, imageBytes: 100_000 } });
  const setting = new RegistrySetting(database.dataSource, server.services);
  await setting.prepare('plates', [{ filename: 'a.png', label: 'NORMAL' }]);
  const { id: modelVersionId } = await setting.version('plates & more');
  await server.services.modelAliases.set(everything, { modelVersionId, alias: 'champion' });
  png = await picture().png().toBuffer();
});
afterAll(() => server.stop());

interface Refusal {
  status: number;
  code: string;
  message: string;
}

async function post(path: string, body: Uint8Array | string | undefined, type = 'image/png'): Promise<Refusal> {
  const response = await cheaply(() =>
    fetch(`${server.url}/v1/models/${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    }),
  );
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
  return { status: response.status, code: errors[0]!.extensions.code, message: errors[0]!.message };
}

const champion = 'plates%20%26%20more/champion/predict';

describe('POST /v1/models/:name/:version/predict', () => {
  const html = '<!doctype html><html><body>No image here</body></html>';
  const huge = () => pngOf(pngHeader(1_000_000, 1_000_000));
  it.each([
    ['no body', () => undefined, 'IMAGE_EMPTY'],
    ['an empty body', () => Buffer.alloc(0), 'IMAGE_EMPTY'],
    ['HTML', () => html, 'IMAGE_FORMAT_UNSUPPORTED'],
    ['a GIF', () => Buffer.from('GIF89a\u0001\u0000\u0001\u0000'), 'IMAGE_FORMAT_UNSUPPORTED'],
    ['a PNG cut at 60 bytes', () => png.subarray(0, 60), 'IMAGE_CORRUPT'],
    ['a PNG cut in its pixels', () => png.subarray(0, png.length >> 1), 'IMAGE_CORRUPT'],
    ['a header of 1,000,000 x 1,000,000', huge, 'IMAGE_TOO_LARGE'],
    ['one pixel', () => picture(1, 1).png().toBuffer(), 'IMAGE_TOO_SMALL'],
  ])('refuses %s and stores nothing', async (_name, body, code) => {
    const before = await blobCount();
    expect(await post(champion, await body())).toMatchObject({ status: 400, code });
    expect(await blobCount()).toBe(before);
  });

  it.each(['text/html', 'application/json', 'video/mp4'])(
    'refuses the content type %s before reading',
    async (type) => {
      expect(await post(champion, png, type)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  it('reads a body announced as a form by what it is, as curl announces every --data-binary', async () => {
    const type = 'application/x-www-form-urlencoded';
    expect(await post(champion, png.subarray(0, 60), type)).toMatchObject({ status: 400, code: 'IMAGE_CORRUPT' });
  });

  it('reads the one file of multipart/form-data, and refuses none, two and a broken form', async () => {
    const send = async (...files: Uint8Array[]) => {
      const form = new FormData();
      form.set('note', 'line 3');
      files.forEach((file, i) => form.set(`image${i}`, new Blob([new Uint8Array(file)]), `${i}.png`));
      const response = await fetch(`${server.url}/v1/models/${champion}`, { method: 'POST', body: form });
      const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
      return { status: response.status, code: errors[0]!.extensions.code, message: errors[0]!.message };
    };
    expect(await send(png.subarray(0, 60))).toMatchObject({ status: 400, code: 'IMAGE_CORRUPT' });
    const none = await send();
    expect([none.status, none.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(none.message).toContain('0 files');
    expect((await send(png, png)).message).toContain('2 files');
    expect(await send(Buffer.alloc(100_001))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const broken = await post(champion, png, 'multipart/form-data; boundary=x');
    expect(broken).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('has a limit of pixels of its own, which a WebP of 40 bytes does not get past', async () => {
    const webp = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#777777' } })
      .webp({ lossless: true })
      .toBuffer();
    const { status, code, message } = await post(champion, webp, 'image/webp');
    expect([status, code]).toEqual([400, 'IMAGE_TOO_LARGE']);
    expect(message).toContain(`at most ${defaultLimits.predictionPixels} are allowed`);
  });

  it.each([
    'plates%20%26%20more/2/predict',
    'plates%20%26%20more/challenger/predict',
    'nothing/1/predict',
    `${'x'.repeat(200)}/1/predict`,
    "plates%20%26%20more/1'%20OR%201=1/predict",
    '..%2f..%2fetc/1/predict',
  ])('does not know %s', async (path) => {
    expect(await post(path, png)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('refuses another kind of map, naming it', async () => {
    const { status, code, message } = await post(`${champion}?map=jpeg`, png);
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(message).toContain('"jpeg"');
  });

  it('says that bodies are not to be compressed, here and for GraphQL', async () => {
    for (const [path, type] of [
      [`/v1/models/${champion}`, 'image/png'],
      ['/graphql', 'application/json'],
    ] as const) {
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': type, 'content-encoding': 'gzip' },
        body: new Uint8Array(gzipSync(png)),
      });
      const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
      expect([response.status, errors[0]!.extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      expect(errors[0]!.message).toContain('"gzip"');
    }
  });

  it('answers 413 to more than an image may have, announced or not', async () => {
    expect(await post(champion, Buffer.alloc(100_001))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'image/png' };
      const request = http.request(`${server.url}/v1/models/${champion}`, { method: 'POST', headers }, (response) => {
        clearInterval(sending);
        resolve(response.statusCode);
        request.destroy();
      });
      const sending = setInterval(() => request.write(Buffer.alloc(16_384)), 1);
      request.on('error', reject);
    });
    expect(status).toBe(413);
  });

  it('asks for the token the rest asks for', async () => {
    const guarded = await startTestServer(database.dataSource, { apiToken: 'a-token-of-20-letters' });
    try {
      const url = `${guarded.url}/v1/models/nothing/1/predict`;
      const send = (headers: Record<string, string>) =>
        fetch(url, { method: 'POST', body: new Uint8Array(png), headers: { 'content-type': 'image/png', ...headers } });
      expect((await send({})).status).toBe(401);
      expect((await fetch(`${guarded.url}/v1/openapi.json`)).status).toBe(401);
      expect((await send({ authorization: 'Bearer a-token-of-20-letters' })).status).toBe(404);
    } finally {
      await guarded.stop();
    }
  });

  async function blobCount(): Promise<number> {
    const folder = (server.blobs as unknown as { folder: string }).folder;
    return (await readdir(folder, { recursive: true })).length;
  }
});

describe('/v1/models', () => {
  it('lists the models with their aliases', async () => {
    const answer = (await (await fetch(`${server.url}/v1/models`)).json()) as object;
    expect(answer).toEqual({
      models: [{ name: 'plates & more', lastVersion: 1, aliases: { champion: 1 } }],
      next: null,
    });
    expect((await fetch(`${server.url}/v1/models?after=nonsense`)).status).toBe(400);
  });
});

describe('/v1/openapi.json', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const document = (await (await fetch(`${server.url}/v1/openapi.json`)).json()) as Record<string, unknown>;
    const validator = new Validator();
    const result = await validator.validate(document);
    expect(result.errors ?? []).toEqual([]);
    expect([result.valid, validator.version]).toEqual([true, '3.1']);
  });
});
