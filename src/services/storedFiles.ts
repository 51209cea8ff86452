import { Readable } from 'node:stream';
import type { ImageEntity, UploadEntity } from '../database/entities/index.js';
import { shown, type BlobStore } from '../files/index.js';
import type { UserErrorCode } from '../shared/errorCodes.js';
import { ProblemError, problem } from '../shared/errors.js';

/** A file of the blob store, as people know it. */
interface StoredFile {
  sha256: string;
  /** e.g. `image 'train/good/0.png'`. */
  is: string;
  /** The item at fault when it is lost. */
  item: string;
  /** What helps. */
  remedy: string;
  missing: UserErrorCode;
  damaged: UserErrorCode;
}

const restore = 'restore it from a backup';

/** The bytes of a stored image. @throws ProblemError IMAGE_MISSING or IMAGE_CORRUPT, naming the image. */
export function imageBytes(
  blobs: Pick<BlobStore, 'read'>,
  image: Pick<ImageEntity, 'sha256' | 'filename'>,
): Promise<Buffer> {
  return naming(fileOfImage(image), () => blobs.read(image.sha256));
}

/**
 * The same piece by piece.
 * @param dataset its name.
 * @throws ProblemError IMAGE_MISSING, naming image and data set. The stream fails with IMAGE_CORRUPT at its end.
 */
export async function imageStream(
  blobs: Pick<BlobStore, 'open'>,
  image: Pick<ImageEntity, 'sha256' | 'filename'>,
  dataset: string,
): Promise<Readable> {
  const file = fileOfImage(image, dataset);
  const stream = await naming(file, () => blobs.open(image.sha256));
  return Readable.from(pieces(stream, file), { objectMode: false });
}

async function* pieces(stream: AsyncIterable<Uint8Array>, file: StoredFile): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw named(error, file);
  }
}

/** What `read` gives of an uploaded file. @throws ProblemError NOT_FOUND or ARTIFACT_CORRUPT, naming the file. */
export function uploadedFile<T>(
  { sha256, filename }: Pick<UploadEntity, 'sha256' | 'filename'>,
  read: (sha256: string) => Promise<T>,
): Promise<T> {
  const item = shown(filename);
  const codes = { missing: 'NOT_FOUND', damaged: 'ARTIFACT_CORRUPT' } as const;
  return naming({ sha256, item, is: `the uploaded file '${item}'`, remedy: 'upload it again', ...codes }, () =>
    read(sha256),
  );
}

/**
 * What `read` gives of the state of a model version.
 * @param name e.g. `tiles@3`.
 * @throws ProblemError NOT_FOUND or ARTIFACT_CORRUPT, naming the version.
 */
export function modelFile<T>(sha256: string, name: string, read: (sha256: string) => Promise<T>): Promise<T> {
  const item = shown(name);
  const codes = { missing: 'NOT_FOUND', damaged: 'ARTIFACT_CORRUPT' } as const;
  return naming({ sha256, item, is: `the file of model version '${item}'`, remedy: restore, ...codes }, () =>
    read(sha256),
  );
}

function fileOfImage({ sha256, filename }: Pick<ImageEntity, 'sha256' | 'filename'>, dataset?: string): StoredFile {
  const item = shown(filename);
  const of = dataset === undefined ? '' : ` of data set '${shown(dataset)}'`;
  const is = `the file of image '${item}'${of}`;
  return { sha256, item, is, remedy: restore, missing: 'IMAGE_MISSING', damaged: 'IMAGE_CORRUPT' };
}

async function naming<T>(file: StoredFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw named(error, file);
  }
}

/** Whoever reads knows what the file is; the store knows its address alone. */
function named(error: unknown, { sha256, is, item, remedy, missing, damaged }: StoredFile): unknown {
  const code = error instanceof ProblemError ? error.code : undefined;
  if (code === 'NOT_FOUND')
    return problem(missing, `${is} (sha256 ${sha256}) is not in the store; ${remedy}`, { item });
  if (code !== 'ARTIFACT_CORRUPT') return error;
  return problem(damaged, `${is} (sha256 ${sha256}) is damaged in the store; ${remedy}`, { item });
}
