import fs from 'node:fs';
import path from 'node:path';
import { identityOf } from './processes.js';

/*
 * Who needs an embedded server: one file for each process, named by its number, with its identity in it. A process that died
 * without a word does not count. Call these under the launch lock.
 */

/** Notes that this process needs the server of a place. */
export function enterUser(folder: string): void {
  const users = usersOf(folder);
  fs.mkdirSync(users, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(users, String(process.pid)), identityOf(process.pid) ?? '', { mode: 0o600 });
}

/** Notes that this process needs it no longer. @returns numbers of the processes that still do. */
export function leaveUser(folder: string): number[] {
  const users = usersOf(folder);
  fs.rmSync(path.join(users, String(process.pid)), { force: true });
  const others: number[] = [];
  for (const name of fs.existsSync(users) ? fs.readdirSync(users) : []) {
    const file = path.join(users, name);
    if (identityOf(Number(name)) === fs.readFileSync(file, 'utf8')) others.push(Number(name));
    else fs.rmSync(file, { force: true });
  }
  return others;
}

function usersOf(folder: string): string {
  return path.join(folder, 'users');
}
