import fs from 'node:fs';
import path from 'node:path';
import type { ResiduaConfig } from '../shared/config.js';
import type { Logger } from '../shared/logger.js';

/** Rights of those who are neither the owner nor in the group. */
const ofOthers = 0o007;

/**
 * Closes the folders that hold data to everybody but their owner, where they are open to all: earlier releases made them so. A folder
 * that lets in a group and nobody else was given to that group by somebody, and stays. Each change is told, as is a folder that is
 * not ours to close.
 */
export function closeFolders(
  { home, blobDirectory, s3 }: Pick<ResiduaConfig, 'home' | 'blobDirectory' | 's3'>,
  log: Pick<Logger, 'info' | 'warn'>,
): void {
  if (process.platform === 'win32') return;
  for (const folder of new Set([home, ...(s3 ? [] : [blobDirectory])])) {
    const found = fs.statSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory() || (found.mode & ofOthers) === 0) continue;
    const before = modeText(found.mode);
    try {
      fs.chmodSync(folder, letServerThrough(folder) ? 0o710 : 0o700);
      log.info(
        { folder, before, now: modeText(fs.statSync(folder).mode) },
        'a folder was open to all and is closed now',
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
      log.warn({ folder, mode: before }, 'a folder with data is open to all, and not ours to close');
    }
  }
}

/** Started by root, the embedded PostgreSQL runs as another user, who must pass. @returns whether the group lets it. */
function letServerThrough(home: string): boolean {
  const server = fs.statSync(path.join(home, 'postgres'), { throwIfNoEntry: false });
  const { uid } = fs.statSync(home);
  if (!server || server.uid === uid) return false;
  fs.chownSync(home, uid, server.gid);
  return true;
}

function modeText(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
