import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { imagePathProblem } from '../../files/index.js';
import type { PlannedImage } from '../../formats/index.js';
import type { JobAttempt } from '../../jobs/index.js';
import type { SourceConnection } from '../../plugin-api/index.js';
import { batchInWords, type ReadFile } from '../../services/sources/sourceImports.js';
import type { DatasetImportEntity, SourceEntity, SourceFileEntity } from '../../services/records.js';
import { problem, ProblemError } from '../../shared/errors.js';
import type { WorkerParts } from '../workerParts.js';
import { inParallel } from './inParallel.js';

/**
 * Does the import of one batch of a source: what is wrong with single files is kept with these, and the others are taken.
 * @throws ProblemError SOURCE_UNREACHABLE; NOT_FOUND when the data set is gone, QUOTA_EXCEEDED.
 */
export async function runSourceImport(
  parts: WorkerParts,
  attempt: JobAttempt,
  row: DatasetImportEntity,
): Promise<void> {
  const { services, sources } = parts;
  const { source, files } = await services.sources.batchOf(row);
  const connection = await sources.open(source).catch(unreachable);
  let read: ReadFile[];
  try {
    read = await inParallel(
      files,
      (file) => readFile(parts, { connection, source, row, file }, attempt.signal),
      attempt,
    );
  } finally {
    await connection.close();
  }
  await attempt.complete(async (manager) => {
    const batch = await services.sources.finishBatch(manager, row, source, read);
    attempt.log(batch.problems.length > 0 ? 'WARN' : 'INFO', batchInWords(batch));
  });
}

interface FileOfBatch {
  connection: SourceConnection;
  source: SourceEntity;
  row: DatasetImportEntity;
  file: SourceFileEntity;
}

async function readFile(
  { services, limits }: WorkerParts,
  { connection, source, row, file }: FileOfBatch,
  signal: AbortSignal,
): Promise<ReadFile> {
  const { key, stamp, bytes } = file;
  const refusal = imagePathProblem(key);
  if (refusal) return { file, outcome: [refusal] };
  const found = await connection.read(key, limits.imageBytes, signal).catch((error: unknown) => {
    if (error instanceof ProblemError) return error;
    return unreachable(error);
  });
  if (found instanceof ProblemError) return { file, outcome: [...found.problems] };
  if (!found) return { file, outcome: 'GONE' };
  // Somebody has written on it since it was seen: it waits until that has ended.
  if (found.stamp !== stamp || found.content.byteLength !== Number(bytes)) return { file, outcome: 'CHANGED' };
  const sha256 = createHash('sha256').update(found.content).digest('hex');
  if (await services.sources.knows(row.datasetId, sha256)) return { file, outcome: 'KNOWN' };
  return {
    file,
    outcome: await services.datasetImports.check(row, planned(source, key, found.content), { store: true }),
  };
}

function planned({ split, label }: SourceEntity, key: string, content: Uint8Array): PlannedImage {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const image = {
    ...{ path: key, bytes: bytes.length },
    open: () => Promise.resolve(bytes),
    stream: () => Promise.resolve(Readable.from([bytes])),
  };
  return { filename: key.normalize('NFC'), image, split, label, defectType: null };
}

/** Not the fault of this worker: another one would meet it, too. */
function unreachable(error: unknown): never {
  if (error instanceof ProblemError) throw error;
  throw problem('SOURCE_UNREACHABLE', error instanceof Error ? error.message : String(error));
}
