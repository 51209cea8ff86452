import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, Transform, type Readable } from 'node:stream';
import { FaultError, problem, type ProblemError } from '../shared/errors.js';
import { isSha256, type BlobContent, type BlobStore, type PutOptions, type StoredBlob } from './blobStore.js';

/** Temporary files older than this belong to a process that died while writing. */
const abandonedAfterMilliseconds = 24 * 60 * 60 * 1000;

/**
 * A blob store in a local folder: `<folder>/<first two digits>/<sha256>`. Content is written to `<folder>/incoming`,
 * flushed to the disk, then renamed into place, so that a crash never leaves half a blob under an address.
 */
export class LocalBlobStore implements BlobStore {
  private constructor(private readonly folder: string) {}

  /** Makes the folder where it is missing and removes what an interrupted process left half-written more than a day ago. */
  static async open(folder: string): Promise<LocalBlobStore> {
    const store = new LocalBlobStore(folder);
    await mkdir(store.incoming, { recursive: true });
    await store.removeAbandoned(Date.now() - abandonedAfterMilliseconds);
    return store;
  }

  async put(content: BlobContent, options: PutOptions = {}): Promise<StoredBlob> {
    if (content instanceof Uint8Array) {
      const blob = { sha256: sha256Of(content), bytes: content.byteLength };
      checkLength(blob.bytes, options.maximumBytes);
      if (await this.holdsIntact(blob.sha256)) {
        options.accept?.(blob);
        return blob;
      }
    }
    const temporary = join(this.incoming, randomUUID());
    try {
      const blob = await writeDurably(temporary, content, options.maximumBytes);
      options.accept?.(blob);
      await this.moveIntoPlace(temporary, blob.sha256);
      return blob;
    } catch (error) {
      await rm(temporary, { force: true });
      throw storageProblem(error);
    }
  }

  async read(sha256: string): Promise<Buffer> {
    const bytes = await readFile(this.pathOf(sha256)).catch((error: unknown) => {
      throw missingProblem(error, sha256);
    });
    const found = sha256Of(bytes);
    if (found !== sha256) throw corruptProblem(sha256, found);
    return bytes;
  }

  async open(sha256: string): Promise<Readable> {
    const handle = await open(this.pathOf(sha256)).catch((error: unknown) => {
      throw missingProblem(error, sha256);
    });
    return verified(handle.createReadStream(), sha256);
  }

  async size(sha256: string): Promise<number | undefined> {
    if (!isSha256(sha256)) return undefined;
    return stat(this.pathOf(sha256)).then(
      (file) => file.size,
      () => undefined,
    );
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.size(sha256)) !== undefined;
  }

  async localFile(sha256: string): Promise<string> {
    for await (const piece of await this.open(sha256)) void piece;
    return this.pathOf(sha256);
  }

  private get incoming(): string {
    return join(this.folder, 'incoming');
  }

  private pathOf(sha256: string): string {
    if (!isSha256(sha256)) throw problem('NOT_FOUND', `'${sha256.slice(0, 80)}' is not the sha256 of a stored file.`);
    return join(this.folder, sha256.slice(0, 2), sha256);
  }

  /** A damaged blob counts as missing here: storing its content again repairs it. */
  private async holdsIntact(sha256: string): Promise<boolean> {
    return this.read(sha256).then(
      () => true,
      () => false,
    );
  }

  private async moveIntoPlace(temporary: string, sha256: string): Promise<void> {
    const target = this.pathOf(sha256);
    await mkdir(dirname(target), { recursive: true });
    await rename(temporary, target);
    await flushFolder(dirname(target));
  }

  private async removeAbandoned(before: number): Promise<void> {
    for (const name of await readdir(this.incoming)) {
      const path = join(this.incoming, name);
      const file = await stat(path).catch(() => undefined);
      if (file && file.mtimeMs < before) await unlink(path).catch(() => undefined);
    }
  }
}

async function writeDurably(path: string, content: BlobContent, maximumBytes?: number): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o640);
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
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  let written = 0;
  while (written < piece.byteLength) {
    written += (await file.write(piece, written, piece.byteLength - written)).bytesWritten;
  }
}

function checkLength(bytes: number, maximumBytes = Number.POSITIVE_INFINITY): void {
  if (bytes > maximumBytes) {
    throw new FaultError('PAYLOAD_TOO_LARGE', `More than the announced or allowed ${maximumBytes} bytes arrived.`);
  }
}

/** Makes the rename itself survive a power cut. Not every file system lets a folder be flushed. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Ends with an error instead of an end when the bytes that passed are not the expected ones. */
function verified(source: Readable, expected: string): Readable {
  const hash = createHash('sha256');
  const check = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      const found = hash.digest('hex');
      done(found === expected ? null : corruptProblem(expected, found));
    },
  });
  // The reader of `check` sees every error; closing it closes the file.
  pipeline(source, check, () => undefined);
  return check;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function corruptProblem(expected: string, found: string): ProblemError {
  const message = `The stored file is damaged: expected sha256 ${expected}, found ${found}. Store it again from its source.`;
  return problem('ARTIFACT_CORRUPT', message, { item: expected });
}

function missingProblem(error: unknown, sha256: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return problem('NOT_FOUND', `No stored file has the sha256 ${sha256}.`, { item: sha256 });
}

function storageProblem(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return problem('STORAGE_FULL', 'The blob store has no space left. Free space and send the file again.');
}
