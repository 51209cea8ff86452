import { Worker } from 'node:worker_threads';
import type { DataSource } from 'typeorm';
import { createLogger } from '../shared/logger.js';
import type { Watchdog } from './jobAttempt.js';

/** How long an attempt may be silent until another one takes over, and how often it speaks. */
export const leaseSeconds = 15;
const renewMilliseconds = 5000;
const beatMilliseconds = 250;

/** A statement that says that this process lives. */
interface SignOfLife {
  statement: string;
  values: readonly unknown[];
}

/** Keeps the leases of this process's attempts alive, and says that it lives, from a thread with a connection of its own: see `leaseThread.js`. */
export class LeaseKeeper {
  private readonly held = new Map<string, () => void>();
  private readonly logger = createLogger('leases');
  private thread: Worker | undefined;
  /** Counts on while the event loop turns. */
  private readonly beat = new Int32Array(new SharedArrayBuffer(4));
  private heart: NodeJS.Timeout | undefined;
  private stopped = false;
  private sign: SignOfLife | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Starts the thread, unless it runs: before there is work that could keep it from starting. */
  start(): void {
    if (this.thread || this.stopped) return;
    this.heart ??= setInterval(() => Atomics.add(this.beat, 0, 1), beatMilliseconds).unref();
    const { url } = this.dataSource.options as { url?: string };
    const thread = new Worker(new URL('./leaseThread.js', import.meta.url), {
      workerData: { url, renewMilliseconds, leaseSeconds, beat: this.beat },
      execArgv: [],
    });
    thread.unref();
    thread.on('message', ({ lost }: { lost: string }) => {
      this.held.get(lost)?.();
    });
    thread.on('error', (error) => {
      this.logger.error({ error: String(error) }, 'the thread that renews leases failed');
    });
    thread.on('exit', () => {
      this.thread = undefined;
      // A lease outlives its last renewal by 15 s: time enough for another thread.
      if (!this.stopped) setTimeout(() => this.start(), 1000).unref();
    });
    this.thread = thread;
    for (const token of this.held.keys()) thread.postMessage({ hold: token });
    if (this.sign) thread.postMessage({ sign: this.sign });
  }

  /** Executes a statement as often as leases are renewed, from now on; instead of the one before. */
  repeat(sign: SignOfLife): void {
    this.sign = sign;
    this.thread?.postMessage({ sign });
  }

  /** Renews the lease until it is released. @param lost called when it is not ours any more. */
  hold(leaseToken: string, lost: () => void): void {
    this.held.set(leaseToken, lost);
    this.thread?.postMessage({ hold: leaseToken });
  }

  /** See `JobAttempt.watchdog`. */
  watch(leaseToken: string, limit: Watchdog | undefined): void {
    this.thread?.postMessage({ watch: leaseToken, limit });
  }

  release(leaseToken: string): void {
    this.held.delete(leaseToken);
    this.thread?.postMessage({ release: leaseToken });
  }

  /** Leases still held run out. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.heart);
    const { thread } = this;
    this.thread = undefined;
    await thread?.terminate();
  }
}
