/** Milliseconds that count behind each thing somebody does: images cost 5 to 32 s, a coffee costs more. */
export const patience = 10_000;

/**
 * Time of active work on one image: the union of [input, input + patience] while the page is seen, the first look counted as an input. Times
 * are milliseconds of one clock that never goes back.
 */
export class ActiveTime {
  private total = 0;
  private from: number | undefined;
  private until = 0;

  /** @param seconds counted before, as of a draft. */
  constructor(seconds = 0) {
    this.total = seconds * 1000;
  }

  /** Something was done, or the picture has appeared. */
  act(now: number): void {
    if (this.from !== undefined && now > this.until) this.settle(this.until);
    this.from ??= now;
    this.until = now + patience;
  }

  /** The page is no longer seen. */
  pause(now: number): void {
    this.settle(Math.min(now, this.until));
  }

  seconds(now: number): number {
    const open = this.from === undefined ? 0 : Math.max(0, Math.min(now, this.until) - this.from);
    return (this.total + open) / 1000;
  }

  private settle(end: number): void {
    if (this.from !== undefined) this.total += Math.max(0, end - this.from);
    this.from = undefined;
  }
}
