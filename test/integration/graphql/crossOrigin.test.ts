import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { everything } from '../../../src/access/index.js';
import { ImageEntity } from '../../../src/database/entities/index.js';
import { encodePng } from '../../../src/files/index.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type GraphqlAnswer, type TestServer } from './testServer.js';

const database = useDatabase();
const token = 'a-token-of-this-test';
const studio = 'https://studio.example.org';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(database.dataSource, { allowedOrigins: [studio], apiToken: token });
  const { id: datasetId } = await server.services.datasets.create(everything, { name: 'screws' });
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => i % 256);
  const { sha256, bytes } = await server.blobs.put(await encodePng({ width: 64, height: 64, data }));
  const facts = { bytes, sha256, width: 64, height: 64, split: 'TRAIN' as const, label: 'NORMAL' as const };
  await database.dataSource.manager.insert(ImageEntity, { ...facts, id: uuid(), datasetId, filename: 'a.png' });
});
afterAll(() => server.stop());

const bearer = { authorization: `Bearer ${token}` };
const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ query: '{ __typename }' });

function preflight(origin: string, address = '/graphql', method = 'POST'): Promise<Response> {
  const asked = {
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type',
  };
  return fetch(`${server.url}${address}`, { method: 'OPTIONS', headers: { origin, ...asked } });
}

describe('a page of an allowed origin', () => {
  it('is told before that it may send its token, and for how long it need not ask again', async () => {
    const { status, headers } = await preflight(studio);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, studio]);
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT');
    expect(headers.get('access-control-max-age')).toBe('7200');
    expect(headers.get('vary')?.toLowerCase()).toContain('origin');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['/uploads/abc', '/v1/models/tiles/1/predict', '/blobs/abc'])('may ask for %s', async (address) => {
    expect((await preflight(studio, address, 'PUT')).headers.get('access-control-allow-origin')).toBe(studio);
  });

  it('reads answers, and refusals too', async () => {
    const right = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...json, ...bearer, origin: studio },
      body,
    });
    expect([right.status, right.headers.get('access-control-allow-origin')]).toEqual([200, studio]);
    expect(right.headers.get('access-control-expose-headers')).toContain('x-request-id');
    const wrong = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { ...json, origin: studio }, body });
    expect([wrong.status, wrong.headers.get('access-control-allow-origin')]).toEqual([401, studio]);
    const missing = await fetch(`${server.url}/nothing`, { headers: { origin: studio } });
    expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, studio]);
  });
});

describe('a page of another origin', () => {
  it.each(['https://foreign.example.org', 'null', `${studio}.evil.org`, 'http://studio.example.org'])(
    '%s is refused, and told why; the log says who it was',
    async (origin) => {
      for (const response of [
        await preflight(origin),
        await fetch(`${server.url}/graphql`, { method: 'POST', headers: { ...json, ...bearer, origin }, body }),
      ]) {
        expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
        const { errors } = (await response.json()) as GraphqlAnswer;
        expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
        expect(errors![0]!.message).toContain(JSON.stringify(origin));
        expect(errors![0]!.message).toContain('RESIDUA_ALLOWED_ORIGINS');
        expect(server.logged).toContainEqual(
          expect.objectContaining({ origin, status: 403, msg: errors![0]!.message }),
        );
      }
    },
  );

  it('of the server itself is no other', async () => {
    const headers = { ...json, ...bearer, origin: server.url };
    expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).status).toBe(200);
  });
});

describe('a picture in a page, which sends no token', () => {
  let image: { url: string; thumbnailUrl: string };
  beforeAll(async () => {
    const query = '{ dataset(name: "screws") { images { nodes { url thumbnailUrl } } } }';
    const headers = { ...json, ...bearer };
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const { data } = (await response.json()) as { data: { dataset: { images: { nodes: [typeof image] } } } };
    image = data.dataset.images.nodes[0];
  });

  it('is shown by the address that the API gave', async () => {
    for (const address of [image.url, image.thumbnailUrl]) {
      const response = await fetch(address);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^image\//);
      expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    }
  });

  it('can be read by scripts of allowed origins, as a canvas needs it', async () => {
    const response = await fetch(image.url, { headers: { origin: studio } });
    expect(response.headers.get('access-control-allow-origin')).toBe(studio);
  });

  it('is not shown without the signature, and the signature of one opens no other', async () => {
    const signature = new URL(image.url).search;
    const thumbnail = image.thumbnailUrl.replace(/\?.*/, '');
    for (const address of [image.url.replace(/\?.*/, ''), `${thumbnail}${signature}`]) {
      expect((await fetch(address)).status).toBe(401);
    }
    expect((await fetch(thumbnail, { headers: bearer })).status).toBe(200);
  });

  it('opens reading only', async () => {
    const response = await fetch(`${server.url}/uploads/${uuid()}${new URL(image.url).search}`, {
      method: 'PUT',
      body: 'x',
    });
    expect(response.status).toBe(401);
  });
});

describe('a server without a token', () => {
  let open: TestServer;
  beforeAll(async () => {
    open = await startTestServer(database.dataSource, {
      ...{ publicUrl: 'https://residua.example.org', allowedHosts: ['residua.lan'] },
    });
  });
  afterAll(() => open.stop());

  /** As a browser that was told a wrong address for a name. */
  function ask(host: string, path = '/graphql', headers: http.OutgoingHttpHeaders = {}): Promise<[number, string]> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        { port: open.port, host: '127.0.0.1', path, headers: { ...headers, host } },
        (response) => {
          response
            .toArray()
            .then((chunks) => resolve([response.statusCode!, Buffer.concat(chunks as Buffer[]).toString()]), reject);
        },
      );
      request.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve([response.statusCode!, '']);
      });
      request.on('error', reject).end();
    });
  }
  const query = '/graphql?query={__typename}';
  const preflighted = { 'apollo-require-preflight': '1' };
  const upgrade = {
    ...{ connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    ...{ 'sec-websocket-key': Buffer.alloc(16).toString('base64'), 'sec-websocket-protocol': 'graphql-transport-ws' },
  };

  it.each([
    '127.0.0.1:4000',
    'localhost',
    'app.localhost:80',
    '[::1]:4000',
    '192.168.0.7',
    'residua.example.org',
    'residua.lan:4000',
  ])('answers as %s, over HTTP and WebSocket', async (host) => {
    expect((await ask(host, query, preflighted))[0]).toBe(200);
    expect((await ask(host, '/graphql', upgrade))[0]).toBe(101);
  });

  it.each([
    'evil.example.org',
    'localhost.evil.org',
    '127.0.0.1.evil.org',
    'evil.residua.lan',
    'a b',
    'residua.example.org.',
  ])('refuses to answer as %s, and says what to set', async (host) => {
    const own = { origin: `http://${host}` };
    for (const [status, text] of [
      await ask(host, query, { ...preflighted, ...own }),
      await ask(host, '/graphql', { ...upgrade, ...own }),
    ]) {
      expect(status).toBe(403);
      expect(text).toContain('RESIDUA_ALLOWED_HOSTS');
    }
  });

  it('answers health checks under any name', async () => {
    expect((await ask('evil.example.org', '/livez'))[0]).toBe(200);
  });
});
