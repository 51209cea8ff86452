import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IncomingFolder } from '../../../src/files/incomingFolder.js';
import { LocalBlobStore } from '../../../src/files/index.js';
import { gate } from '../../support/jobs.js';
import { faultOf } from './problems.js';

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
    expect(await store.localFile(sha256)).toBe(pathOf(sha256));
    expect(await incoming()).toEqual([]);
  });

  it('is closed to others, and its files are no executables', async () => {
    const own = join(folder, 'store');
    const { sha256: stored } = await (await LocalBlobStore.open(own)).put(content);
    const modes = await Promise.all(
      [own, join(own, stored.slice(0, 2)), join(own, stored.slice(0, 2), stored)].map(
        async (path) => (await stat(path)).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o750, 0o640]);
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

  it('removes what a dead process left half-written, but not what is being written slowly', async () => {
    const abandonedAfter = 300;
    const abandoned = join(folder, 'incoming', 'abandoned');
    await writeFile(abandoned, 'half');
    const sweeping = await IncomingFolder.open(join(folder, 'incoming'), {
      abandonedAfter,
      sweepEvery: abandonedAfter / 2,
      touchEvery: 50,
    });
    const { opened, open } = gate();
    async function* slowly(): AsyncGenerator<Buffer> {
      yield content;
      await opened;
      yield content;
    }
    const writing = sweeping.write(slowly());
    await vi.waitUntil(async () => !(await incoming()).includes('abandoned'), { timeout: 5_000 });
    const [name] = await incoming();
    const { birthtimeMs } = await stat(join(folder, 'incoming', name!));
    await vi.waitUntil(() => Date.now() - birthtimeMs > 3 * abandonedAfter, { timeout: 5_000 });
    expect(await incoming()).toEqual([name]);
    open();
    expect((await writing).blob.bytes).toBe(2 * content.length);
  });

  it('makes what is stored again young', async () => {
    await store.put(content);
    const longAgo = new Date('2020-01-01');
    for (const again of [content, pieces()]) {
      await utimes(pathOf(sha256), longAgo, longAgo);
      await store.put(again);
      expect((await stat(pathOf(sha256))).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
    }
  });
});
