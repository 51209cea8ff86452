import type { Readable } from 'node:stream';
import { corruptProblem } from './blobDigest.js';
import type { BlobContent, PutOptions, StoredBlob } from './blobStore.js';
import { LocalBlobStore } from './localBlobStore.js';

/** A blob used less long ago than this stays: whoever asked for it may not have opened it yet. */
const inUseMilliseconds = 10 * 60 * 1000;

/** Removing down to this share of the limit keeps the folder from being looked through at every new blob. */
const trimTo = 0.9;

/** Copies of remote blobs on this machine, as many as fit into `maximumBytes`; the longest unused ones go first. */
export class BlobCache {
  private readonly downloads = new Map<string, Promise<void>>();

  private constructor(
    private readonly store: LocalBlobStore,
    private readonly maximumBytes: number,
    private bytes: number,
    private readonly inUse: number,
  ) {}

  /** Several processes may share the folder. */
  static async open(folder: string, maximumBytes: number, inUse = inUseMilliseconds): Promise<BlobCache> {
    const store = await LocalBlobStore.open(folder);
    let bytes = 0;
    for await (const blob of store.list()) bytes += blob.bytes;
    return new BlobCache(store, maximumBytes, bytes, inUse);
  }

  async put(content: BlobContent, options?: PutOptions): Promise<StoredBlob> {
    const blob = await this.store.put(content, options);
    this.bytes += blob.bytes;
    if (this.bytes > this.maximumBytes) await this.trim();
    return blob;
  }

  /**
   * The folder, once it holds an intact copy of the blob. `download` is called when it does not.
   * @throws ProblemError ARTIFACT_CORRUPT when other bytes come than the address says.
   */
  async holding(sha256: string, download: () => Promise<Readable>): Promise<LocalBlobStore> {
    if (await this.store.renew(sha256)) return this.store;
    const running = this.downloads.get(sha256) ?? this.fetch(sha256, download);
    this.downloads.set(sha256, running);
    await running.finally(() => this.downloads.delete(sha256));
    return this.store;
  }

  /** Path of a copy that was just put here. */
  localFile(sha256: string): Promise<string> {
    return this.store.localFile(sha256);
  }

  forget(sha256: string): Promise<boolean> {
    return this.store.remove(sha256);
  }

  private async fetch(sha256: string, download: () => Promise<Readable>): Promise<void> {
    const accept = (blob: StoredBlob) => {
      if (blob.sha256 !== sha256) throw corruptProblem(sha256, blob.sha256);
    };
    await this.put(await download(), { accept });
  }

  private async trim(): Promise<void> {
    const blobs = [];
    for await (const blob of this.store.list()) blobs.push(blob);
    blobs.sort((one, other) => one.storedAt.getTime() - other.storedAt.getTime());
    this.bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 0);
    const unused = new Date(Date.now() - this.inUse);
    for (const { sha256, bytes } of blobs) {
      if (this.bytes <= trimTo * this.maximumBytes) return;
      if (await this.store.remove(sha256, unused)) this.bytes -= bytes;
    }
  }
}
