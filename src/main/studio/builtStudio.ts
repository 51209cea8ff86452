import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder above `src`: the repository, or `dist` of an installation. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = path.join(root, 'scripts', 'buildStudio.ts');
const cache = path.join(root, 'node_modules', '.cache', 'studio');

/** What the pages are made of, seen from the repository. */
const sources = [
  'studio',
  'src/client',
  // The mathematics of labels, which the page shares with the server.
  'src/files/cocoRle.ts',
  'src/files/shown.ts',
  'src/shared/errors.ts',
  'src/toolkit/labels/blockLabels.ts',
  'src/toolkit/pixels/connectedComponents.ts',
  'scripts/buildStudio.ts',
  'package-lock.json',
];

/**
 * The folder with the pages of Studio. An installation brings them; from source they are built when somebody first asks and kept until a source
 * changes.
 * @param say is told when that takes a moment.
 * @throws Error with what the build printed.
 */
export async function builtStudio(say: (line: string) => void): Promise<string> {
  if (!existsSync(script)) return path.join(root, 'studio');
  const folder = path.join(cache, await digestOf(sources));
  if (existsSync(path.join(folder, 'index.html'))) return folder;
  say('building Studio …');
  await build(folder);
  await removeOthers(folder);
  return folder;
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(paths.map(filesOf))).flat().sort()) {
    hash.update(`${file}\0`).update(await readFile(path.join(root, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(name: string): Promise<string[]> {
  const place = path.join(root, name);
  if (!(await stat(place)).isDirectory()) return [name];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

/** The bundler is a tool of the repository, which no installation has: it runs in a process of its own. */
function build(folder: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { cwd: root, stdio: 'pipe' });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => printed.push(piece));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`Studio could not be built:\n${Buffer.concat(printed).toString().trim()}`));
    });
  });
}

/** Builds of other sources; whoever serves one has read it. */
async function removeOthers(folder: string): Promise<void> {
  const names = await readdir(cache);
  const others = names.filter((name) => name !== path.basename(folder) && !name.includes('.'));
  await Promise.all(others.map((name) => rm(path.join(cache, name), { recursive: true, force: true })));
}
