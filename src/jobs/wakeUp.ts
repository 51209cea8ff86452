/**
 * A flag that can be waited for. Raising it any number of times while nobody waits is remembered once, so that a signal
 * that comes between looking and waiting is not missed.
 */
export class WakeUp {
  private raised = false;
  private waiting: (() => void) | undefined;

  raise(): void {
    this.raised = true;
    this.waiting?.();
  }

  /** Resolves when raised since the last wait, after `milliseconds`, or when `signal` aborts. One waiter at a time. */
  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!this.raised && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          this.waiting = undefined;
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        signal?.addEventListener('abort', done);
        this.waiting = done;
      });
    }
    this.raised = false;
  }
}
