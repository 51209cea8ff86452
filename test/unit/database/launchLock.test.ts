import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { underLaunchLock } from '../../../src/database/embedded/launchLock.js';
import { identityOf, isRunning } from '../../../src/database/embedded/processes.js';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'residua-lock-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const holdBy = (number: number, pid: number, identity: string): void => {
  fs.writeFileSync(path.join(folder, String(number)), JSON.stringify({ pid, identity, released: false }));
};

describe('the launch lock', () => {
  it('lets in one at a time', async () => {
    let inside = 0;
    const seen = await Promise.all(
      Array.from({ length: 20 }, () =>
        underLaunchLock(folder, 30, async () => {
          inside++;
          await new Promise(setImmediate);
          return inside--;
        }),
      ),
    );
    expect(new Set(seen)).toEqual(new Set([1]));
  });

  it('keeps one file, whatever went before', async () => {
    for (let i = 0; i < 3; i++) await underLaunchLock(folder, 1, () => Promise.resolve());
    expect(fs.readdirSync(folder)).toEqual(['3']);
  });

  it('is let go by work that fails', async () => {
    await expect(underLaunchLock(folder, 1, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await underLaunchLock(folder, 1, () => Promise.resolve('in'))).toBe('in');
  });

  it('is taken over from a process that died, also when another has its number now', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    holdBy(1, child.pid!, 'whatever it was');
    expect(await underLaunchLock(folder, 1, () => Promise.resolve('in'))).toBe('in');
    holdBy(7, process.pid, 'an earlier process with this number');
    expect(await underLaunchLock(folder, 1, () => Promise.resolve('in'))).toBe('in');
  });

  it('is not taken from a process that lives: the error names it', async () => {
    holdBy(4, process.pid, identityOf(process.pid)!);
    await expect(underLaunchLock(folder, 0.1, () => Promise.resolve())).rejects.toThrow(`process ${process.pid}`);
  });

  it('survives a file that is not a lock', async () => {
    fs.writeFileSync(path.join(folder, '5'), 'no JSON');
    expect(await underLaunchLock(folder, 1, () => Promise.resolve('in'))).toBe('in');
  });
});

describe('a process', () => {
  it.runIf(process.platform === 'linux')('does not run any more when it is a zombie (needs Linux)', async () => {
    // The shell's child ends when the shell has become `sleep`, which never collects it.
    const parent = spawn('/bin/sh', ['-c', 'sleep 1 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = Number(line.toString());
    try {
      while (!/\) Z /.test(fs.readFileSync(`/proc/${zombie}/stat`, 'utf8'))) await new Promise(setImmediate);
      expect(isRunning(zombie)).toBe(false);
      expect(identityOf(zombie)).toBeUndefined();
      expect(isRunning(parent.pid!)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('keeps its identity, and shares it with no other', () => {
    expect(identityOf(process.pid)).toBe(identityOf(process.pid));
    expect(identityOf(process.pid)).not.toBe(identityOf(process.ppid));
    expect(identityOf(-1)).toBeUndefined();
  });
});
