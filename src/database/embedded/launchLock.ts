import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from './processes.js';

interface Holder {
  pid: number;
  /** {@link identityOf} the process, so that a later process with its number is not taken for it. */
  identity: string;
  released: boolean;
}

/**
 * Runs `work` while no other process does so in the same folder. The lock of a process that died is taken over.
 *
 * Each taking makes the next of the files 1, 2, 3 … and only its holder may remove lower ones. Nobody ever removes
 * or replaces a file that another may have taken, which is where locks of one file that is deleted and made anew
 * let two in.
 * @throws Error naming the holder when it does not let go within `waitSeconds`.
 */
export async function underLaunchLock<T>(folder: string, waitSeconds: number, work: () => Promise<T>): Promise<T> {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = await acquire(folder, waitSeconds);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(folder: string, waitSeconds: number): Promise<() => void> {
  const deadline = Date.now() + waitSeconds * 1000;
  const identity = identityOf(process.pid) ?? '';
  for (;;) {
    const newest = newestOf(folder);
    const holder = newest > 0 ? readHolder(folder, newest) : undefined;
    if (holder && isHeld(holder)) {
      if (Date.now() > deadline) {
        throw new Error(`process ${holder.pid} has held the lock ${path.join(folder, String(newest))} for too long`);
      }
      await delay(25);
      continue;
    }
    const mine = newest + 1;
    if (!claim(folder, mine, { pid: process.pid, identity, released: false })) continue;
    if (newestOf(folder) > mine) {
      // This number had been used and removed already: somebody holds a higher one.
      fs.rmSync(path.join(folder, String(mine)), { force: true });
      continue;
    }
    for (const lower of numbersIn(folder)) {
      if (lower < mine) fs.rmSync(path.join(folder, String(lower)), { force: true });
    }
    return () => {
      replace(folder, mine, { pid: process.pid, identity, released: true });
    };
  }
}

function isHeld(holder: Holder): boolean {
  return !holder.released && identityOf(holder.pid) === holder.identity;
}

function numbersIn(folder: string): number[] {
  return fs.readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function newestOf(folder: string): number {
  return Math.max(0, ...numbersIn(folder));
}

function readHolder(folder: string, number: number): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, String(number)), 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** False when the number is taken. The file appears with its whole content at once. */
function claim(folder: string, number: number, holder: Holder): boolean {
  const draft = writeDraft(folder, holder);
  try {
    fs.linkSync(draft, path.join(folder, String(number)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function replace(folder: string, number: number, holder: Holder): void {
  fs.renameSync(writeDraft(folder, holder), path.join(folder, String(number)));
}

function writeDraft(folder: string, holder: Holder): string {
  const draft = path.join(folder, `draft-${randomUUID()}`);
  fs.writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  return draft;
}
