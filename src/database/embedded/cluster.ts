import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { problem } from '../../shared/errors.js';
import { type Binaries, serverEnvironment } from './binaries.js';
import type { Place } from './place.js';

const run = promisify(execFile);

/** Name of the server's only role. */
export const serverRole = 'residua';

/** A data folder with the password of {@link serverRole}. */
export interface Cluster {
  data: string;
  password: string;
}

/** The cluster of a place; undefined before its first start. */
export function findCluster(place: Place): Cluster | undefined {
  const folder = path.join(place.folder, 'cluster');
  if (!fs.existsSync(folder)) return undefined;
  return {
    data: path.join(folder, 'data'),
    password: fs.readFileSync(path.join(folder, 'password'), 'utf8').trim(),
  };
}

/**
 * Opens the cluster of a place with these programs, or makes one: UTF-8, the builtin C.UTF-8 locale (the same order on
 * every system), a random password. It appears under its name when it is complete: an interrupted attempt leaves only a
 * draft, which the next one removes. Call it under the launch lock.
 * @throws ProblemError CONFIG_INVALID when the data were written by another major version.
 */
export async function openCluster(place: Place, binaries: Binaries): Promise<Cluster> {
  const cluster = findCluster(place) ?? (await createCluster(place, binaries));
  const written = Number(fs.readFileSync(path.join(cluster.data, 'PG_VERSION'), 'utf8'));
  if (written === binaries.major) return cluster;
  throw problem(
    'CONFIG_INVALID',
    `${cluster.data} was written by PostgreSQL ${written}, the installed programs are version ${binaries.major}: ` +
      `dump it with the old version and load it with the new one, or set RESIDUA_HOME to another folder`,
  );
}

async function createCluster(place: Place, binaries: Binaries): Promise<Cluster> {
  for (const name of fs.readdirSync(place.folder)) {
    if (name.startsWith('draft-')) fs.rmSync(path.join(place.folder, name), { recursive: true, force: true });
  }
  const draft = path.join(place.folder, `draft-${randomUUID()}`);
  const passwordFile = path.join(draft, 'password');
  fs.mkdirSync(draft, { mode: 0o700 });
  fs.writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (place.user) for (const entry of [draft, passwordFile]) fs.chownSync(entry, place.user.uid, place.user.gid);
  const options = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  await run(
    binaries.initdb,
    ['-D', path.join(draft, 'data'), '-U', serverRole, '-A', 'scram-sha-256', '--pwfile', passwordFile, ...options],
    { ...place.user, cwd: place.folder, env: serverEnvironment() },
  );
  fs.renameSync(draft, path.join(place.folder, 'cluster'));
  return findCluster(place)!;
}
