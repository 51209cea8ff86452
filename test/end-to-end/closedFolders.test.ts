import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, runChild } from '../support/childProcess.js';

let home: string;
let api: Child | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'residua-open-'));
  await mkdir(join(home, 'blobs'));
  for (const folder of [join(home, 'blobs'), home]) await chmod(folder, 0o777);
});
afterAll(async () => {
  api?.kill('SIGTERM');
  await api?.ended;
  await rm(home, { recursive: true, force: true });
});

/** Rights of the group and of others, of everything in the home that belongs to whoever started the server. */
async function opened(): Promise<string[]> {
  const own = process.getuid!();
  const open: string[] = [];
  for (const path of ['', ...(await readdir(home, { recursive: true }))]) {
    const { mode, uid } = await stat(join(home, path)).catch(() => ({ mode: 0, uid: own }));
    if (uid === own && (mode & 0o007) !== 0) open.push(`${path} ${(mode & 0o777).toString(8)}`);
  }
  return open;
}

it.skipIf(process.platform === 'win32')(
  'a server that is started with a mode for everybody closes what others could read, and opens nothing',
  async () => {
    const before = process.umask(0);
    try {
      const environment = { RESIDUA_HOME: home, RESIDUA_LOG_LEVEL: 'warn' };
      api = runChild('../../src/cli/residua.ts', ['serve', '--no-worker', '--port', '0', '--json'], environment);
    } finally {
      process.umask(before);
    }
    const { url } = JSON.parse(await api.line()) as { url: string };
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
    const modes = await Promise.all(['', 'blobs'].map(async (path) => (await stat(join(home, path))).mode & 0o007));
    expect(modes).toEqual([0, 0]);
    expect(await opened()).toEqual([]);
  },
  180_000,
);
