import { open, type FileHandle } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { defaultLimits } from '../shared/config.js';
import { throwIfProblems, type Problem } from '../shared/errors.js';
import { archiveProblem, type ArchiveLimits } from './archiveProblem.js';
import { shown } from './shown.js';
import { sniffSignature } from './imageFormat.js';
import { entryPath, listEntries } from './zipListing.js';

export interface ZipArchiveEntry {
  /** Forward slashes, relative, no `..`. */
  path: string;
  /** Inflated. */
  bytes: number;
  /** The inflated bytes as a stream; it fails with ARCHIVE_INVALID when they do not match the declared size or checksum. */
  open: () => Promise<Readable>;
  /** The same in memory. @throws ProblemError ARCHIVE_INVALID. */
  read: () => Promise<Buffer>;
}

/** A zip whose directory was checked completely; entries are read one by one, several at a time if wished. */
export interface ZipArchive {
  /** Files only, without what operating systems leave behind. */
  entries: ZipArchiveEntry[];
  /** Paths of entries such as `.DS_Store` and `__MACOSX/…` that were left out. */
  junk: readonly string[];
  /** Of links and special files, which were left out. */
  links: readonly Problem[];
  close: () => Promise<void>;
}

/** Other archives, refused by name. */
const otherArchives: Readonly<Record<string, string>> = {
  'application/x-tar': 'tar',
  'application/x-7z-compressed': '7z',
  'application/vnd.rar': 'rar',
  'application/gzip': 'gzip (tar.gz)',
  'application/x-bzip2': 'bzip2',
  'application/x-xz': 'xz',
  'application/zstd': 'zstd',
};

/**
 * Opens a zip file and checks its whole directory against the limits before anything is inflated. Archives inside it are
 * files like others and are not opened.
 *
 * @param path of a local file.
 * @param options.item name of the archive in messages.
 * @throws ProblemError ARCHIVE_EMPTY, ARCHIVE_FORMAT_UNSUPPORTED, ARCHIVE_INVALID, ARCHIVE_TOO_MANY_ENTRIES,
 *   ARCHIVE_UNSAFE_PATH, ARCHIVE_ENCRYPTED, ARCHIVE_DUPLICATE_ENTRY, ARCHIVE_RATIO_EXCEEDED or
 *   ARCHIVE_TOO_LARGE; problems of entries all at once, at most 100.
 */
export async function openZip(
  path: string,
  options: { item?: string | undefined; limits?: ArchiveLimits | undefined } = {},
): Promise<ZipArchive> {
  const { item = 'the archive', limits = defaultLimits } = options;
  const file = await open(path, 'r');
  try {
    const bytes = (await file.stat()).size;
    await checkSignature(file, item);
    const zip = await asArchiveProblem(item, yauzl.fromFdPromise(file.fd, zipOptions));
    const listing = await asArchiveProblem(item, listEntries(zip, { item, limits, fileBytes: bytes }));
    throwIfProblems(listing.problems);
    const entries = listing.entries.map((entry) => archiveEntry(zip, entry));
    const { junk, links } = listing;
    return { entries, junk, links, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Names stay bytes until they are checked here; the file handle is ours to close. */
const zipOptions = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };

async function checkSignature(file: FileHandle, item: string): Promise<void> {
  const head = Buffer.alloc(1024);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  if (bytesRead === 0) throw archiveProblem('ARCHIVE_EMPTY', item, 'has 0 bytes');
  const signature = sniffSignature(head.subarray(0, bytesRead));
  const looksLike = signature.format ? `image/${signature.format}` : signature.looksLike;
  if (looksLike === 'application/zip') return;
  const other = otherArchives[looksLike];
  if (other) throw archiveProblem('ARCHIVE_FORMAT_UNSUPPORTED', item, `is a ${other} archive; allowed: zip`);
  throw archiveProblem('ARCHIVE_INVALID', item, `is not a zip; it looks like ${looksLike}`);
}

function archiveEntry(zip: ZipFile, entry: Entry): ZipArchiveEntry {
  const path = entryPath(entry);
  const openEntry = async () => checked(await asArchiveProblem(path, zip.openReadStreamPromise(entry)), entry, path);
  return {
    path,
    bytes: entry.uncompressedSize,
    open: openEntry,
    read: async () => {
      const pieces: Buffer[] = [];
      for await (const piece of await openEntry()) pieces.push(piece as Buffer);
      return Buffer.concat(pieces);
    },
  };
}

/** yauzl ends the stream with an error when there are more or fewer bytes than declared; the checksum is ours to check. */
function checked(source: Readable, entry: Entry, path: string): Readable {
  let sum = 0;
  const check = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sum = crc32(piece, sum);
      done(null, piece);
    },
    flush(done) {
      done(sum === entry.crc32 ? null : archiveProblem('ARCHIVE_INVALID', path, 'has a wrong checksum'));
    },
  });
  // Not `pipeline`: it would pass the source's error on before it can be put into words.
  source.on('error', (error) => check.destroy(asArchiveError(path, error)));
  check.on('close', () => source.destroy());
  return source.pipe(check);
}

async function asArchiveProblem<T>(item: string, read: Promise<T>): Promise<T> {
  return read.catch((error: unknown) => {
    throw asArchiveError(item, error);
  });
}

function asArchiveError(item: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error.name === 'ProblemError' || (error as NodeJS.ErrnoException).syscall) return error;
  return archiveProblem(
    'ARCHIVE_INVALID',
    item,
    `cannot be read as a zip: ${shown(error.message.split('\n')[0] ?? '')}`,
  );
}
