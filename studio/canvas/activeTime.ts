/** Milliseconds that count behind each thing somebody does: images cost 5 to 32 s, a coffee costs more. */
export const patience = 10_000;

/** Steps of the histogram of gaps, a second each; the last one is for everything longer. */
const gapSteps = 300;

/** How the time was measured, so that it can be counted anew with another patience. */
export interface Measurement {
  method: string;
  gapSeconds: number;
  /** `gaps[i]` were at least i and less than i + 1 seconds long. */
  gaps: number[];
}

/**
 * Time of active work on one image: the union of [input, input + patience] while the page is seen, the first look counted as an input. Times
 * are milliseconds of one clock that never goes back.
 */
export class ActiveTime {
  private total = 0;
  private from: number | undefined;
  private until = 0;
  /** The last input, as long as the page was seen ever since. */
  private last: number | undefined;
  private gaps: number[] = [];

  /** @param seconds counted before, as of a draft. */
  constructor(seconds = 0) {
    this.total = seconds * 1000;
  }

  /** Something was done, or the picture has appeared. */
  act(now: number): void {
    if (this.from !== undefined && now > this.until) this.settle(this.until);
    this.from ??= now;
    this.until = now + patience;
    countGap(this.gaps, this.last, now);
    this.last = now;
  }

  /** The page is no longer seen. */
  pause(now: number): void {
    this.settle(Math.min(now, this.until));
    countGap(this.gaps, this.last, now);
    this.last = undefined;
  }

  /** What was counted is saved; what comes is counted from nothing. */
  restart(now: number): void {
    this.pause(now);
    [this.total, this.gaps] = [0, []];
  }

  seconds(now: number): number {
    const open = this.from === undefined ? 0 : Math.max(0, Math.min(now, this.until) - this.from);
    return (this.total + open) / 1000;
  }

  measurement(now: number): Measurement {
    const gaps = [...this.gaps];
    countGap(gaps, this.last, now);
    return { method: 'ACTIVE_INTERVALS', gapSeconds: patience / 1000, gaps };
  }

  private settle(end: number): void {
    if (this.from !== undefined) this.total += Math.max(0, end - this.from);
    this.from = undefined;
  }
}

/** Counts the gap since an input that there was. */
function countGap(gaps: number[], last: number | undefined, now: number): void {
  if (last === undefined) return;
  const step = Math.min(gapSteps - 1, Math.floor((now - last) / 1000));
  while (gaps.length <= step) gaps.push(0);
  gaps[step]! += 1;
}
