import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ModelFile, ModelFileSource, PluginLog } from '../plugin-api/index.js';
import { problem, ProblemError } from '../shared/errors.js';
import { modelFileNameProblem, modelFormatProblem } from '../shared/modelFileNames.js';

export interface ModelFilesOptions {
  /** Larger files are neither fetched nor read. Default 2 GB. */
  maximalBytes?: number;
  /** A server that sends nothing for so long is given up. Default 30,000. */
  idleMilliseconds?: number;
  /** Origins that parameters may name, e.g. `https://models.example.com`. Default none. */
  downloadOrigins?: readonly string[];
}

/** A file lies behind few redirections, where it does at all. */
const mostRedirections = 5;

/** What is told while a file is fetched: bytes so far, and of how many where the server says it. */
export type FetchProgress = (received: number, total: number | undefined) => void;

export interface FetchSource {
  url: string;
  sha256: string;
  /** Name in the models folder. */
  file: string;
}

/**
 * The models folder: weights and ONNX files that do not come with the installation. What is in it was put there by whoever
 * runs Residua, or was fetched from an address together with its sha256.
 */
export class ModelFiles {
  private readonly maximalBytes: number;
  private readonly idleMilliseconds: number;
  private readonly downloadOrigins: readonly string[];

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
  async read({ file, url, sha256 }: ModelFileSource, log?: PluginLog): Promise<ModelFile> {
    if (url !== undefined) {
      const fetched = { url, sha256: required(sha256), file: fetchedName(url, required(sha256)) };
      if ((await this.size(fetched.file)) === undefined) {
        await this.store(fetched, this.downloadOrigins, log && loggedProgress(log, fetched.file));
      }
      return this.readNamed(fetched.file, sha256);
    }
    return this.readNamed(file ?? '', sha256);
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
    await this.store(source, undefined, onProgress);
  }

  /** @param origins that may be asked; all when undefined. */
  private async store(
    { url, sha256, file }: FetchSource,
    origins: readonly string[] | undefined,
    onProgress: FetchProgress = () => undefined,
  ): Promise<void> {
    const target = this.pathOf(file);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const temporary = `${target}.${randomUUID()}.part`;
    try {
      const found = await this.download({ url, file, origins }, temporary, onProgress);
      if (found !== sha256) throw wrongDigest(file, sha256, found);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** @returns the sha256 of what arrived. */
  private async download(wanted: Wanted, target: string, onProgress: FetchProgress): Promise<string> {
    const { url, file } = wanted;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), this.idleMilliseconds);
    const failed = (reason: string) =>
      problem('MODEL_INVALID', `${file} could not be fetched from ${url}: ${reason}`, { item: file });
    try {
      const response = await open(wanted, controller.signal);
      if (!response.ok || !response.body) throw failed(`the server answers ${response.status}`);
      const declared = Number(response.headers.get('content-length') ?? NaN);
      const total = Number.isFinite(declared) ? declared : undefined;
      if (total !== undefined && total > this.maximalBytes) throw this.tooLarge(file, total);
      const hash = createHash('sha256');
      let received = 0;
      const { maximalBytes } = this;
      const tooLarge = () => this.tooLarge(file, received);
      await pipeline(
        Readable.fromWeb(response.body),
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            timer.refresh();
            received += chunk.length;
            if (received > maximalBytes) throw tooLarge();
            hash.update(chunk);
            onProgress(received, total);
            yield chunk;
          }
        },
        createWriteStream(target, { flags: 'wx' }),
      );
      return hash.digest('hex');
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw problem('STORAGE_FULL', `${file}: the disk of the models folder is full`, { item: file });
      }
      throw failed(controller.signal.aborted ? `nothing came for ${this.idleMilliseconds / 1000} s` : reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private async readNamed(file: string, sha256: string | undefined): Promise<ModelFile> {
    const place = this.pathOf(file);
    const size = await this.size(file);
    if (size === undefined) {
      const message = `${file} is not in the models folder; \`residua backbone fetch\` puts it there, \`residua backbone list\` names the folder`;
      throw problem('MODEL_INVALID', message, { item: file });
    }
    if (size > this.maximalBytes) throw this.tooLarge(file, size);
    const [real, root] = await Promise.all([realpath(place), realpath(this.folder)]);
    if (!real.startsWith(root + path.sep)) {
      throw problem('MODEL_UNSAFE_PATH', `${file} is a link that leaves the models folder`, { item: file });
    }
    const bytes = await readFile(real);
    const format = modelFormatProblem(file, bytes);
    if (format) throw new ProblemError([format]);
    const found = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== undefined && found !== sha256) throw wrongDigest(file, sha256, found);
    return { name: file, bytes, sha256: found };
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

/** A line for every tenth of a file; of one whose size is not told, for every 100 MB. */
function loggedProgress(log: PluginLog, file: string): FetchProgress {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  let told = 0;
  return (received, total) => {
    const tenths = Math.floor(received / (total === undefined ? 1e8 : total / 10));
    if (tenths <= told) return;
    told = tenths;
    log.info(`fetching ${file}: ${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`} MB`);
  };
}

interface Wanted {
  url: string;
  /** Its name, for messages. */
  file: string;
  /** That may be asked; all when undefined. */
  origins: readonly string[] | undefined;
}

/**
 * The answer behind an address and its redirections, each of which must be as allowed as the address: one that leads elsewhere would
 * let a caller reach what only this machine can. @throws ProblemError MODEL_INVALID.
 */
async function open({ url, file, origins }: Wanted, signal: AbortSignal): Promise<Response> {
  let next = new URL(url);
  for (let redirections = 0; redirections <= mostRedirections; redirections += 1) {
    if (!/^https?:$/.test(next.protocol)) {
      throw problem('MODEL_INVALID', `${next.href}: only http and https addresses are fetched`, { item: file });
    }
    if (origins && !origins.includes(next.origin)) {
      const message = `${next.origin} is not among the addresses that models are fetched from: RESIDUA_DOWNLOAD_HOSTS lists them`;
      throw problem('MODEL_INVALID', message, { item: file });
    }
    const response = await fetch(next, { signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    next = new URL(location, next);
  }
  throw problem('MODEL_INVALID', `${url} leads through more than ${mostRedirections} redirections`, { item: file });
}

/** Files that parameters name by address are kept by their sha256: two addresses may end in the same name. */
function fetchedName(url: string, sha256: string): string {
  const ending = path.posix.extname(new URL(url).pathname).toLowerCase();
  return `${sha256}${/^\.[a-z0-9]{1,16}$/.test(ending) ? ending : ''}`;
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
