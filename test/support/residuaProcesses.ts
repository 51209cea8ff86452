import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResiduaClient } from '../../src/client/index.js';
import { nodeClient } from '../../src/client/node/index.js';
import { encodePng } from '../../src/files/index.js';
import { greyPng } from '../unit/files/imageBytes.js';
import { type Child, runChild } from './childProcess.js';
import { surface } from './installation.js';

/** A command that ran to its end. */
export interface EndedCommand {
  code: number | null;
  /** What it wrote to standard output and standard error. */
  out: string;
  err: string;
}

/** Runs a command as a person types it, e.g. `['verify', '--json']`. @param environment its configuration. */
export async function residua(args: readonly string[], environment: Record<string, string>): Promise<EndedCommand> {
  const flags = ['--conditions=residua-source', '--import', 'tsx', 'src/cli/residua.ts'];
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (ended.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (ended.err += text.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, ...ended };
}

/** An API and a worker, each a process of its own, from the moment this is made. */
export class ResiduaProcesses {
  private api: Child;
  private worker: Child;
  private opened: ResiduaClient | undefined;

  /** @param environment what both are told; a worker on another machine has another RESIDUA_HOME. */
  constructor(
    private readonly environment: Record<string, string>,
    private readonly workerEnvironment = environment,
  ) {
    this.api = this.serve('0');
    this.worker = this.startWorker();
  }

  private serve(port: string): Child {
    const args = ['serve', '--no-worker', '--port', port, '--json'];
    return runChild('../../src/cli/residua.ts', args, { RESIDUA_LOG_LEVEL: 'warn', ...this.environment });
  }

  /** Starts another worker in the place of one that has stopped. */
  startWorker(): Child {
    const environment = { RESIDUA_LOG_LEVEL: 'warn', ...this.workerEnvironment };
    return (this.worker = runChild('../../src/cli/residua.ts', ['worker'], environment));
  }

  /** Resolves when the API answers; the worker takes jobs a little sooner or later. */
  async ready(): Promise<void> {
    const { url } = JSON.parse(await this.api.line()) as { url: string };
    this.opened = nodeClient({ url });
  }

  /** Speaks with the API, once it is ready. */
  get client(): ResiduaClient {
    if (!this.opened) throw new Error('the API is not ready');
    return this.opened;
  }

  /** Ends the API as a crash does. @returns what starts another one at the same address. */
  async crashApi(): Promise<() => Promise<void>> {
    const { port } = new URL(this.client.address.url);
    this.api.kill('SIGKILL');
    await this.api.ended;
    return async () => {
      this.api = this.serve(port);
      await this.api.line();
    };
  }

  /** Lets the worker stand still. @returns what lets it go on. */
  suspendWorker(): () => void {
    this.worker.kill('SIGSTOP');
    return () => this.worker.kill('SIGCONT');
  }

  /** Tells the worker to stop. @returns how it ended. */
  async stopWorker(): Promise<number | NodeJS.Signals> {
    this.worker.kill('SIGTERM');
    return this.worker.ended;
  }

  /** Ends both at once. */
  async stop(): Promise<void> {
    await this.opened?.close();
    const children = [this.api, this.worker];
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
  }
}

/** Writes a small category in the layout of MVTec AD: normal surfaces, and for testing one with a dark square. */
export async function writeSurfaces(folder: string): Promise<void> {
  const write = async (file: string, bytes: Uint8Array) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), bytes);
  };
  for (let i = 0; i < 5; i++) await write(`train/good/${i}.png`, await encodePng(surface(i)));
  await write('test/good/0.png', await encodePng(surface(10)));
  await write('test/dark/0.png', await encodePng(surface(11, true)));
  const isDark = (at: number) => at >= 24 && at < 40;
  const mask = Array.from({ length: 64 * 64 }, (_, i) => (isDark(i % 64) && isDark(i >> 6) ? 255 : 0));
  await write('ground_truth/dark/0_mask.png', greyPng(64, 64, mask));
}
