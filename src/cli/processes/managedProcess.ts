import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { childFlags, childSettings, moduleFile } from '../../shared/childRuntime.js';
import type { ChildMessage, ParentMessage } from './messages.js';

export interface ManagedProcessOptions {
  env: NodeJS.ProcessEnv;
  /** Gets what the process writes; left out, it writes where this process does. */
  logFile?: string;
  /** Program to run with this process's runtime; left out, the `residua` command. */
  script?: string;
}

/** How long a process may take to stop by itself before it is killed. */
const stopMilliseconds = 30_000;

/** A command run as a child process: started, watched, measured and stopped by this one. */
export class ManagedProcess {
  /** The child's ready message; rejects when it ends before that. */
  readonly ready: Promise<Extract<ChildMessage, { type: 'ready' }>>;
  /** Resolves with a sentence about how the process ended. */
  readonly exited: Promise<string>;
  private ended = false;

  private constructor(
    readonly name: string,
    readonly logFile: string | undefined,
    private readonly child: ChildProcess,
  ) {
    this.exited = new Promise((resolve) => {
      const end = (how: string) => {
        this.ended = true;
        resolve(`the ${name} ended ${how}`);
      };
      child.once('exit', (code, signal) => end(signal ? `by ${signal}` : `with exit code ${code}`));
      child.once('error', (error) => end(`before it began: ${error.message}`));
    });
    const ready = this.message('ready');
    this.ready = Promise.race([ready, this.exited.then((how) => Promise.reject(new Error(how)))]);
    // Whoever does not wait for it learns of an early end by `exited`.
    this.ready.catch(() => undefined);
  }

  /** Runs `residua <args>`. */
  static start(name: string, args: readonly string[], options: ManagedProcessOptions): ManagedProcess {
    const log = options.logFile === undefined ? 'inherit' : openSync(options.logFile, 'a');
    const child = spawn(
      process.execPath,
      [...childFlags(), options.script ?? moduleFile(new URL('../residua', import.meta.url)), ...args],
      {
        env: { ...options.env, ...childSettings() },
        stdio: ['ignore', log, log, 'ipc'],
        // Its own process group: Ctrl-C reaches this command only, which then stops the rest in order.
        detached: true,
      },
    );
    if (typeof log === 'number') closeSync(log);
    return new ManagedProcess(name, options.logFile, child);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks it to stop and waits; kills it when it does not. */
  async stop(): Promise<void> {
    if (this.ended) return;
    this.child.kill('SIGTERM');
    const kill = setTimeout(() => this.child.kill('SIGKILL'), stopMilliseconds);
    await this.exited;
    clearTimeout(kill);
  }

  /** Lets it live on without this process. */
  async release(): Promise<void> {
    if (this.ended) return;
    await new Promise<void>((resolve) => this.child.send({ type: 'keep' } satisfies ParentMessage, () => resolve()));
    this.child.disconnect();
    this.child.unref();
  }

  /** Highest resident memory so far, or since {@link forgetPeakRss}; null when nobody can say. */
  async peakRssBytes(): Promise<number | null> {
    if (this.ended) return null;
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
    const answer = this.message('peak-memory');
    this.child.send({ type: 'peak-memory' } satisfies ParentMessage);
    return Promise.race([answer.then(({ bytes }) => bytes), this.exited.then(() => null)]);
  }

  /** Starts the measurement anew, where the system can (Linux: `clear_refs`). */
  async forgetPeakRss(): Promise<void> {
    await writeFile(`/proc/${this.pid}/clear_refs`, '5').catch(() => undefined);
  }

  /** The last lines of its log. */
  async logTail(lines = 15): Promise<string> {
    if (this.logFile === undefined) return '';
    const file = await open(this.logFile, 'r').catch(() => undefined);
    if (!file) return '';
    try {
      const { size } = await stat(this.logFile);
      const bytes = Math.min(size, 16 * 1024);
      const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, size - bytes);
      return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } finally {
      await file.close();
    }
  }

  private message<Type extends ChildMessage['type']>(type: Type): Promise<Extract<ChildMessage, { type: Type }>> {
    return new Promise((resolve) => {
      const listener = (message: ChildMessage) => {
        if (message.type !== type) return;
        this.child.off('message', listener);
        resolve(message as Extract<ChildMessage, { type: Type }>);
      };
      this.child.on('message', listener);
    });
  }
}
