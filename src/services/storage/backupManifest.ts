import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { problem } from '../../shared/errors.js';

const manifestSchema = z.object({
  format: z.literal(1, { error: 'this version reads format 1' }),
  /** ISO 8601. */
  createdAt: z.string(),
  /** Migrations executed in the database, oldest first. */
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()), sha256: z.string() })),
  blobs: z.array(z.string()),
  /** Blobs that could not be read. */
  damaged: z.array(z.string()),
});

/**
 * What a backup holds. Written last: a folder without it is no backup. Tables are files in PostgreSQL's text format of
 * COPY; they are kept like the blobs, under their sha256 in `blobs/`.
 */
export type BackupManifest = z.output<typeof manifestSchema>;

const filename = 'residua-backup.json';

/** Where a backup keeps blobs and tables. */
export function filesOf(folder: string): string {
  return join(folder, 'blobs');
}

/** Writes what a backup holds; the last thing written, so that a backup without it is not whole. */
export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const draft = join(folder, `${filename}.draft`);
  await writeFile(draft, JSON.stringify(manifest, null, 1), { flush: true });
  await rename(draft, join(folder, filename));
}

/** @throws ProblemError NOT_FOUND when the folder holds no complete backup; CONFIG_INVALID when it cannot be read. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(join(folder, filename), 'utf8').catch(() => undefined);
  if (text === undefined) throw problem('NOT_FOUND', `${folder} holds no complete backup: ${filename} is not there`);
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw problem('CONFIG_INVALID', `${filename} cannot be used: ${reason}`, { item: filename });
  }
}
