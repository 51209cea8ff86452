import { performance } from 'node:perf_hooks';

/** What messages may take of one turn of the event loop before everything else has its turn, milliseconds. */
const longestTurn = 5;

/**
 * Lets work begin piece by piece, first come first served: when a turn of the event loop has gone into it for long enough, the rest
 * waits until other things, health checks among them, have had theirs.
 */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];
  private scheduled = false;

  /** Resolves when the caller may begin. What it does until it waits for something itself counts as its work. */
  pass(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => void this.turn());
  }

  private async turn(): Promise<void> {
    const began = performance.now();
    do {
      this.waiting.shift()?.();
      // Lets the work that may begin now begin, before it is measured.
      await new Promise((resolve) => process.nextTick(resolve));
    } while (this.waiting.length > 0 && performance.now() - began < longestTurn);
    this.scheduled = false;
    if (this.waiting.length > 0) this.schedule();
  }
}
