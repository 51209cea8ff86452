/** What every blob store must keep, whatever it stores in. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalBlobStore, type BlobStore, type ListedBlob } from '../../src/files/index.js';
import { S3BlobStore } from '../../src/files/s3BlobStore.js';
import { useS3Server } from '../support/s3Server.js';
import { faultOf, problemOf } from '../unit/files/problems.js';

interface StoreUnderTest {
  store: BlobStore;
  /** Another store on the same content, as a second machine has it. */
  elsewhere(): Promise<BlobStore>;
  /** Changes the stored bytes behind the store's back. */
  damage(sha256: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

async function localFolder(): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'residua-blobs-'));
  return {
    store: await LocalBlobStore.open(folder),
    elsewhere: () => LocalBlobStore.open(folder),
    damage: (sha256, bytes) => writeFile(join(folder, sha256.slice(0, 2), sha256), bytes),
    close: () => rm(folder, { recursive: true }),
  };
}

const server = useS3Server();

async function bucket(): Promise<StoreUnderTest> {
  const settings = await server.settings();
  const { endpoint, region, prefix } = settings;
  const store = await S3BlobStore.open(settings);
  const client = new S3Client({ endpoint: endpoint!, region, forcePathStyle: true });
  return {
    store,
    elsewhere: async () => S3BlobStore.open(await server.settings({ prefix })),
    damage: async (sha256, bytes) => {
      const Key = `${prefix}/${sha256.slice(0, 2)}/${sha256}`;
      await client.send(new PutObjectCommand({ Bucket: settings.bucket, Key, Body: bytes }));
    },
    close: async () => client.destroy(),
  };
}

const content = Buffer.from('a surface without defects');
const sha256 = addressOf(content);

function addressOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function* pieces(): AsyncGenerator<Buffer> {
  yield content.subarray(0, 5);
  await Promise.resolve();
  yield content.subarray(5);
}

async function streamed(store: BlobStore, address: string): Promise<Buffer> {
  const received: Buffer[] = [];
  for await (const piece of await store.open(address)) received.push(piece as Buffer);
  return Buffer.concat(received);
}

async function listed(store: BlobStore): Promise<ListedBlob[]> {
  const found = [];
  for await (const blob of store.list()) found.push(blob);
  return found;
}

async function addresses(store: BlobStore): Promise<string[]> {
  return (await listed(store)).map((blob) => blob.sha256);
}

describe.each([
  ['a local folder', localFolder],
  ['an S3 bucket', bucket],
])('a blob store in %s', (_, open) => {
  let under: StoreUnderTest;
  let store: BlobStore;
  beforeAll(async () => {
    under = await open();
    store = under.store;
  });
  afterAll(() => under.close());

  it('says NOT_FOUND for what it does not hold, and never takes an address for a path', async () => {
    for (const address of [sha256, '../../etc/passwd', sha256.toUpperCase(), '']) {
      expect(await store.has(address)).toBe(false);
      expect(await store.size(address)).toBeUndefined();
      for (const method of ['read', 'open', 'localFile', 'verify'] as const) {
        expect(await problemOf(store[method](address) as Promise<unknown>)).toMatchObject({ code: 'NOT_FOUND' });
      }
      expect(await store.remove(address)).toBe(false);
    }
    expect(await addresses(store)).toEqual([]);
  });

  it('stores bytes and streams under their sha256, once', async () => {
    const blob = { sha256, bytes: content.length };
    expect(await store.put(content)).toEqual(blob);
    expect(await store.put(content)).toEqual(blob);
    expect(await store.put(pieces())).toEqual(blob);
    expect(await addresses(store)).toEqual([sha256]);
  });

  it('gives them back on every machine: in memory, as a stream, as a file', async () => {
    for (const reader of [store, await under.elsewhere()]) {
      expect(await reader.has(sha256)).toBe(true);
      expect(await reader.size(sha256)).toBe(content.length);
      expect(await reader.verify(sha256)).toEqual({ sha256, bytes: content.length });
      expect(await reader.read(sha256)).toEqual(content);
      expect(await streamed(reader, sha256)).toEqual(content);
      expect(await readFile(await reader.localFile(sha256))).toEqual(content);
      expect(await reader.read(sha256)).toEqual(content);
    }
  });

  it('stores the empty file, and one of several pieces', async () => {
    const large = Buffer.alloc(12_000_000, 'residua');
    for (const bytes of [Buffer.alloc(0), large]) {
      const { sha256: address } = await store.put(bytes);
      const elsewhere = await under.elsewhere();
      expect((await elsewhere.read(address)).equals(bytes)).toBe(true);
      expect(await store.remove(address)).toBe(true);
    }
  });

  it('notices one flipped bit, names both checksums, and is repaired by storing again', async () => {
    await store.put(content);
    const damaged = Buffer.from(content);
    damaged[3] = damaged[3]! ^ 4;
    await under.damage(sha256, damaged);
    const elsewhere = await under.elsewhere();
    const readers = [
      () => store.verify(sha256),
      () => elsewhere.read(sha256),
      () => streamed(elsewhere, sha256),
      () => elsewhere.localFile(sha256),
    ];
    for (const read of readers) {
      const { code, message } = await problemOf(read());
      expect(code).toBe('ARTIFACT_CORRUPT');
      expect(message).toContain(sha256);
      expect(message).toContain(addressOf(damaged));
      expect(message).not.toContain(tmpdir());
    }
    await store.put(content);
    expect(await store.verify(sha256)).toEqual({ sha256, bytes: content.length });
    expect(await elsewhere.read(sha256)).toEqual(content);
  });

  it('stops at the allowed length, and stores nothing that is too long or refused', async () => {
    const other = Buffer.from('a scratch');
    const accept = () => {
      throw new Error('not this one');
    };
    expect((await faultOf(store.put(other, { maximumBytes: 3 }))).code).toBe('PAYLOAD_TOO_LARGE');
    await expect(store.put(other, { accept })).rejects.toThrow('not this one');
    expect(await store.has(addressOf(other))).toBe(false);
  });

  it('lists sizes and times, and removes only what is old enough', async () => {
    const before = Date.now();
    await store.put(content);
    const [only] = await listed(store);
    expect(only).toMatchObject({ sha256, bytes: content.length });
    // S3 rounds to seconds.
    expect(Math.abs(only!.storedAt.getTime() - before)).toBeLessThan(5_000);
    expect(await store.remove(sha256, new Date(before - 60_000))).toBe(false);
    expect(await store.has(sha256)).toBe(true);
    expect(await store.remove(sha256, new Date(before + 60_000))).toBe(true);
    expect(await store.has(sha256)).toBe(false);
    expect(await problemOf(store.read(sha256))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
