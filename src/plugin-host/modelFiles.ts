import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ModelFile, ModelFileSource, PluginLog } from '../plugin-api/index.js';
import { problem, ProblemError } from '../shared/errors.js';
import { modelFileNameProblem, modelFormatProblem } from '../shared/modelFileNames.js';
import { similarNames } from '../shared/similarNames.js';
import type { RecordedModelFile } from '../shared/training.js';
import { loggedProgress, openDownload, type FetchProgress } from './modelDownload.js';

export interface ModelFilesOptions {
  /** Larger files are neither fetched nor read. Default 2 GB. */
  maximalBytes?: number;
  /** A server that sends nothing for so long is given up. Default 30,000. */
  idleMilliseconds?: number;
  /** Origins that parameters may name, e.g. `https://models.example.com`. Default none. */
  downloadOrigins?: readonly string[];
}

export interface FetchSource {
  url: string;
  sha256: string;
  /** Name in the models folder. */
  file: string;
}

/** Files that a message names. */
const namedFiles = 5;

/** Files that nobody named: fetched ones, and those that are being fetched. */
const unnamed = /^[0-9a-f]{64}(\.\w+)?$|\.part$/;

/** A file of the folder, and what it holds. */
export interface FoundModelFile {
  /** Its name in the folder. */
  name: string;
  sha256: string;
  bytes: number;
}

/** What a run records a model file by. */
export function nameOfSource({ file, url }: ModelFileSource): string {
  return url ?? file ?? '';
}

/**
 * The models folder: weights and ONNX files that do not come with the installation. What is in it was put there by whoever
 * runs Residua, or was fetched together with its sha256, from an address or from the blob store.
 */
export class ModelFiles {
  private readonly maximalBytes: number;
  private readonly idleMilliseconds: number;
  private readonly downloadOrigins: readonly string[];
  /** Digests by path, size and time of the last change: a file of a gigabyte is read once. */
  private readonly digests = new Map<string, string>();

  /** @param folder made at the first fetch. */
  constructor(
    readonly folder: string,
    { maximalBytes = 2 ** 31, idleMilliseconds = 30_000, downloadOrigins = [] }: ModelFilesOptions = {},
  ) {
    this.maximalBytes = maximalBytes;
    this.idleMilliseconds = idleMilliseconds;
    this.downloadOrigins = downloadOrigins;
  }

  /**
   * Reads a file, fetching it first where an address is given: from the origins that this installation allows alone, since
   * whoever may start a training chooses the address. Throws what `PluginContext.modelFile` promises.
   * @param log is told how far a fetch is.
   */
  async read(source: ModelFileSource, log?: PluginLog): Promise<ModelFile> {
    const { url, sha256 } = source;
    const file = nameInFolder(source);
    if (url !== undefined && (await this.size(file)) === undefined) {
      const fetched = { url, sha256: required(sha256), file };
      await this.download(fetched, this.downloadOrigins, log && loggedProgress(log, file));
    }
    return this.readNamed(file, sha256);
  }

  /**
   * Reads a file that a run recorded: from here where the same bytes are, fetching them first otherwise.
   * @param open gives the bytes, from the blob store.
   * @throws ProblemError ARTIFACT_CORRUPT when other bytes come, MODEL_TOO_LARGE, STORAGE_FULL; what `open` throws.
   */
  async readRecorded(
    { source, sha256, bytes }: RecordedModelFile,
    open: () => Promise<Readable>,
    log?: PluginLog,
  ): Promise<ModelFile> {
    const isAddress = /^https?:\/\//i.test(source);
    const kept = fetchedName(isAddress ? new URL(source).pathname : source, sha256);
    for (const file of isAddress ? [kept] : [source, kept]) {
      if ((await this.size(file)) !== bytes) continue;
      const found = await this.readNamed(file, undefined);
      if (found.sha256 === sha256) return { ...found, name: source };
    }
    if (bytes > this.maximalBytes) throw this.tooLarge(source, bytes);
    const progress = log && loggedProgress(log, source);
    await this.store(kept, { sha256, total: bytes }, open, progress);
    return { ...(await this.readNamed(kept, sha256)), name: source };
  }

  /**
   * What a source is in the folder, without fetching it or holding it in memory.
   * @returns undefined when it is not there.
   * @throws ProblemError MODEL_UNSAFE_PATH, MODEL_FORMAT_UNSUPPORTED, MODEL_TOO_LARGE; ARTIFACT_CORRUPT for another sha256 than asked for.
   */
  async find(source: ModelFileSource): Promise<FoundModelFile | undefined> {
    const name = nameInFolder(source);
    if ((await this.size(name)) === undefined) return undefined;
    const { real, bytes } = await this.checked(name);
    const start = await firstBytes(real);
    const format = modelFormatProblem(name, start);
    if (format) throw new ProblemError([format]);
    const sha256 = await this.digestOf(real);
    if (source.sha256 !== undefined && source.sha256 !== sha256) throw wrongDigest(name, source.sha256, sha256);
    return { name, sha256, bytes };
  }

  /** The bytes of a file of the folder, piece by piece. @throws ProblemError as {@link find}. */
  async open(name: string): Promise<Readable> {
    return createReadStream((await this.checked(name)).real);
  }

