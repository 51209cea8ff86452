import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  checkAddress,
  corruptProblem,
  drained,
  fullProblem,
  isSha256,
  missingProblem,
  sha256Of,
  verified,
} from './blobDigest.js';
import {
  endOfTime,
  type BlobContent,
  type BlobStore,
  type ListedBlob,
  type PutOptions,
  type StoredBlob,
} from './blobStore.js';
import { checkLength, folderMode, IncomingFolder } from './incomingFolder.js';

/**
 * A blob store in a local folder: `<folder>/<first two digits>/<sha256>`. Content is written to `<folder>/incoming`,
 * flushed to the disk, then renamed into place, so that a crash never leaves half a blob under an address.
 */
export class LocalBlobStore implements BlobStore {
  private constructor(
    private readonly folder: string,
    private readonly incoming: IncomingFolder,
  ) {}

  /** Makes the folder where it is missing. What a dead process left half-written is removed within a minute. */
  static async open(folder: string): Promise<LocalBlobStore> {
    try {
      return new LocalBlobStore(folder, await IncomingFolder.open(join(folder, 'incoming')));
    } catch (error) {
      throw storageProblem(error);
    }
  }

  async put(content: BlobContent, options: PutOptions = {}): Promise<StoredBlob> {
    if (content instanceof Uint8Array) {
      const blob = { sha256: sha256Of(content), bytes: content.byteLength };
      checkLength(blob.bytes, options.maximumBytes);
      if (await this.renew(blob.sha256)) {
        options.accept?.(blob);
        return blob;
      }
    }
    try {
      const { path, blob } = await this.incoming.write(content, options.maximumBytes);
      try {
        options.accept?.(blob);
        await this.moveIntoPlace(path, blob.sha256);
        return blob;
      } finally {
        await rm(path, { force: true });
      }
    } catch (error) {
      throw storageProblem(error);
    }
  }

  async read(sha256: string): Promise<Buffer> {
    const bytes = await readFile(this.pathOf(sha256)).catch((error: unknown) => {
      throw readProblem(error, sha256);
    });
    const found = sha256Of(bytes);
    if (found !== sha256) throw corruptProblem(sha256, found);
    return bytes;
  }

  async open(sha256: string): Promise<Readable> {
    const handle = await open(this.pathOf(sha256)).catch((error: unknown) => {
      throw readProblem(error, sha256);
    });
    return verified(handle.createReadStream(), sha256);
  }

  async size(sha256: string): Promise<number | undefined> {
    return (await this.facts(sha256))?.size;
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.size(sha256)) !== undefined;
  }

  async localFile(sha256: string): Promise<string> {
    await this.verify(sha256);
    return this.pathOf(sha256);
  }

  async verify(sha256: string): Promise<StoredBlob> {
    return { sha256, bytes: await drained(await this.open(sha256)) };
  }

  async *list(): AsyncGenerator<ListedBlob> {
    for (const folder of await readdir(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const sha256 of await readdir(join(this.folder, folder))) {
        const file = await this.facts(sha256);
        if (file) yield { sha256, bytes: file.size, storedAt: file.mtime };
      }
    }
  }

  async remove(sha256: string, storedBefore = endOfTime): Promise<boolean> {
    const file = await this.facts(sha256);
    if (!file || file.mtime >= storedBefore) return false;
    await rm(this.pathOf(sha256), { force: true });
    return true;
  }

  /**
   * Makes a blob young again, so that nobody takes it for forgotten. @returns false when it is not there, or damaged:
   * storing its content again repairs it.
   */
  async renew(sha256: string): Promise<boolean> {
    const now = new Date();
    return this.verify(sha256)
      .then(() => utimes(this.pathOf(sha256), now, now))
      .then(
        () => true,
        () => false,
      );
  }

  private async facts(sha256: string) {
    return isSha256(sha256) ? stat(this.pathOf(sha256)).catch(() => undefined) : undefined;
  }

  private pathOf(sha256: string): string {
    checkAddress(sha256);
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  private async moveIntoPlace(temporary: string, sha256: string): Promise<void> {
    const target = this.pathOf(sha256);
    if ((await mkdir(dirname(target), { recursive: true, mode: folderMode })) !== undefined)
      await flushFolder(this.folder);
    await rename(temporary, target);
    await flushFolder(dirname(target));
  }
}

/** Makes a new name in a folder survive a power cut. Not every file system lets a folder be flushed. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function readProblem(error: unknown, sha256: string): unknown {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? missingProblem(sha256) : error;
}

function storageProblem(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? fullProblem() : error;
}
