import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { problem, ProblemError, type ProblemLocation } from '../../shared/errors.js';
import { shown } from '../../files/index.js';
import type { PixelReply, PixelRequest } from './messages.js';
import type { PixelTasks } from './pixelTasks.js';

/** Bounds of the processes that decode pictures. */
export interface PixelProcessOptions {
  /** Bytes of memory that one process may take. */
  decoderBytes: number;
  /** Processes at the same time. */
  processes?: number;
  /** After which a task is given up. */
  seconds?: number;
}

interface Task {
  request: PixelRequest;
  /** What it is about, in messages. */
  item: string | undefined;
  signal: AbortSignal | undefined;
  resolve: (answer: unknown) => void;
  reject: (error: unknown) => void;
}

/** What a child process needs to know of the world. None of the secrets of this one is among it. */
const inherited = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'NODE_ENV', 'VIPS_CONCURRENCY', 'SystemRoot'];

/** A process without work for so long is ended; it would keep the memory of its largest image. */
const idleMilliseconds = 30_000;

/**
 * Pixel work in processes of their own, each with a limit of memory and time: a picture that takes too much ends its process
 * and nothing else. They start when they are needed. One task at a time each; the others wait.
 */
export class PixelProcesses {
  private readonly waiting: Task[] = [];
  private readonly idle = new Map<ChildProcess, NodeJS.Timeout>();
  private readonly busy = new Set<ChildProcess>();

  constructor(private readonly options: PixelProcessOptions) {}

  /**
   * Does one of the pixel tasks.
   * @param about names what is decoded in messages. With `signal`, a task that has not begun is dropped when it is aborted.
   * @throws ProblemError as the task does; IMAGE_TOO_LARGE when it takes too much memory or time.
   */
  run<Name extends keyof PixelTasks>(
    task: Name,
    given: Parameters<PixelTasks[Name]>,
    about: { item?: string | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<Awaited<ReturnType<PixelTasks[Name]>>> {
    return new Promise((resolve, reject) => {
      const request = { task, arguments: given };
      const accept = resolve as (answer: unknown) => void;
      this.waiting.push({ request, item: about.item, signal: about.signal, resolve: accept, reject });
      this.next();
    });
  }

  /** Ends the processes; tasks under way are given up. */
  stop(): void {
    for (const task of this.waiting.splice(0)) task.reject(new Error('the pixel processes were stopped'));
    for (const child of [...this.idle.keys(), ...this.busy]) this.end(child);
  }

  private next(): void {
    const [task] = this.waiting;
    if (!task) return;
    if (task.signal?.aborted) {
      this.waiting.shift();
      task.reject(task.signal.reason);
      return this.next();
    }
    const child = this.freeChild();
    if (!child) return;
    this.waiting.shift();
    void this.give(child, task).finally(() => this.next());
  }

  private freeChild(): ChildProcess | undefined {
    const [free] = this.idle;
    if (free) {
      const [child, timer] = free;
      clearTimeout(timer);
      this.idle.delete(child);
      return child;
    }
    return this.busy.size < (this.options.processes ?? 2) ? startChild(this.options.decoderBytes) : undefined;
  }

  private async give(child: ChildProcess, task: Task): Promise<void> {
    this.busy.add(child);
    const outcome = await this.outcome(child, task);
    this.busy.delete(child);
    if (child.connected) this.idle.set(child, setTimeout(() => this.end(child), idleMilliseconds).unref());
    if (outcome instanceof Error) task.reject(outcome);
    else task.resolve(outcome.answer);
  }

  private outcome(child: ChildProcess, { request, item }: Task): Promise<{ answer: unknown } | Error> {
    const seconds = this.options.seconds ?? 60;
    return new Promise((resolve) => {
      const settle = (outcome: { answer: unknown } | Error) => {
        clearTimeout(impatience);
        child.off('message', onReply).off('exit', onExit);
        resolve(outcome);
      };
      const onReply = (reply: PixelReply) => settle(read(reply));
      const onExit = (_code: number | null, signal: string | null) => settle(this.deathProblem(signal, item));
      const impatience = setTimeout(() => {
        this.end(child);
        settle(tooLarge(item, `could not be decoded within ${seconds} s`));
      }, seconds * 1000);
      child.on('message', onReply).once('exit', onExit);
      child.send(request, (error) => error && settle(error));
    });
  }

  private deathProblem(signal: string | null, item: string | undefined): Error {
    if (signal === 'SIGUSR2') return tooLarge(item, `needs more than ${this.options.decoderBytes} bytes of memory`);
    return problem('IMAGE_CORRUPT', `${nameOf(item)} ended the decoder.`, locationOf(item));
  }

  private end(child: ChildProcess): void {
    clearTimeout(this.idle.get(child));
    this.idle.delete(child);
    child.kill('SIGKILL');
  }
}

const fromSource = import.meta.url.endsWith('.ts');

function startChild(maximumBytes: number): ChildProcess {
  const script = fileURLToPath(new URL(fromSource ? './pixelChild.ts' : './pixelChild.js', import.meta.url));
  const child = fork(script, [String(maximumBytes)], {
    execArgv: fromSource ? ['--import', import.meta.resolve('tsx')] : [],
    env: Object.fromEntries(inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    serialization: 'advanced',
  });
  // Without work it must not keep its parent alive; with work the task's timer does.
  child.unref();
  child.channel?.unref();
  return child;
}

function read(reply: PixelReply): { answer: unknown } | Error {
  if ('answer' in reply) return reply;
  return 'problems' in reply ? new ProblemError(reply.problems) : new Error(reply.failure);
}

function tooLarge(item: string | undefined, text: string): ProblemError {
  return problem('IMAGE_TOO_LARGE', `${nameOf(item)} ${text}.`, locationOf(item));
}

function nameOf(item: string | undefined): string {
  return item === undefined ? 'The image' : `Image '${shown(item)}'`;
}

function locationOf(item: string | undefined): ProblemLocation {
  return item === undefined ? {} : { item: shown(item) };
}
