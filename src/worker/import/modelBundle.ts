import { openZip, type ZipArchive, type ZipArchiveEntry } from '../../files/index.js';
import { longestManifest, manifestFile, readManifest, stateFile, type BundleManifest } from '../../services/index.js';
import type { Limits } from '../../shared/config.js';
import { problem } from '../../shared/errors.js';

/** What a bundle holds, read and whole; nothing of it was compared with its detector. */
export interface ModelBundle {
  manifest: BundleManifest;
  /** The bytes of the state, a safetensors file. */
  state: Buffer;
}

/**
 * Reads a bundle.
 * @param item its name in messages.
 * @param checkManifest called before the state is read.
 * @throws ProblemError ARCHIVE_*; MODEL_INVALID, MODEL_FORMAT_UNSUPPORTED; MODEL_TOO_LARGE; what `checkManifest` throws.
 */
export async function readModelBundle(
  file: string,
  { item, limits }: { item: string; limits: Limits },
  checkManifest: (manifest: BundleManifest) => Promise<void>,
): Promise<ModelBundle> {
  const zip = await openZip(file, { item, limits });
  try {
    const text = fileOf(zip, manifestFile, item);
    const state = fileOf(zip, stateFile, item);
    checkSize(text, longestManifest, item);
    checkSize(state, limits.modelBytes, item, 'RESIDUA_LIMIT_MODEL_BYTES');
    const manifest = readManifest((await text.read()).toString('utf8'), item);
    await checkManifest(manifest);
    return { manifest, state: await state.read() };
  } finally {
    await zip.close();
  }
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