  /** What to say of a file that the folder does not have: the names in it that are most like it, and what to do. */
  async missing(file: string): Promise<ProblemError> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const names = entries
      .filter((entry) => entry.isFile() && !unnamed.test(entry.name))
      .map((entry) => path.relative(this.folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
    const most = similarNames(file, names, namedFiles).join(', ');
    const held = names.length > namedFiles ? `${most} and ${names.length - namedFiles} more` : most || 'no file';
    const ways = '`residua backbone fetch` puts it there, `residua backbone list` names the folder';
    return problem('MODEL_INVALID', `${file} is not in the models folder, which holds ${held}; ${ways}`, {
      item: file,
    });
  }

  /** Bytes of a file of the folder; undefined when it is not there. */
  async size(file: string): Promise<number | undefined> {
    const found = await stat(this.pathOf(file)).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  }

  /**
   * Fetches into the folder, from wherever its caller says: beside its place first, moved there once the sha256 is right. A file
   * of that name is replaced.
   * @throws ProblemError MODEL_INVALID when the server does not give it, MODEL_TOO_LARGE, ARTIFACT_CORRUPT for another sha256,
   * MODEL_UNSAFE_PATH or MODEL_FORMAT_UNSUPPORTED for the name.
   */
  async fetch(source: FetchSource, onProgress: FetchProgress = () => undefined): Promise<void> {
    await this.download(source, undefined, onProgress);
  }

  /** @param origins that may be asked; all when undefined. */
  private async download(
    { url, sha256, file }: FetchSource,
    origins: readonly string[] | undefined,
    onProgress: FetchProgress = () => undefined,
  ): Promise<void> {
    this.pathOf(file);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), this.idleMilliseconds);
    const failed = (reason: string) =>
      problem('MODEL_INVALID', `${file} could not be fetched from ${url}: ${reason}`, { item: file });
    try {
      const response = await openDownload({ url, file, origins }, controller.signal);
      const { body } = response;
      if (!response.ok || !body) throw failed(`the server answers ${response.status}`);
      const declared = Number(response.headers.get('content-length') ?? NaN);
      const total = Number.isFinite(declared) ? declared : undefined;
      if (total !== undefined && total > this.maximalBytes) throw this.tooLarge(file, total);
      await this.store(
        file,
        { sha256, total },
        () => Promise.resolve(Readable.fromWeb(body)),
        (received, whole) => {
          timer.refresh();
          onProgress(received, whole);
        },
      );
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw failed(controller.signal.aborted ? `nothing came for ${this.idleMilliseconds / 1000} s` : reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Writes beside the place of a file first, and moves it there once its sha256 is right. */
  private async store(
    file: string,
    { sha256, total }: { sha256: string; total: number | undefined },
    open: () => Promise<Readable>,
    onProgress: FetchProgress = () => undefined,
  ): Promise<void> {
    const target = this.pathOf(file);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const temporary = `${target}.${randomUUID()}.part`;
    const hash = createHash('sha256');
    let received = 0;
    const count = (chunk: Uint8Array) => {
      received += chunk.length;
      if (received > this.maximalBytes) throw this.tooLarge(file, received);
      hash.update(chunk);
      onProgress(received, total);
      return chunk;
    };
    try {
      await pipeline(
        await open(),
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) yield count(chunk);
        },
        createWriteStream(temporary, { flags: 'wx' }),
      );
      const found = hash.digest('hex');
      if (found !== sha256) throw wrongDigest(file, sha256, found);
      await rename(temporary, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      throw problem('STORAGE_FULL', `${file}: the disk of the models folder is full`, { item: file });
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private async readNamed(file: string, sha256: string | undefined): Promise<ModelFile> {
    const { real } = await this.checked(file);
    const bytes = await readFile(real);
    const format = modelFormatProblem(file, bytes);
    if (format) throw new ProblemError([format]);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== undefined && found !== sha256) throw wrongDigest(file, sha256, found);
    return { name: file, bytes, sha256: found };
  }

  /** Path and size of a file that may be read. */
  private async checked(file: string): Promise<{ real: string; bytes: number }> {
    const place = this.pathOf(file);
    const bytes = await this.size(file);
    if (bytes === undefined) throw await this.missing(file);
    if (bytes > this.maximalBytes) throw this.tooLarge(file, bytes);
    const [real, root] = await Promise.all([realpath(place), realpath(this.folder)]);
    if (real.startsWith(root + path.sep)) return { real, bytes };
    throw problem('MODEL_UNSAFE_PATH', `${file} is a link that leaves the models folder`, { item: file });
  }

  private async digestOf(real: string): Promise<string> {
    const { size, mtimeMs, ino } = await stat(real);
    const key = [real, size, mtimeMs, ino].join(' ');
    const known = this.digests.get(key);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(real)) hash.update(chunk as Uint8Array);
    const digest = hash.digest('hex');
    this.digests.set(key, digest);
    return digest;
  }

  private pathOf(file: string): string {
    const found = modelFileNameProblem(file);
    if (found) throw new ProblemError([found]);
    return path.join(this.folder, file);
  }

  private tooLarge(file: string, bytes: number): ProblemError {
    const message = `${file} has ${bytes} bytes; at most ${this.maximalBytes} are taken`;
    return problem('MODEL_TOO_LARGE', message, { item: file });
  }
}

function nameInFolder({ file, url, sha256 }: ModelFileSource): string {
  return url === undefined ? (file ?? '') : fetchedName(new URL(url).pathname, required(sha256));
}

/** Files that were fetched are kept by their sha256: two addresses may end in the same name. */
function fetchedName(name: string, sha256: string): string {
  const ending = path.posix.extname(name).toLowerCase();
  return `${sha256}${/^\.[a-z0-9]{1,16}$/.test(ending) ? ending : ''}`;
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function required(sha256: string | undefined): string {
  if (sha256 === undefined) throw new TypeError('a model file is fetched with its sha256 only');
  return sha256;
}

function wrongDigest(file: string, expected: string, found: string): ProblemError {
  return problem('ARTIFACT_CORRUPT', `${file} has sha256 ${found}; expected ${expected}`, { item: file });
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string } }).cause;
  return cause?.code ?? (error as Error).message;
}
