import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** Whether a process of that number runs. A zombie does not: it only waits to be collected. */
export function isRunning(pid: number): boolean {
  return isNumberTaken(pid) && !isZombie(pid);
}

/** Whether the operating system still knows the number, zombies included. */
export function isNumberTaken(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Tells this process from a later one with the same number: boot and start time. Undefined when it is not running, empty
 * where the system does not tell (Windows), so that the number alone counts.
 */
export function identityOf(pid: number): string | undefined {
  if (!isRunning(pid)) return undefined;
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') return ps(pid, 'lstart=') ?? undefined;
  const fields = statFields(pid);
  if (!fields) return undefined;
  return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[startTimeField]}`;
}

/** The arguments a process was started with; undefined when it is gone or the system does not tell. */
export function argumentsOf(pid: number): string[] | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') return ps(pid, 'command=')?.split(' ');
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return undefined;
  }
}

/** Counted from the state, the first field after the command's closing bracket. */
const startTimeField = 19;

function statFields(pid: number): string[] | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function isZombie(pid: number): boolean {
  if (process.platform === 'win32') return false;
  const state = process.platform === 'linux' ? statFields(pid)?.[0] : ps(pid, 'state=');
  return state === undefined || state.startsWith('Z') || state.startsWith('X');
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
