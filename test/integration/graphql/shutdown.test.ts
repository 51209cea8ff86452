import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { useDatabase } from '../../support/database.js';
import { SocketClient } from './socketClient.js';

const database = useDatabase();

it('SIGTERM sends sockets away with 1001, answers what is under way, and ends the process within 15 s', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'residua-stop-'));
  const flags = [
    '--conditions=residua-source',
    '--import',
    'tsx',
    'src/cli/residua.ts',
    'serve',
    '--no-worker',
    '--json',
  ];
  const child = spawn(process.execPath, [...flags, '--port', '0'], {
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '', RESIDUA_HOME: home, DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const client = await SocketClient.connect(url);
    const began = performance.now();
    child.kill('SIGTERM');
    expect((await client.closed).code).toBe(1001);
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(15_000);
  } finally {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  }
});
