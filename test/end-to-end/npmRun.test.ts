import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { useDatabase } from '../support/database.js';

const database = useDatabase();
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'residua-e2e-npm-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

it.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s to the npm that runs a server ends the server',
  { timeout: 120_000, skip: process.platform === 'win32' },
  async (signal) => {
    const child = spawn('npm', ['run', '--silent', 'residua', '--', 'serve', '--no-worker', '--port', '0', '--json'], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { ...process.env, NODE_OPTIONS: '', RESIDUA_HOME: home, DATABASE_URL: database.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('close', () => reject(new Error('it ended before it was ready')));
      child.stdout.on('data', (text: Buffer) => {
        const line = /^\{"url".*\}$/m.exec(text.toString())?.[0];
        if (line) resolve((JSON.parse(line) as { url: string }).url);
      });
    });
    const answers = () =>
      fetch(`${url}/livez`).then(
        ({ ok }) => ok,
        () => false,
      );
    expect(await answers()).toBe(true);
    child.kill(signal);
    await vi.waitFor(async () => expect(await answers()).toBe(false), { timeout: 30_000, interval: 250 });
  },
);
