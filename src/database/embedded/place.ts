import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { problem } from '../../shared/errors.js';

/** Who runs the server. PostgreSQL refuses to run as root. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** The folder that holds one embedded server, and who runs it (undefined: whoever runs this process). */
export interface Place {
  folder: string;
  user: ServerUser | undefined;
  /** Set when the folder is not inside `home`. */
  moved: boolean;
}

/** Known as `nobody`; no account is needed to run under a number. */
const nobody: ServerUser = { uid: 65534, gid: 65534 };

/** Where root keeps servers whose home the server's user cannot enter. */
const systemFolder = '/var/lib/residua';

/**
 * Finds or makes the folder for the server of a home: `<home>/postgres`. Started by root the server runs as uid 65534,
 * which may not be able to enter `home`: when only `home` itself is closed, its group is let through; when a folder
 * above it is closed, which is not ours to open, the server lives in `/var/lib/residua` and `home` holds a file that
 * says so.
 * @throws ProblemError CONFIG_INVALID when data exist in a folder that can no longer be entered.
 */
export function choosePlace(home: string): Place {
  fs.mkdirSync(path.dirname(home), { recursive: true });
  // Names of customers and pictures of their parts: nobody else's business. Folders above it are made as others are.
  if (!fs.existsSync(home)) fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  const realHome = fs.realpathSync(home);
  const inside = path.join(realHome, 'postgres');
  if (process.getuid?.() !== 0) return { folder: prepare(inside, undefined), user: undefined, moved: false };
  if (canEnter(realHome, nobody) || letThrough(realHome)) {
    return { folder: prepare(inside, nobody), user: nobody, moved: false };
  }
  if (fs.existsSync(path.join(inside, 'cluster'))) {
    throw problem(
      'CONFIG_INVALID',
      `${inside} holds a database, but uid ${nobody.uid}, which runs it, cannot enter that folder: ` +
        `let others pass through the folders above it (chmod o+x) or move RESIDUA_HOME`,
    );
  }
  const digest = createHash('sha256').update(realHome).digest('hex').slice(0, 16);
  fs.mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
  const outside = prepare(path.join(systemFolder, `postgres-${digest}`), nobody);
  fs.writeFileSync(path.join(realHome, 'postgres.location'), `${outside}\n`);
  return { folder: outside, user: nobody, moved: true };
}

/** Whether a home has, or has had, a server; nothing is made. */
export function hasPlace(home: string): boolean {
  return ['postgres/cluster', 'postgres.location'].some((name) => fs.existsSync(path.join(home, name)));
}

/** Tried by a process of that user, for modes alone do not tell (ACLs, mounts). */
export function canEnter(folder: string, user: ServerUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Opens a home that is ours and closed to all others, to the server's group only. */
function letThrough(home: string): boolean {
  const { uid, mode } = fs.statSync(home);
  if (uid !== 0 || (mode & 0o077) !== 0 || !canEnter(path.dirname(home), nobody)) return false;
  fs.chownSync(home, uid, nobody.gid);
  fs.chmodSync(home, (mode & 0o700) | 0o010);
  return canEnter(home, nobody);
}

function prepare(folder: string, user: ServerUser | undefined): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) fs.chownSync(folder, user.uid, user.gid);
  return folder;
}
