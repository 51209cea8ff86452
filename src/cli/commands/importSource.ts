import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RefusedError, type ResiduaClient } from '../../client/index.js';
import { zipStream } from '../../files/index.js';
import { problem, throwIfProblems, type Problem } from '../../shared/errors.js';
import type { Terminal } from '../terminal/terminal.js';
import { sendFile } from './sendFile.js';

/** What the server shall import. */
export type ImportSource = { path: string } | { uploadId: string };

/**
 * Runs an import of a folder or a zip. A zip is uploaded. A folder is read by the server where it may, under its import
 * roots; another one is zipped and uploaded, and every one with `send`: on another machine the same
 * path may hold something else.
 * @throws ProblemError NOT_FOUND for no such source, and what `run` throws.
 */
export async function fromSource<T>(
  client: ResiduaClient,
  terminal: Terminal,
  { source, send = false }: { source: string; send?: boolean | undefined },
  run: (from: ImportSource) => Promise<T>,
): Promise<T> {
  // A path this machine does not have may still exist where the server runs.
  if (!existsSync(source)) {
    if (source.startsWith('/') && !send) return run({ path: source });
    throw problem('NOT_FOUND', `there is no ${source}`, { item: source });
  }
  if (!statSync(source).isDirectory()) return run({ uploadId: await sendFile(client, terminal, source) });
  if (send) return run({ uploadId: await sendFolder(client, terminal, source) });
  try {
    return await run({ path: resolve(source) });
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return run({ uploadId: await sendFolder(client, terminal, source) });
  }
}

/** Whether the server may not read the path, or does not have it. */
function isOutOfReach(error: unknown): boolean {
  return error instanceof RefusedError && error.problems.every(({ field }) => field?.at(-1) === 'path');
}

/** Zips a folder and uploads it. @returns the upload's id. */
async function sendFolder(client: ResiduaClient, terminal: Terminal, folder: string): Promise<string> {
  const files = await filesIn(folder);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const size = `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`;
  terminal.say(`packing and sending ${folder} (${size})`);
  const temporary = await mkdtemp(join(tmpdir(), 'residua-import-'));
  // The name is what messages of the server call it.
  const zip = join(temporary, `${basename(resolve(folder))}.zip`);
  try {
    await pack(files, zip, terminal.transfer('packing', bytes), bytes);
    return await sendFile(client, terminal, zip);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

interface FoundFile {
  file: string;
  /** Inside the folder, with forward slashes. */
  path: string;
  bytes: number;
}

/**
 * Files in a folder at any depth, by name.
 * @throws ProblemError for a folder without files, and DATASET_LAYOUT_INVALID naming each link to elsewhere, as the server
 * does (nobody may send by a link what they do not see in the folder), and each link to a folder, which would be missed.
 */
async function filesIn(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const root = await realpath(folder);
  const found: FoundFile[] = [];
  const problems: Problem[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    if (entry.isSymbolicLink() && !(await isInside(root, file))) problems.push(badLink(path, 'out of the folder'));
    else if (!entry.isDirectory()) {
      const target = await stat(file);
      if (target.isFile()) found.push({ file, path, bytes: target.size });
      else if (entry.isSymbolicLink()) problems.push(badLink(path, 'to a folder'));
    }
  }
  throwIfProblems(problems);
  if (found.length === 0) throw problem('ARCHIVE_EMPTY', `${folder} holds no files`, { item: folder });
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function isInside(root: string, link: string): Promise<boolean> {
  const real = await realpath(link).catch(() => '');
  return real.startsWith(`${root}${sep}`);
}

function badLink(path: string, where: string): Problem {
  return { code: 'DATASET_LAYOUT_INVALID', message: `'${path}' is a link ${where}`, item: path };
}

async function pack(
  files: readonly FoundFile[],
  zip: string,
  progress: ReturnType<Terminal['transfer']>,
  bytes: number,
): Promise<void> {
  let packed = 0;
  const read = async function* (file: string) {
    for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
      progress.show((packed += piece.length), bytes);
      yield piece;
    }
  };
  // Images are compressed already, and what is not is small beside them.
  const contents = files.map(({ file, path }) => ({ path, compress: false, open: () => Readable.from(read(file)) }));
  try {
    await pipeline(zipStream(contents, new Date()), createWriteStream(zip));
  } finally {
    progress.end();
  }
}
