import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { AnyPlugin } from '../plugin-api/index.js';

/**
 * Digest of a built-in plugin: what it states about itself. The same release runs from source and from its build, so the
 * code's bytes differ where the behaviour does not; a change of behaviour raises the version. The plugin API it is written for
 * says nothing of what it does.
 */
export function digestOfStatement(plugin: AnyPlugin): string {
  const { kind, id, version } = plugin;
  const schema = z.toJSONSchema(plugin.params, { io: 'input' });
  return createHash('sha256').update(JSON.stringify({ kind, id, version, schema })).digest('hex');
}

/** Digest of an outside plugin: names and bytes of every file of its package, `node_modules` and dot files left out. */
export async function digestOfFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.split(path.sep).some((part) => part === 'node_modules' || part.startsWith('.')))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const bytes = await readFile(path.join(folder, file));
    hash.update(`${file.replaceAll(path.sep, '/')}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
