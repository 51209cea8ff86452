import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobCache } from '../../../src/files/blobCache.js';
import { S3BlobStore } from '../../../src/files/s3BlobStore.js';
import { useS3Server } from '../../support/s3Server.js';
import { faultOf, problemOf } from '../../unit/files/problems.js';

const server = useS3Server();

const image = (seed: number) => Buffer.alloc(100_000, `surface ${seed} `);

describe('a store in a bucket', () => {
  it('reads again from its copy, and from the bucket when the copy is damaged or gone', async () => {
    const settings = await server.settings();
    const store = await S3BlobStore.open(settings);
    const { sha256 } = await store.put(image(1));
    const copy = await store.localFile(sha256);
    await writeFile(copy, 'damaged');
    expect(await store.read(sha256)).toEqual(image(1));
    await rm(copy);
    expect(await store.read(sha256)).toEqual(image(1));
    expect(await store.localFile(sha256)).toBe(copy);
  });

  it('fetches what several readers ask for at once a single time', async () => {
    const settings = await server.settings();
    const { sha256 } = await (await S3BlobStore.open(settings)).put(image(2));
    const elsewhere = await S3BlobStore.open(await server.settings({ prefix: settings.prefix }));
    const read = await Promise.all(Array.from({ length: 8 }, () => elsewhere.read(sha256)));
    expect(read.every((bytes) => bytes.equals(image(2)))).toBe(true);
  });

  it('keeps apart what other installations have in the same bucket', async () => {
    const [one, other] = [await server.settings(), await server.settings()];
    const { sha256 } = await (await S3BlobStore.open(one)).put(image(3));
    expect(await (await S3BlobStore.open(other)).has(sha256)).toBe(false);
    const everything = await S3BlobStore.open(await server.settings({ prefix: '' }));
    for await (const blob of everything.list()) expect(blob).toBeUndefined();
  });

  it('says at the start that a bucket does not exist or does not let us in', async () => {
    const missing = await problemOf(S3BlobStore.open(await server.settings({ bucket: 'nowhere' })));
    expect(missing).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(missing.message).toContain("the bucket 'nowhere'");
    expect(missing.message).toContain('does not exist');
  });

  it('says that a server does not answer', async () => {
    const endpoint = 'http://127.0.0.1:9';
    expect(await faultOf(S3BlobStore.open(await server.settings({ endpoint })))).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });

  describe('whose server is full', () => {
    const full = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(request.method === 'PUT' ? 507 : 200).end());
    });
    beforeAll(() => new Promise<void>((resolve) => full.listen(0, '127.0.0.1', resolve)));
    afterAll(() => full.close());

    it('is STORAGE_FULL, and leaves nothing behind on this machine', async () => {
      const endpoint = `http://127.0.0.1:${(full.address() as AddressInfo).port}`;
      const settings = await server.settings({ endpoint });
      const store = await S3BlobStore.open(settings);
      expect(await problemOf(store.put(image(4)))).toMatchObject({ code: 'STORAGE_FULL' });
      const left = await readdir(settings.cacheDirectory, { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => entry.isFile())).toEqual([]);
    });
  });
});

describe('the copies on this machine', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-cache-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function bytesIn(path: string): Promise<number> {
    const store = await BlobCache.open(path, 0);
    return (store as unknown as { bytes: number }).bytes;
  }

  it('never take more than they may, and the longest unused go first', async () => {
    const path = join(folder, 'bounded');
    const cache = await BlobCache.open(path, 350_000, 0);
    const noDownload = () => Promise.reject(new Error('asked for again'));
    // A file system's clock ticks every few milliseconds: what comes in one tick is equally old.
    const put = async (seed: number) => {
      await delay(20);
      return cache.put(image(seed));
    };
    const [first, second] = [await put(1), await put(2)];
    await put(3);
    await cache.holding(first.sha256, noDownload);
    await put(4);
    expect(await bytesIn(path)).toBeLessThanOrEqual(350_000);
    await cache.holding(first.sha256, noDownload);
    await expect(cache.holding(second.sha256, noDownload)).rejects.toThrow('asked for again');
  });

  it('stay while they are in use, however many they are', async () => {
    const path = join(folder, 'busy');
    const cache = await BlobCache.open(path, 150_000);
    for (let seed = 0; seed < 3; seed++) await cache.put(image(seed));
    expect(await bytesIn(path)).toBe(300_000);
  });
});
