/**
 * Makes the pages of Studio: `npx tsx scripts/buildStudio.ts <folder>`. The folder appears whole or not at all.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('../studio/', import.meta.url));

/** Builds into a folder of its own beside the one asked for, then gives it that name: two builds at once do not mix. */
export async function buildStudio(folder: string): Promise<void> {
  // Absolute: the bundler takes a relative folder from `root`.
  const making = path.resolve(`${folder}.${process.pid}`);
  await build({
    root,
    base: '/studio/',
    configFile: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: making,
      emptyOutDir: true,
      target: 'es2022',
      // What would stand inside the page or the styles as data the policy forbids.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  pack(making);
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
}

/** Puts a brotli and a gzip twin beside each file, so that nobody compresses while somebody waits. */
function pack(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(bytes));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

const asked = process.argv[2];
if (process.argv[1] === fileURLToPath(import.meta.url) && asked) await buildStudio(asked);
