import { constants } from 'node:fs';
import { open, opendir, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { imagePathProblem, isJunk, openZip, shown, type ArchiveLimits } from '../files/index.js';
import { problem, type Problem } from '../shared/errors.js';
import type { SourceFile, SourceTree } from './importFormat.js';

/** A folder is trusted more than an archive, but not without end. */
const maximumFolderFiles = 200_000;
const maximumDepth = 16;

/**
 * Lists a folder. Links to files are followed while they stay under `root`; others are among its problems, as are names that are refused.
 *
 * @param folder without links in it, at or below `root`.
 * @throws ProblemError DATASET_LAYOUT_INVALID for too many files or folders.
 */
export async function openFolderTree(folder: string, root: string): Promise<SourceTree> {
  const listing: Listing = { root, base: folder, files: [], junk: [], problems: [] };
  await walk(folder, 0, listing);
  const files = listing.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const { junk, problems } = listing;
  return { name: basename(folder), files, junk, problems, close: () => Promise.resolve() };
}

/** Lists a zip. Links and names that are refused are among its problems. @param path of a local file. @throws ProblemError ARCHIVE_*. */
export async function openZipTree(path: string, name: string, limits: ArchiveLimits): Promise<SourceTree> {
  const zip = await openZip(path, { item: name, limits });
  const problems = [...zip.links, ...zip.entries.flatMap((entry) => imagePathProblem(entry.path) ?? [])];
  const files = zip.entries
    .filter((entry) => !imagePathProblem(entry.path))
    .map(({ path: inside, bytes, read, open: stream }): SourceFile => ({ path: inside, bytes, open: read, stream }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name, files, junk: zip.junk, problems, close: () => zip.close() };
}

interface Listing {
  root: string;
  base: string;
  files: SourceFile[];
  junk: string[];
  problems: Problem[];
}

async function walk(folder: string, depth: number, listing: Listing): Promise<void> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    const inside = relative(listing.base, path).split(sep).join('/');
    const slash = entry.isDirectory() ? '/' : '';
    if (isJunk(`${entry.name}${slash}`)) listing.junk.push(`${inside}${slash}`);
    else if (entry.isDirectory()) {
      if (depth >= maximumDepth) throw layout(inside, `lies in more than ${maximumDepth} folders`);
      await walk(path, depth + 1, listing);
    } else await addFile(path, inside, listing);
    if (listing.files.length > maximumFolderFiles) {
      throw layout(shown(basename(listing.base)), `holds more than ${maximumFolderFiles} files`);
    }
  }
}

async function addFile(path: string, inside: string, listing: Listing): Promise<void> {
  const nameProblem = imagePathProblem(inside);
  // A name that is no valid text cannot be opened either.
  if (nameProblem) return void listing.problems.push(nameProblem);
  const target = await realpath(path).catch(() => undefined);
  const found = target === undefined ? undefined : await stat(target);
  if (!target || !found) return void listing.problems.push(...layout(inside, 'is a link to nothing').problems);
  const escapes = !isInside(listing.root, target);
  if (escapes || !found.isFile()) {
    const what = escapes ? 'is a link out of the import root' : 'is neither a file nor a folder';
    return void listing.problems.push(...layout(inside, what).problems);
  }
  const file = { open: () => readWithoutLinks(target), stream: () => streamWithoutLinks(target) };
  listing.files.push({ path: inside, bytes: found.size, ...file });
}

/** Whether `path` is `root` or lies below it; both absolute and without links. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

/** The file was looked at before; a link put in its place since is not followed. */
async function openWithoutLinks(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
}

async function streamWithoutLinks(path: string): Promise<Readable> {
  return (await openWithoutLinks(path)).createReadStream();
}

async function readWithoutLinks(path: string): Promise<Buffer> {
  const file = await openWithoutLinks(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function layout(item: string, fault: string) {
  return problem('DATASET_LAYOUT_INVALID', `'${shown(item)}' ${fault}`, { item: shown(item) });
}
