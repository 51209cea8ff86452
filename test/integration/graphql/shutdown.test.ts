import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { useDatabase } from '../../support/database.js';
import { SocketClient } from './socketClient.js';
import { ask } from './testServer.js';

const database = useDatabase();

it('SIGTERM refuses new connections, sends sockets away with 1001, answers what is under way, and ends the process within 15 s', async () => {
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
    const upload = await beginUpload(url);
    const probe = connect(Number(new URL(url).port), '127.0.0.1');
    probe.write('GET /readyz HTTP/1.1\r\nhost: residua\r\n');
    await ask(url, '{ __typename }');
    const began = performance.now();
    child.kill('SIGTERM');
    expect((await client.closed).code).toBe(1001);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
    probe.write('\r\n');
    const [answer] = (await once(probe, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP[/]1.1 503 [^]*"process":"is stopping"/);
    expect(await upload.finish()).toBe(204);
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(15_000);
  } finally {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  }
});

/** An upload of which one byte has arrived. `finish` sends the other and returns the status of the answer. */
async function beginUpload(url: string): Promise<{ finish(): Promise<number | undefined> }> {
  const { data } = await ask<{ createUpload: { upload: { url: string } } }>(
    url,
    'mutation($input: CreateUploadInput!) { createUpload(input: $input) { upload { url } } }',
    { input: { filename: 'a.png', contentType: 'image/png', bytes: 2, sha256: sha256('ab') } },
  );
  const put = request(data.createUpload.upload.url, { method: 'PUT', headers: { 'content-length': 2 } });
  const answered = once(put, 'response') as Promise<[IncomingMessage]>;
  await new Promise((resolve) => put.write('a', resolve));
  return {
    finish: async () => {
      put.end('b');
      const [response] = await answered;
      return response.resume().statusCode;
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
