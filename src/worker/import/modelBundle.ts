import type { Readable } from 'node:stream';
import { openZip, type ZipArchive, type ZipArchiveEntry } from '../../files/index.js';
import {
  type BundleManifest,
  longestManifest,
  manifestFile,
  modelFilePath,
  readManifest,
  stateFile,
} from '../../services/model-bundles/manifest.js';
import type { Limits } from '../../shared/config.js';
import { problem, throwIfProblems } from '../../shared/errors.js';
import type { RecordedModelFile } from '../../shared/training.js';

/** What a bundle holds, read and whole; nothing of it was compared with its detector. */
export interface ModelBundle {
  manifest: BundleManifest;
  /** The bytes of the state, a safetensors file. */
  state: Buffer;
}

/** What is done with the parts of a bundle as they come. */
export interface BundleReader {
  /** Called first. */
  checkManifest: (manifest: BundleManifest) => Promise<void>;
  keepFile: (file: RecordedModelFile, content: Readable) => Promise<void>;
}

/**
 * Reads a bundle.
 * @param item its name in messages.
 * @throws ProblemError ARCHIVE_*; MODEL_INVALID, MODEL_FORMAT_UNSUPPORTED; MODEL_TOO_LARGE; what `checkManifest` and `keepFile` throw.
 */
export async function readModelBundle(
  file: string,
  { item, limits }: { item: string; limits: Limits },
  { checkManifest, keepFile }: BundleReader,
): Promise<ModelBundle> {
  const zip = await openZip(file, { item, limits });
  try {
    throwIfProblems(zip.links);
    const text = fileOf(zip, manifestFile, item);
    const state = fileOf(zip, stateFile, item);
    checkSize(text, longestManifest, item);
    checkSize(state, limits.modelBytes, item, 'RESIDUA_LIMIT_MODEL_BYTES');
    const manifest = readManifest((await text.read()).toString('utf8'), item);
    await checkManifest(manifest);
    for (const recorded of distinct(manifest.modelFiles)) {
      const entry = fileOf(zip, modelFilePath(recorded.sha256), item);
      checkSize(entry, limits.modelBytes, item, 'RESIDUA_LIMIT_MODEL_BYTES');
      await keepFile(recorded, await entry.open());
    }
    return { manifest, state: await state.read() };
  } finally {
    await zip.close();
  }
}

function distinct(files: readonly RecordedModelFile[]): RecordedModelFile[] {
  return [...new Map(files.map((file) => [file.sha256, file])).values()];
}

function fileOf(zip: ZipArchive, path: string, item: string): ZipArchiveEntry {
  const entry = zip.entries.find((each) => each.path === path);
  if (entry) return entry;
  const message = `${item} holds no ${path}: it is no bundle of a model (residua export model … --format bundle)`;
  throw problem('MODEL_INVALID', message, { item });
}

function checkSize({ path, bytes }: ZipArchiveEntry, most: number, item: string, limit?: string): void {
  if (bytes <= most) return;
  const message = `${item}: ${path} has ${bytes} bytes; at most ${most} are read${limit ? ` (${limit})` : ''}`;
  throw problem('MODEL_TOO_LARGE', message, { item });
}
