import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalBlobStore } from '../../../src/files/index.js';
import { faultOf, problemOf } from './problems.js';

let folder: string;
let store: LocalBlobStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'residua-blobs-'));
  store = await LocalBlobStore.open(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const content = Buffer.from('a surface without defects');
const sha256 = createHash('sha256').update(content).digest('hex');
const pathOf = (address: string) => join(folder, address.slice(0, 2), address);
const incoming = () => readdir(join(folder, 'incoming'));

async function* pieces(): AsyncGenerator<Buffer> {
  yield content.subarray(0, 5);
  await Promise.resolve();
  yield content.subarray(5);
}

describe('LocalBlobStore', () => {
  it('stores bytes and streams under their sha256, once', async () => {
    expect(await store.put(content)).toEqual({ sha256, bytes: content.length });
    const { ino } = await stat(pathOf(sha256));
    expect(await store.put(content)).toEqual({ sha256, bytes: content.length });
    expect((await stat(pathOf(sha256))).ino).toBe(ino);
    expect(await store.put(pieces())).toEqual({ sha256, bytes: content.length });
    expect(await store.read(sha256)).toEqual(content);
    expect(await store.has(sha256)).toBe(true);
    expect(await store.size(sha256)).toBe(content.length);
    expect(await store.localFile(sha256)).toBe(pathOf(sha256));
    expect(await incoming()).toEqual([]);
  });

  it('stores the empty file', async () => {
    const { sha256: empty } = await store.put(Buffer.alloc(0));
    expect(await store.read(empty)).toHaveLength(0);
  });

  it('streams what it holds', async () => {
    await store.put(content);
    const received: Buffer[] = [];
    for await (const piece of await store.open(sha256)) received.push(piece as Buffer);
    expect(Buffer.concat(received)).toEqual(content);
  });

  it('notices one flipped bit, names both checksums, and is repaired by storing again', async () => {
    await store.put(content);
    const damaged = Buffer.from(content);
    damaged[3] = damaged[3]! ^ 4;
    await writeFile(pathOf(sha256), damaged);
    const found = createHash('sha256').update(damaged).digest('hex');
    const drain = async () => {
      for await (const piece of await store.open(sha256)) void piece;
    };
    for (const work of [() => store.read(sha256), drain, () => store.localFile(sha256)]) {
      const { code, message } = await problemOf(work());
      expect(code).toBe('ARTIFACT_CORRUPT');
      expect(message).toContain(sha256);
      expect(message).toContain(found);
      expect(message).not.toContain(folder);
    }
    await store.put(content);
    expect(await store.read(sha256)).toEqual(content);
  });

  it('says NOT_FOUND for what it does not hold, and never takes an address for a path', async () => {
    for (const address of [sha256, '../../etc/passwd', sha256.toUpperCase(), '']) {
      expect(await store.has(address)).toBe(false);
      expect(await problemOf(store.read(address))).toMatchObject({ code: 'NOT_FOUND' });
      expect(await problemOf(store.open(address))).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('stops at the allowed length and leaves nothing behind', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        taken += 1000;
        yield Buffer.alloc(1000);
        await Promise.resolve();
      }
    }
    expect((await faultOf(store.put(endless(), { maximumBytes: 10_000 }))).code).toBe('PAYLOAD_TOO_LARGE');
    expect(taken).toBe(11_000);
    expect((await faultOf(store.put(content, { maximumBytes: 3 }))).code).toBe('PAYLOAD_TOO_LARGE');
    expect(await readdir(folder)).toEqual(['incoming']);
    expect(await incoming()).toEqual([]);
  });

  it('leaves nothing behind when the source or the check fails', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield content;
      await Promise.reject(new Error('the sender went away'));
    }
    await expect(store.put(failing())).rejects.toThrow('the sender went away');
    const accept = () => {
      throw new Error('not this one');
    };
    for (const source of [content, pieces()])
      await expect(store.put(source, { accept })).rejects.toThrow('not this one');
    expect(await store.has(sha256)).toBe(false);
    expect(await incoming()).toEqual([]);
  });

  it('removes what a dead process left half-written, but not what is being written', async () => {
    const [old, fresh] = [join(folder, 'incoming', 'old'), join(folder, 'incoming', 'fresh')];
    for (const path of [old, fresh]) await writeFile(path, 'half');
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(old, longAgo, longAgo);
    await LocalBlobStore.open(folder);
    expect(await incoming()).toEqual(['fresh']);
  });
});
