import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InterruptedError, unlessAborted } from '../../../src/cli/processes/interruption.js';
import { StopSequence } from '../../../src/cli/processes/stopSequence.js';

describe('the stop sequence', () => {
  test('stops in the opposite order, each once, however often it is asked', async () => {
    const stopped: string[] = [];
    const stops = new StopSequence();
    for (const name of ['database', 'api', 'worker']) {
      stops.add(name, async () => {
        await Promise.resolve();
        stopped.push(name);
      });
    }
    await Promise.all([stops.stopAll(), stops.stopAll()]);
    expect(stopped).toEqual(['worker', 'api', 'database']);
  });

  test('a step that fails keeps no other one running', async () => {
    const stopped: string[] = [];
    const stops = new StopSequence();
    stops.add('database', () => Promise.resolve(void stopped.push('database')));
    stops.add('api', () => Promise.reject(new Error('stuck')));
    await expect(stops.stopAll()).rejects.toThrow('stopping the api failed: Error: stuck');
    expect(stopped).toEqual(['database']);
  });
});

describe('unlessAborted', () => {
  test('gives the result, or the reason when that comes first', async () => {
    const controller = new AbortController();
    expect(await unlessAborted(controller.signal, Promise.resolve(3))).toBe(3);
    const waiting = unlessAborted(controller.signal, new Promise(() => undefined));
    controller.abort(new InterruptedError('SIGINT'));
    await expect(waiting).rejects.toThrow('stopped by SIGINT');
    await expect(unlessAborted(controller.signal, Promise.resolve(3))).rejects.toThrow('stopped by SIGINT');
  });
});

/** A command that starts a managed process, as the quickstart does with server and worker. */
const parentScript = fileURLToPath(new URL('./fixtures/parent.ts', import.meta.url));

describe('managed processes', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-processes-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (mode: string) => {
    const log = join(folder, `${mode}.log`);
    const parent = spawn(
      process.execPath,
      ['--conditions=residua-source', '--import', 'tsx', parentScript, mode, log],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    parent.stdout.on('data', (chunk) => (output += String(chunk)));
    return { parent, log, output: () => output, exit: once(parent, 'exit') };
  };

  test('an unusable command is told by its exit and its log', async () => {
    const { exit, output } = run('unknown-command');
    expect(await exit).toEqual([0, null]);
    const { ready, tail } = JSON.parse(output()) as { ready: string; tail: string };
    expect(ready).toBe('the child ended with exit code 2');
    expect(tail).toContain("error: unknown command 'frobnicate'");
  });

  test('the peak memory is measured and the child stops when asked', async () => {
    const { exit, output } = run('measure');
    expect(await exit).toEqual([0, null]);
    const { peak, after, ended } = JSON.parse(output()) as { peak: number; after: number | null; ended: string };
    expect(peak).toBeGreaterThan(20 * 2 ** 20);
    expect(peak).toBeLessThan(2 ** 30);
    expect(after).toBeNull();
    expect(ended).toMatch(/^the child ended/);
  });

  test('a killed parent does not leave its child behind', async () => {
    const { parent, exit, log } = run('be-killed');
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    await exit;
    await expect.poll(() => readFile(log, 'utf8'), { timeout: 20_000 }).toContain('abandoned');
  });
});
