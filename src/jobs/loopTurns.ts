/** Work that runs on without a pause for longer keeps sockets and timers waiting. */
const longestTurnMilliseconds = 10;

/** Lets the event loop have its turn in the middle of work that only awaits what is there already. */
export class LoopTurns {
  private began = performance.now();
  private next: Promise<void> | undefined;

  /** Undefined when there is no need to wait yet. */
  pause(): Promise<void> | undefined {
    if (performance.now() - this.began < longestTurnMilliseconds) return undefined;
    return (this.next ??= new Promise((resolve) => {
      setImmediate(() => {
        this.began = performance.now();
        this.next = undefined;
        resolve();
      });
    }));
  }
}
