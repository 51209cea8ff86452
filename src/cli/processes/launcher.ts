import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How often it is looked whether they are there. */
const everyMilliseconds = 1_000;

/**
 * Ends this process as SIGTERM does when `npm run …`, which started it, is gone: `kill` ends npm or the shell that it starts,
 * and neither tells the command. Does nothing for a command that something else started.
 */
export function endWithNpm(environment: NodeJS.ProcessEnv = process.env): void {
  // A command started by another command of ours has a channel to it, and learns its end from that.
  if (environment['npm_lifecycle_event'] === undefined || process.connected) return;
  const parent = process.ppid;
  void parentOf(parent).then((npm) => {
    const watching = setInterval(() => {
      if (process.ppid === parent && (npm === undefined || isThere(npm))) return;
      clearInterval(watching);
      process.kill(process.pid, 'SIGTERM');
    }, everyMilliseconds);
    watching.unref();
  });
}

/** npm itself, where a shell stands between; undefined where the system does not tell, or npm is the parent. */
async function parentOf(pid: number): Promise<number | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,comm=', '-p', String(pid)]);
    const [, above, name] = /^\s*(\d+)\s+(\S+)/.exec(stdout) ?? [];
    return above !== undefined && /sh$/.test(name!) && Number(above) > 1 ? Number(above) : undefined;
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
