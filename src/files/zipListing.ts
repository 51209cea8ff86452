import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { Problem } from '../shared/errors.js';
import { archivePathProblem, isJunk, normalPath } from './archivePath.js';
import { archiveProblem, type ArchiveLimits } from './archiveProblem.js';
import { shown } from './shown.js';

/** Small files, and masks of one colour among them, may compress better than the ratio allows. */
const ratioAppliesFromBytes = 10 * 1024 * 1024;

/** Bytes of a local file header without its name. */
const localHeaderBytes = 30;

const maximumProblems = 100;

interface Listing {
  entries: Entry[];
  junk: string[];
  links: Problem[];
  problems: Problem[];
}

interface ListingOptions {
  item: string;
  limits: ArchiveLimits;
  fileBytes: number;
}

/** Reads the whole directory of a zip and checks it; nothing is inflated. */
export async function listEntries(zip: ZipFile, options: ListingOptions): Promise<Listing> {
  const { item, limits } = options;
  if (zip.entryCount > limits.archiveEntries) throw tooMany(item, zip.entryCount, limits);
  const all: Entry[] = [];
  for await (const entry of zip.eachEntry()) all.push(entry);
  const files = all.filter((entry) => !entryPath(entry).endsWith('/'));
  const kept = files.filter((entry) => !isJunk(entryPath(entry)));
  const junk = files.map(entryPath).filter(isJunk);
  const links = kept.flatMap((entry) => unsafeKind(entry) ?? []);
  const entries = kept.filter((entry) => !unsafeKind(entry));
  const problems = [
    ...all.flatMap((entry) => entryProblems(entry, limits)),
    ...duplicateProblems(files),
    ...totalProblems(files, options),
  ];
  if (kept.length === 0 && problems.length === 0) {
    const text =
      junk.length > 0 ? `holds no files but ${junk.length} that operating systems leave behind` : 'holds no files';
    throw archiveProblem('ARCHIVE_EMPTY', item, text);
  }
  return { entries, junk, links, problems: shortened(problems, item) };
}

/** The path as the entry's flags and extra fields encode it, with forward slashes. */
export function entryPath(entry: Entry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  return normalPath(yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true));
}

function entryProblems(entry: Entry, limits: ArchiveLimits): Problem[] {
  const path = entryPath(entry);
  const found: (Problem | undefined)[] = [archivePathProblem(path, limits.archiveDepth)];
  const say = (code: Problem['code'], text: string) => found.push(archiveProblem(code, path, text).problems[0]);
  if (entry.isEncrypted()) say('ARCHIVE_ENCRYPTED', 'is encrypted; save the archive without a password');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    const text = `uses compression method ${entry.compressionMethod}; allowed: stored (0) and deflate (8)`;
    say('ARCHIVE_FORMAT_UNSUPPORTED', text);
  }
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
  if (entry.uncompressedSize >= ratioAppliesFromBytes && ratio > limits.archiveRatio) {
    const text = `inflates ${Math.round(ratio)} times to ${entry.uncompressedSize} bytes`;
    say('ARCHIVE_RATIO_EXCEEDED', `${text}; at most ${limits.archiveRatio} times are allowed`);
  }
  return found.filter((problem) => problem !== undefined);
}

/** Unix writes what kind of file an entry is into the upper half of its attributes. */
function unsafeKind(entry: Entry): Problem | undefined {
  const madeOn = entry.versionMadeBy >>> 8;
  const kind = (entry.externalFileAttributes >>> 28) & 0xf;
  if ((madeOn !== 3 && madeOn !== 19) || kind === 0 || kind === 0o10 || kind === 0o4) return undefined;
  const name = kind === 0o12 ? 'a symbolic link' : `a special file (type ${kind})`;
  return archiveProblem('ARCHIVE_UNSAFE_ENTRY', entryPath(entry), `is ${name}; only files and folders are allowed`)
    .problems[0];
}

/** Two names that one file system could take for the same file. */
function duplicateProblems(files: readonly Entry[]): Problem[] {
  const seen = new Map<string, string>();
  return files.flatMap((entry) => {
    const path = entryPath(entry);
    const key = path.normalize('NFC').toLowerCase();
    const earlier = seen.get(key);
    seen.set(key, path);
    if (earlier === undefined) return [];
    const text = earlier === path ? 'occurs more than once' : `and '${shown(earlier)}' differ only in case or form`;
    return archiveProblem('ARCHIVE_DUPLICATE_ENTRY', path, text).problems;
  });
}

function totalProblems(files: readonly Entry[], { item, limits, fileBytes }: ListingOptions): Problem[] {
  const inflated = files.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (inflated > limits.archiveBytes) {
    const text = `holds ${inflated} bytes inflated; at most ${limits.archiveBytes} are allowed`;
    return [...archiveProblem('ARCHIVE_TOO_LARGE', item, text).problems];
  }
  if (inflated >= ratioAppliesFromBytes && inflated / fileBytes > limits.archiveRatio) {
    const text = `inflates ${Math.round(inflated / fileBytes)} times to ${inflated} bytes`;
    const rule = `at most ${limits.archiveRatio} times are allowed`;
    return [...archiveProblem('ARCHIVE_RATIO_EXCEEDED', item, `${text}; ${rule}`).problems];
  }
  return overlapProblems(files);
}

/** Entries that share bytes: how a small archive unfolds to a huge one below every other limit. */
function overlapProblems(files: readonly Entry[]): Problem[] {
  const ordered = [...files].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  return ordered.flatMap((entry) => {
    const start = entry.relativeOffsetOfLocalHeader;
    const overlaps = start < end;
    end = Math.max(end, start + localHeaderBytes + entry.compressedSize);
    if (!overlaps) return [];
    return archiveProblem('ARCHIVE_INVALID', entryPath(entry), 'overlaps the entry stored before it').problems;
  });
}

function tooMany(item: string, count: number, limits: ArchiveLimits): Error {
  const text = `holds ${count} entries; at most ${limits.archiveEntries} are allowed`;
  return archiveProblem('ARCHIVE_TOO_MANY_ENTRIES', item, text);
}

function shortened(problems: readonly Problem[], item: string): Problem[] {
  if (problems.length <= maximumProblems) return [...problems];
  const kept = problems.slice(0, maximumProblems - 1);
  const rest = problems.length - kept.length;
  const message = `'${shown(item)}' has ${rest} more problems, ${problems.length} in all.`;
  return [...kept, { code: problems[0]!.code, message, item: shown(item) }];
}
