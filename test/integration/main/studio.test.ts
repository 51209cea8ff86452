import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPerson, startServerWithAccounts } from '../access/signInSetting.js';
import { useDatabase } from '../../support/database.js';
import { startTestServer, type TestServer } from '../graphql/testServer.js';

const database = useDatabase();
let server: TestServer;
const get = (path: string, headers: Record<string, string> = {}, url = server.url) =>
  fetch(`${url}${path}`, { headers, redirect: 'manual' });

/** Bytes as they come, not unpacked. */
function packed(path: string, encoding: string): Promise<{ encoding: string | null; text: string }> {
  return new Promise((done, fail) => {
    request(`${server.url}${path}`, { headers: { 'accept-encoding': encoding } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const used = response.headers['content-encoding'] ?? null;
        const unpacked = used === 'br' ? brotliDecompressSync(bytes) : used === 'gzip' ? gunzipSync(bytes) : bytes;
        done({ encoding: used, text: unpacked.toString() });
      });
    })
      .on('error', fail)
      .end();
  });
}

beforeAll(async () => {
  server = await startTestServer(database.dataSource);
});
afterAll(() => server?.stop());

describe("Studio's page", () => {
  it('comes under every address below /studio/, with a policy that lets nothing in from elsewhere', async () => {
    for (const path of ['/studio/', '/studio/RGF0YXNldDox/images?label=NORMAL']) {
      const response = await get(path);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const policy = response.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toMatch(/unsafe|data:|https?:/);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).not.toMatch(/<script>|<style|style=|https?:\/\//);
    }
  });

  it('is asked for anew each time, and sent again only when it has changed', async () => {
    const etag = (await get('/studio/')).headers.get('etag')!;
    expect((await get('/studio/', { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/studio/', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('names assets that stay for ever, packed as the browser can unpack them', async () => {
    const page = await (await get('/studio/')).text();
    const [script] = /\/studio\/assets\/[^"]+\.js/.exec(page)!;
    const plain = await packed(script, 'identity');
    expect(plain).toMatchObject({ encoding: null, text: expect.stringContaining('saveBoxAnnotation') as string });
    expect(await packed(script, 'gzip, br')).toEqual({ ...plain, encoding: 'br' });
    expect(await packed(script, 'gzip, br;q=0')).toEqual({ ...plain, encoding: 'gzip' });
    const { headers } = await get(script);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('has no other files, whatever the address', async () => {
    for (const path of [
      '/studio/assets/nothing.js',
      '/studio/assets/../index.html.br',
      '/studio/assets/%2e%2e%2findex.html',
    ]) {
      expect((await get(path)).headers.get('content-type')).not.toBe('text/javascript; charset=utf-8');
    }
    expect((await get('/studio/assets/nothing.js')).status).toBe(404);
  });

  it('is where a browser gets that opens the server itself', async () => {
    const response = await get('/', { accept: 'text/html,*/*' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/studio/']);
    expect((await get('/', { accept: 'application/json' })).status).toBe(404);
    expect((await get('/studio')).headers.get('location')).toBe('/studio/');
  });

  it('is not there where it is not wanted', async () => {
    const bare = await startTestServer(database.dataSource, { studio: false });
    expect((await get('/studio/', {}, bare.url)).status).toBe(404);
    expect((await get('/', { accept: 'text/html' }, bare.url)).status).toBe(404);
    await bare.stop();
  });

  it('leads to the sign-in where people sign in, and back', async () => {
    const guarded = await startServerWithAccounts(database.dataSource);
    const stranger = await get('/studio/abc/label?kind=block', {}, guarded.url);
    expect([stranger.status, stranger.headers.get('location')]).toEqual([
      303,
      '/sign-in?return=%2Fstudio%2Fabc%2Flabel%3Fkind%3Dblock',
    ]);
    const browser = await newPerson(guarded, 'ada@example.com');
    expect((await browser.once('/studio/abc/label', {})).status).toBe(200);
    await guarded.stop();
  });
});
