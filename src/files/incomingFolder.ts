import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FaultError } from '../shared/errors.js';
import type { BlobContent, StoredBlob } from './blobStore.js';

/** In milliseconds. */
const defaultTimes = {
  /** A file that nobody touched for this long belongs to a process that died while writing. */
  abandonedAfter: 40_000,
  /** How often such files are looked for: none gets a minute old. */
  sweepEvery: 15_000,
  /** How often a writer shows that it lives, however slowly its bytes arrive. */
  touchEvery: 10_000,
};

/** A file that is complete, but not yet under its address. */
export interface IncomingFile {
  path: string;
  blob: StoredBlob;
}

/** The folder of files that are being written: nothing in it counts until it is renamed out of it. */
export class IncomingFolder {
  private constructor(
    private readonly folder: string,
    private readonly times: typeof defaultTimes,
  ) {}

  /** Makes the folder where it is missing, and keeps removing what dead processes leave in it. */
  static async open(folder: string, times = defaultTimes): Promise<IncomingFolder> {
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
    await mkdir(folder, { recursive: true, mode: folderMode });
    const incoming = new IncomingFolder(folder, times);
    const sweep = () => incoming.removeAbandoned().catch(() => undefined);
    await sweep();
    setInterval(() => void sweep(), times.sweepEvery).unref();
    return incoming;
  }

  /** Writes and flushes content; on failure no file stays. @throws FaultError PAYLOAD_TOO_LARGE. */
  async write(content: BlobContent, maximumBytes?: number): Promise<IncomingFile> {
    const path = join(this.folder, randomUUID());
    try {
      return { path, blob: await this.writeDurably(path, content, maximumBytes) };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  private async writeDurably(path: string, content: BlobContent, maximumBytes?: number): Promise<StoredBlob> {
    const hash = createHash('sha256');
    let bytes = 0;
    const file = await open(path, 'wx', mode);
    const touch = setInterval(() => void file.chmod(mode).catch(() => undefined), this.times.touchEvery);
    try {
      const pieces = content instanceof Uint8Array ? [content] : content;
      for await (const piece of pieces) {
        bytes += piece.byteLength;
        checkLength(bytes, maximumBytes);
        hash.update(piece);
        await writeAll(file, piece);
      }
      await file.sync();
    } finally {
      clearInterval(touch);
      await file.close();
    }
    return { sha256: hash.digest('hex'), bytes };
  }

  /**
   * Compares by change times, which the file system sets by its own clock: machines that share a folder need not agree on
   * the time.
   */
  private async removeAbandoned(): Promise<void> {
    const now = await this.clock();
    for (const name of await readdir(this.folder)) {
      const file = await stat(join(this.folder, name)).catch(() => undefined);
      if (file && now - file.ctimeMs > this.times.abandonedAfter) await rm(join(this.folder, name), { force: true });
    }
  }

  private async clock(): Promise<number> {
    // Setting the same mode again changes the change time and nothing else.
    await chmod(this.folder, (await stat(this.folder)).mode);
    return (await stat(this.folder)).ctimeMs;
  }
}

/** Others than the owner read only where the owner has let a group into the folder of the store; it is made closed. */
const mode = 0o640;

/** Mode of the folders inside a store. */
export const folderMode = 0o750;

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  let written = 0;
  while (written < piece.byteLength) {
    written += (await file.write(piece, written, piece.byteLength - written)).bytesWritten;
  }
}

export function checkLength(bytes: number, maximumBytes = Number.POSITIVE_INFINITY): void {
  if (bytes > maximumBytes) {
    throw new FaultError('PAYLOAD_TOO_LARGE', `More than the announced or allowed ${maximumBytes} bytes arrived.`);
  }
}
